"""The ticked runs in a table: what differs, their scores, and whether one is really better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pages.ui.parts import run_table, significance
from pipeline.errors import PawTuneError
from pipeline.evaluation import comparison
from pipeline.wording import comparison_text
from pipeline.workspace.run import Run

DIFFERENCE: Final = "Difference, points (95 %)"
BETTER: Final = "Better?"
REFERENCE: Final = "the others are held against it"
NO_TEST: Final = "no test to tell"


def show(
    runs: Sequence[Run], names: Mapping[str, str], key: str, on_open: Callable[[str], None]
) -> None:
    """One line for each run; the first is the one that the others are held against.

    Args:
        runs: Two or more.
        names: What each is called, by its id.
        key: Of the table.
        on_open: Called with the id of the run whose name was clicked.
    """
    verdicts = columns(runs)
    data = run_table.rows(runs, verdicts, names=names)
    data["columns"].sort(key=lambda column: column["key"] not in verdicts)  # what one looks for
    data["columns"][0] |= {"leads": True, "number": False}
    run_table.draw(data, key, on_open)


def columns(runs: Sequence[Run]) -> dict[str, dict[str, run_table.Cell]]:
    """How far each run is from the first one, and whether that is more than chance."""
    first, *others = runs
    apart: dict[str, run_table.Cell] = {}
    better: dict[str, run_table.Cell] = {first.id: {"text": REFERENCE}}
    for run in others:
        difference, verdict, why = _judged(first, run)
        apart[run.id] = {"text": difference}
        better[run.id] = {"text": verdict, "sort": verdict, "title": why}
    return {BETTER: better, DIFFERENCE: apart}


def _judged(first: Run, other: Run) -> tuple[str, str, str]:
    """The difference, the verdict in short, and in a sentence."""
    if not first.score or not other.score or first.is_example or other.is_example:
        return "", NO_TEST, ""
    try:
        found = significance.compared(first, other)
    except PawTuneError as error:
        return "", NO_TEST, str(error)
    difference = comparison.accuracy_difference(found.pairs)
    if not found.shared.photos or difference is None:
        return "", "tested on other photos", ""
    return (
        comparison_text.difference_in_short(difference),
        comparison_text.in_short(found.pairs),
        comparison_text.verdict(found.pairs, first.name, other.name),
    )
