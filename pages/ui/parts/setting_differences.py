"""Settings of several runs side by side: those that differ first, those alike behind. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from pandas.io.formats.style import Styler

from pipeline.wording import settings_text
from pipeline.workspace.run import Run

DIFFERS: Final = "background-color: rgba(183, 121, 31, 0.22); font-weight: 600"  # light and dark
_SETTING: Final = "Setting"
_PHOTOS: Final = "Photo set"


def differing(runs: Sequence[Run]) -> Styler:
    """Settings that differ, one column for each run; what is not as in the first one stands out.

    Args:
        runs: Two or more; the first is the one that the others are held against.
    """
    rows = [*_photo_sets(runs), *_rows(runs, True)]
    frame = pd.DataFrame(rows, columns=[_SETTING, *names(runs)])
    return frame.style.apply(_marks, axis=1)


def alike(runs: Sequence[Run]) -> pd.DataFrame:
    """Settings that are the same in all runs, with their value."""
    rows = [(label, value) for label, value, *_ in _rows(runs, False)]
    return pd.DataFrame(rows, columns=[_SETTING, "Value"])


def names(runs: Sequence[Run]) -> list[str]:
    """A different name for each run, for columns."""
    return unlike([run.name for run in runs])


def unlike(names: Sequence[str]) -> list[str]:
    """The same names, each once: a second one of it gets a number."""
    found: list[str] = []
    for name in names:
        number, candidate = 2, name
        while candidate in (*found, _SETTING):
            candidate, number = f"{name} ({number})", number + 1
        found.append(candidate)
    return found


def _rows(runs: Sequence[Run], differ: bool) -> list[tuple[str, ...]]:
    told = [settings_text.in_words(run.config, run.start_name) for run in runs]
    lines = [(label, *(values[label] for values in told)) for label in told[0]]
    return [line for line in lines if (len(set(map(_effect, line[1:]))) > 1) == differ]


def _effect(value: str) -> str:
    """What is not used has as little effect as what is off: that is no difference."""
    return settings_text.OFF if value == settings_text.NOT_USED else value


def _photo_sets(runs: Sequence[Run]) -> list[tuple[str, ...]]:
    """Which photos they learned from, where that differs; a version of a set is another set."""
    if len({run.photo_set_id for run in runs}) == 1:
        return []
    called = [run.photo_set_name for run in runs]
    if len(set(called)) == 1:
        first = runs[0]
        called = [
            run.photo_set_name
            if run.photo_set_id == first.photo_set_id
            else f"{run.photo_set_name}, another version"
            for run in runs
        ]
    return [(_PHOTOS, *called)]


def _marks(line: pd.Series) -> list[str]:
    first, *others = map(_effect, line.iloc[1:])
    return ["", "", *(DIFFERS if value != first else "" for value in others)]
