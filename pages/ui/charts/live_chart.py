"""Accuracy and loss side by side, redrawn within a frame: the chart of the bench.

Plotly mounts a chart anew whenever a number changes, which takes longer than a new curve and
flashes; this one stays and moves its lines. It comes with its table and its words like any other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from pages.ui import component
from pages.ui.charts import figure
from pages.ui.charts.learning_curve import ACCURACY, LOSS, TITLES, describe
from pipeline.evaluation.learning_curve import Epoch

NOW, RUN, GHOST = "now", "run", "ghost"  # what a line is: the present settings, a run, a try
_COMPONENT: Final = component.beside(__file__, '<div class="live"></div>')
# Axes end at one of these, so that they seldom move while somebody tunes.
_LOWEST: Final = (0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0.0)
_HIGHEST: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # between two places
_MOST_TICKS: Final = 6.5
_WORDS: Final = {
    "table": figure.TABLE,
    "training": "training",
    "kinds": "solid: validation photos, dashed: training photos",
    "keep": "Keep",
    "why_keep": "Makes this try a run: it is trained with these settings.",
    "tuning": "fine-tuning",
    "coming": "fine-tuning: press Start",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of each measure.

    Attributes:
        id: Says which it is, to whoever keeps it.
        name: In the legend.
        epochs: Its points.
        kind: `NOW`, `RUN` or `GHOST`; of a try the validation curve alone is drawn, thin.
        colour: Of the validation curve.
        second: Of the training curve; the same where it is empty.
        title: More about it, for whoever points at the name.
        initial: Scores of the untrained head, drawn at 0.
        best: Number of the point that is kept.
        dash: Of the validation curve, as SVG has it; solid where it is empty.
        can_be_kept: Whether it may be made a run.
    """

    id: str
    name: str
    epochs: Sequence[Epoch]
    kind: str
    colour: str
    second: str = ""
    title: str = ""
    initial: Mapping[str, float] | None = None
    best: int | None = None
    dash: str = ""
    can_be_kept: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A large number above the curves: what it is, its value, and a remark."""

    label: str
    value: str
    note: str = ""


def draw(data: Mapping[str, Any], key: str, on_keep: Callable[[str], None]) -> None:
    """Draw what `content` gives.

    Args:
        data: See there.
        key: Of the chart.
        on_keep: Called with the id of the line that shall become a run, before the page is drawn.
    """
    _COMPONENT(
        key=key,
        data=data,
        on_kept_change=lambda: on_keep(st.session_state[key]["kept"]["id"]),
    )


def content(
    lines: Sequence[Line],
    numbers: Sequence[Number],
    *,
    planned: int,
    switch: int | None = None,
    coming: bool = False,
    along: str = "epoch",
) -> dict[str, Any]:
    """The chart as plain JSON.

    Args:
        lines: From the back to the front.
        numbers: The large ones.
        planned: Points in all; so far the axis reaches at least.
        switch: Number of the last point before fine-tuning, where there is any.
        coming: Whether fine-tuning is still to come.
        along: What the points are.
    """
    last = max([planned, 1, *(len(line.epochs) for line in lines)])
    found: dict[str, Any] = {
        "numbers": [{"label": one.label, "value": one.value, "note": one.note} for one in numbers],
        "charts": [_chart(measure, lines) for measure in (ACCURACY, LOSS)],
        "lines": [_line(line) for line in lines],
        "first": 0,
        "last": last,
        "planned": planned,
        "switch": switch,
        "coming": coming,
        "along": along,
        "words": _WORDS,
    }
    found["mark"] = hashlib.sha256(json.dumps(found).encode()).hexdigest()[:12]
    return found


def _chart(measure: str, lines: Sequence[Line]) -> dict[str, Any]:
    values = [
        getattr(epoch, key)
        for line in lines
        for epoch in line.epochs
        for key in ((f"val_{measure}",) if line.kind == GHOST else (f"val_{measure}", measure))
    ]
    front = next((line for line in reversed(lines) if line.kind != GHOST), None)
    chart = {
        "measure": measure,
        "title": TITLES[measure],
        "percent": measure == ACCURACY,
        "alt": describe(measure, front.epochs if front else ()),
    }
    if measure == ACCURACY:
        low = next(step for step in _LOWEST if step <= min(values, default=0.8) or not step)
        return {**chart, "range": [low, 1.0], "ticks": _ticks(low, 1.0)}
    # A first epoch far above the rest is cut off: the rest is what one looks at.
    ordinary = sorted(values)[: max(1, round(0.9 * len(values)))]
    most = max(ordinary, default=1.0)
    high = next((step for step in _HIGHEST if step >= most), _HIGHEST[-1])
    return {**chart, "range": [0.0, high], "ticks": _ticks(0.0, high)}


def _ticks(low: float, high: float) -> list[float]:
    """Four to seven round places along an axis."""
    step = next(step for step in _STEPS if (high - low) / step <= _MOST_TICKS)
    return [round(low + step * place, 4) for place in range(round((high - low) / step) + 1)]


def _line(line: Line) -> dict[str, Any]:
    start = line.initial
    values: dict[str, list[float | None]] = {
        key: [round(float(getattr(epoch, key)), 4) for epoch in line.epochs]
        for key in ("accuracy", "val_accuracy", "loss", "val_loss")
    }
    if start is not None:
        for key, found in values.items():
            found.insert(0, round(start[key.removeprefix("val_")], 4) if "val_" in key else None)
    return {
        "id": line.id,
        "name": line.name,
        "title": line.title or line.name,
        "kind": line.kind,
        "colour": line.colour,
        "second": line.second or line.colour,
        "dash": line.dash,
        "best": line.best,
        "keep": line.can_be_kept,
        "x": [*([0] if start is not None else []), *(epoch.epoch for epoch in line.epochs)],
        "values": values,
    }
