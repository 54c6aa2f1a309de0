"""Runs as rows: a tick that draws and compares, the name, a small curve, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

import streamlit as st

from pages.ui import component, markdown, resources, stores
from pages.ui.charts import overlaid_curves
from pages.ui.parts import ticked
from pipeline.coach.curves import tells_apart
from pipeline.evaluation.learning_curve import Epoch
from pipeline.wording import numbers, run_differences, score_text, text
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED, RunState

MOST: Final = 10  # rows of a page
_COMPONENT: Final = component.beside(__file__, '<div class="runs"></div>')
_WORDS: Final = {
    "tick": "Show and compare",
    "run": "Run",
    "curve": "Curve",
    "best": "(best)",
    "stop": "Stop",
    "pages": "Pages of the table",
    "newer": "Back",
    "older": "More",
    "caption": "Runs; the ticked ones are drawn and compared",
}
Cell = dict[str, Any]
Extra = Mapping[str, Mapping[str, Cell]]  # heading -> run's id -> cell


def show(
    runs: Sequence[Run],
    key: str,
    on_open: Callable[[str], None],
    current: str | None = None,
    extra: Extra | None = None,
) -> None:
    """Draw the rows; a tick and Stop do their work, a click on a name calls back.

    Args:
        runs: Newest first.
        key: Of the table.
        on_open: Called with the id of the run whose name was clicked, before the page is drawn.
        current: Id of the run that the page is about.
        extra: Columns of the page's own, behind the others.
    """
    data = rows(runs, extra or {}, current) | {"ticks": True}
    data["columns"] += [_column("took", "Took"), _column("started", "Started")]
    draw(data, key, on_open)


def draw(data: Mapping[str, Any], key: str, on_open: Callable[[str], None]) -> None:
    """The same of what `rows` gives, and what a page has added; without ticks where it says so."""

    def told(what: str) -> Any:
        return st.session_state[key][what]

    _COMPONENT(
        key=key,
        data=data,
        on_ticked_change=lambda: ticked.put_all(told("ticked")["runs"]),
        on_opened_change=lambda: on_open(told("opened")["run"]),
        on_stopped_change=lambda: _stop(told("stopped")["run"]),
    )


def _stop(run_id: str) -> None:
    stores.jobs().stop(stores.runs().get(run_id).job_id)
    resources.forget_lists()


def called(runs: Sequence[Run]) -> dict[str, str]:
    """What each of these runs is called beside the others, by its id."""
    told = run_differences.names([(run.name, run.config) for run in runs])
    return dict(zip([run.id for run in runs], told, strict=True))


def rows(
    runs: Sequence[Run],
    extra: Extra,
    current: str | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the table shows, as plain JSON: columns, rows and words; see `show`.

    Args:
        runs: See there.
        extra: See there.
        current: See there.
        names: As `called`, where more runs than these are told apart.
    """
    readable = [run for run in runs if run.state is not RunState.DAMAGED]
    differing = run_differences.varying([run.config for run in readable])
    names = names or called(runs)
    best = _best(readable)
    columns = [_column("val_accuracy", "Validation %")]
    if any(run.score for run in runs):
        columns.append(_column("score", "Test % (95 %)", numbers.MEANING))
    columns.append(_column("val_loss", "Validation loss"))
    columns += ({"key": name, "label": run_differences.column(name)} for name in differing)
    columns += [_column(name, name) for name in extra]
    return {
        "ticks": False,
        "columns": columns,
        "rows": [
            _row(run, names[run.id], current) | {"cells": _cells(run, differing, best, extra)}
            for run in runs
        ],
        "most": MOST,
        "words": _WORDS,
    }


def colour_of(run_id: str) -> str | None:
    """The colour of a ticked run, the same in table and charts; None without a tick."""
    place = ticked.places().get(run_id)
    return None if place is None else overlaid_curves.colour_of(place)


def _column(key: str, label: str, what: str = "") -> dict[str, Any]:
    return {"key": key, "label": label, "help": what or None, "number": True}


def _row(run: Run, name: str, current: str | None) -> dict[str, Any]:
    badges = [] if run.state is RunState.DONE else [_badge(run)]
    if run.is_baseline:
        badges.append({"text": "baseline", "kind": ""})
    return {
        "id": run.id,
        "name": name,
        "title": run.name,
        "current": run.id == current,
        "colour": colour_of(run.id),
        "curve": [round(epoch.val_accuracy, 4) for epoch in run.epochs]
        if ticked.can_be(run)
        else [],
        "badges": badges,
        "stop": run.state in UNFINISHED and run.is_own,
    }


def _badge(run: Run) -> dict[str, str]:
    kind = "work" if run.state in UNFINISHED else ""
    return {"text": markdown.STATES[run.state][0], "kind": kind}


def _best(runs: Sequence[Run]) -> float | None:
    """The highest validation accuracy, where it is told apart from the lowest of its photos."""
    points = [(point.val_accuracy, run) for run in runs if (point := _point(run))]
    if not points:
        return None
    high, best = max(points, key=itemgetter(0))
    low = min(share for share, run in points if run.photo_set_id == best.photo_set_id)
    return high if tells_apart(low, high, _judging(best)) else None


def _judging(run: Run) -> int:
    """How many validation photos it has; 0 where they are gone, or never were here."""
    sets = {row.id: row.split_sizes for row in resources.photo_set_list()}
    return sets.get(run.photo_set_id, {}).get("validation", 0)


def _point(run: Run) -> Epoch | None:
    """Where it was kept, or while it learns where it is."""
    return run.kept or (run.epochs[-1] if run.epochs else None)


def _cells(run: Run, differing: Sequence[str], best: float | None, extra: Extra) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        name: found[run.id] for name, found in extra.items() if run.id in found
    }
    if run.state is not RunState.DAMAGED:
        cells |= {name: _setting(run, name) for name in differing}
    point = _point(run)
    if point is not None:
        is_best = point.val_accuracy == best and not run.is_example
        share = f"{numbers.percentage(point.val_accuracy):.1f}"
        cells["val_accuracy"] = {"text": share, "sort": point.val_accuracy, "best": is_best}
        cells["val_loss"] = {"text": f"{point.val_loss:.3f}", "sort": point.val_loss}
    if run.score:
        score = run.score
        cells["score"] = {
            "text": score_text.in_table(score),
            "sort": score["accuracy"],
            "title": f"Of {score_text.judged(score)}",
        }
    if run.seconds:
        cells["took"] = {"text": numbers.duration(run.seconds), "sort": run.seconds}
    cells["started"] = {"text": text.ago(run.created_at), "sort": run.created_at.timestamp()}
    return cells


def _setting(run: Run, name: str) -> Cell:
    value = getattr(run.config, name)
    shown = run_differences.cell(run.config, name)
    return {
        "text": shown,
        "sort": value if isinstance(value, int | float) and shown else shown or None,
    }
