"""The runs of a sweep over the settings that were tried; each is a point that can be clicked.

One setting lies along the axis, two span a map, and more are parallel axes with a line for each
run. Colours are deeper the more validation photos a run calls right.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts.confusion_matrix import DEEP, PALE
from pages.ui.charts.figure import Table
from pages.ui.charts.palette import PALETTE, QUIET
from pages.ui.charts.sweep_axes import MARGIN, axis, place, ticks
from pipeline.tuning.sweep_space import Space
from pipeline.wording import numbers, sweep_text
from pipeline.wording.text import joined

_SCALE: Final = [(0, f"rgb{PALE}"), (1, f"rgb{DEEP}")]
_SIZE_PX: Final = 17
_SHARES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)  # named by the bar
_LEAST: Final = 0.0025  # share predicted wrongly below which colours are all alike
_REACH: Final = 3.0  # times the lead of the best over the median: as far down as an axis goes


@dataclass(frozen=True, slots=True)
class Point:
    """A run that has come to something.

    Attributes:
        number: Of the run in its sweep.
        settings: What was tried.
        accuracy: Share of the validation photos predicted correctly, 0 to 1.
        loss: Their mean cross-entropy.
        state: How it ended, in a word.
        is_best: Whether it is the one that they choose.
        has_ended: Whether it was trained to its end.
    """

    number: int
    settings: dict[str, Any]
    accuracy: float
    loss: float
    state: str
    is_best: bool
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Band:
    """Between which accuracies the best settings come to lie with other seeds, 0 to 1."""

    low: float
    high: float


def figure(spaces: Sequence[Space], points: Sequence[Point], band: Band | None) -> go.Figure:
    """The map.

    Args:
        spaces: What was tried.
        points: Those to draw, in the order of their runs.
        band: Drawn where accuracy is an axis.
    """
    if len(spaces) == 1:
        return _line(spaces[0], points, band)
    return _map(spaces, points) if len(spaces) == 2 else _parallel(spaces, points)


def in_order(points: Sequence[Point], band: Band | None) -> go.Figure:
    """Accuracy in the order in which the runs came, with the spread over seeds behind it."""
    made = go.Figure()
    xs, shares = [point.number for point in points], [_percent(point) for point in points]
    made.add_scatter(x=xs, y=shares, **_marks(points))
    reached = [max(shares[: end + 1]) for end in range(len(shares))]
    made.add_scatter(
        x=xs, y=reached, mode="lines", name="best so far", line={**_QUIET, "shape": "hv"}
    )
    _add_band(made, band)
    made.update_traces(marker={"showscale": False})
    made.update_layout(
        title="Validation accuracy, run by run",
        xaxis={"title": "run", "zeroline": False, "tick0": 0, "dtick": _whole(xs[-1])},
        yaxis=_accuracies(points),
        height=300,
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
    )
    return made


def _whole(last: int) -> int:
    """How far apart runs are named, up to ten of them: never a part of one."""
    return math.ceil(last / 10)


def table(points: Sequence[Point]) -> Table:
    """The same numbers, best first."""
    ranked = sorted(points, key=lambda point: (-point.accuracy, point.loss))
    rows = [
        {
            "Run": point.number,
            **{
                sweep_text.label(name): sweep_text.value(name, chosen)
                for name, chosen in point.settings.items()
            },
            "Validation accuracy (%)": numbers.percentage(point.accuracy),
            "Validation loss": round(point.loss, 4),
            "State": point.state,
        }
        for point in ranked
    ]
    return Table(pd.DataFrame(rows), "The runs of the sweep, best first")


def _line(space: Space, points: Sequence[Point], band: Band | None) -> go.Figure:
    made = go.Figure()
    xs = [place(space, point.settings[space.name]) for point in points]
    made.add_scatter(x=xs, y=[_percent(point) for point in points], **_marks(points))
    _add_band(made, band)
    made.update_layout(
        title=f"Validation accuracy over {sweep_text.label(space.name).lower()}",
        xaxis=axis(space),
        yaxis=_accuracies(points),
        **_SHAPE,
    )
    return made


def _map(spaces: Sequence[Space], points: Sequence[Point]) -> go.Figure:
    across, up = spaces
    made = go.Figure()
    made.add_scatter(
        x=[place(across, point.settings[across.name]) for point in points],
        y=[place(up, point.settings[up.name]) for point in points],
        **_marks(points),
    )
    names = [sweep_text.label(space.name).lower() for space in spaces]
    made.update_layout(
        title=f"Validation accuracy over {joined(names)}",
        xaxis=axis(across),
        yaxis=axis(up),
        **_SHAPE,
    )
    return made


def _parallel(spaces: Sequence[Space], points: Sequence[Point]) -> go.Figure:
    """A line for each run; its points, which can be clicked, are one trace."""
    made = go.Figure()
    for point in points:
        line = {"color": PALETTE[3], "width": 4} if point.is_best else {**_QUIET, "width": 1}
        made.add_scatter(
            x=list(range(len(spaces))),
            y=[place(space, point.settings[space.name]) for space in spaces],
            mode="lines",
            line=line,
            opacity=1.0 if point.is_best else 0.5,
            hoverinfo="skip",
            showlegend=False,
        )
    every = [point for point in points for _ in spaces]
    made.add_scatter(
        x=[at for _ in points for at in range(len(spaces))],
        y=[place(space, point.settings[space.name]) for point in points for space in spaces],
        **_marks(every),
    )
    for at, space in enumerate(spaces):
        values, texts = ticks(space)
        for value, text in zip(values, texts, strict=True):
            made.add_annotation(
                x=at, y=value, text=text, showarrow=False, xanchor="left", xshift=12
            )
    made.update_layout(
        title="Validation accuracy; a line for each run",
        xaxis={
            "title": "setting",
            "tickvals": list(range(len(spaces))),
            "ticktext": [sweep_text.label(space.name) for space in spaces],
            "range": [-0.2, len(spaces) - 0.4],
            "zeroline": False,
        },
        yaxis={
            "title": "from low to high",
            "showticklabels": False,
            "showgrid": False,
            "range": [-MARGIN, 1 + MARGIN],
        },
        **_SHAPE,
    )
    return made


_QUIET: Final = {"color": QUIET, "dash": "dot"}
_SHAPE: Final[dict[str, Any]] = {
    "height": 420,
    "showlegend": False,
    "margin": {"l": 8, "r": 8, "t": 52, "b": 8},
    "clickmode": "event+select",
    "hovermode": "closest",
    "dragmode": False,
}


def _marks(points: Sequence[Point]) -> dict[str, Any]:
    """Squares, deeper the better; a star for the best, a cross for what did not get to its end."""
    depths = [_depth(point.accuracy) for point in points]
    inside = [one for one in _SHARES if min(depths) <= _depth(one) <= max(depths)]
    return {
        "mode": "markers",
        "marker": {
            "symbol": [
                "star" if point.is_best else "square" if point.has_ended else "x"
                for point in points
            ],
            "size": [_SIZE_PX + 6 * point.is_best - 6 * (not point.has_ended) for point in points],
            "color": depths,
            "colorscale": _SCALE,
            "showscale": True,
            "colorbar": {
                "thickness": 12,
                "tickvals": [_depth(one) for one in inside],
                "ticktext": [numbers.percent(one, 1) for one in inside],
            },
            "line": {
                "width": [2 if point.is_best else 1 for point in points],
                "color": [PALETTE[3] if point.is_best else QUIET for point in points],
            },
        },
        "hovertemplate": [
            sweep_text.cell(point.number, point.settings, point.accuracy, point.loss)
            + "<extra></extra>"
            for point in points
        ],
        "customdata": [point.number for point in points],
        "showlegend": False,
        **{key: {"marker": {"opacity": 1}} for key in ("selected", "unselected")},
    }


def _depth(share: float) -> float:
    """How deep a colour is; the same for each halving of what is wrong, as in the landscape."""
    return -math.log(1 - share + _LEAST)


def _percent(point: Point) -> float:
    return numbers.percentage(point.accuracy)


def _add_band(made: go.Figure, band: Band | None) -> None:
    if band is not None:
        made.add_hrect(
            y0=band.low * 100,
            y1=band.high * 100,
            fillcolor=PALETTE[3],
            opacity=0.2,
            line={"width": 1, "color": PALETTE[3]},
            annotation={"text": "the best with other seeds", "showarrow": False},
            annotation_position="bottom left",
            layer="below",
        )


def _accuracies(points: Sequence[Point]) -> dict[str, Any]:
    """An axis on which the good runs can be told apart; those far below are in the table."""
    shares = [_percent(point) for point in points]
    top = max(shares)
    low = max(min(shares), top - max(2.0, _REACH * (top - statistics.median(shares))))
    pad = 0.08 * (top - low) + 0.2
    ends = [low - pad, min(100.5, top + 2 * pad)]
    return {"title": "validation accuracy (%)", "range": ends, "zeroline": False}
