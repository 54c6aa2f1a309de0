"""Scores over a setting and the epochs, as a heat map whose cells can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.confusion_matrix import DEEP, PALE
from pages.ui.charts.figure import Table
from pages.ui.charts.palette import PALETTE
from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.wording import landscape_text, numbers

ACCURACY: Final = "accuracy"
LOSS: Final = "loss"
MOST_ROWS: Final = 25  # epochs drawn; of more, every second, third ... and the last one
_ROW_PX: Final = 17
_CLEAR: Final = "rgba(0, 0, 0, 0.01)"  # what is not there at all cannot be clicked
_GREY: Final = "rgba(140, 129, 119, 0.25)"
_NEAR_PX: Final = 40  # a click so far from the middle of a cell is one on it
# Shares predicted correctly that the bar of colours names; wrong answers are halved, not right ones
# doubled, where a head gets better, so colours follow the logarithm of what is wrong.
_SHARES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
_LOSSES: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_ALONG: Final = {
    Axis.LEARNING_RATE: "learning rate",
    Axis.DROPOUT: "dropout (share of the features hidden)",
    Axis.SIZE: "photos learned from",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell that people look for.

    Attributes:
        name: As the legend calls it.
        value: Along the axis.
        epochs: How many.
    """

    name: str
    value: float
    epochs: int


def rows(found: Landscape) -> list[int]:
    """The epochs that are drawn, from 1, ascending."""
    stride = -(-found.epochs // MOST_ROWS)
    return sorted({*range(stride, found.epochs + 1, stride), found.epochs})


def cells(found: Landscape) -> list[tuple[int, int]]:
    """Column and epoch of each cell, in the order of the squares that can be clicked."""
    return [(column, epoch) for column in range(len(found.values)) for epoch in rows(found)]


def figure(
    found: Landscape, measure: str, yours: Mark | None = None, usual: Mark | None = None
) -> go.Figure:
    """The map.

    Args:
        found: What to draw.
        measure: `ACCURACY` or `LOSS`.
        yours: Where the settings stand.
        usual: Where the tutorial stands.
    """
    drawn = rows(found)
    depths, marks, names = _shades(found, measure)
    shown = depths[:, [epoch - 1 for epoch in drawn]].T
    places = cells(found)
    made = go.Figure(
        go.Scatter(
            x=[column for column, _ in places],
            y=[drawn.index(epoch) for _, epoch in places],
            mode="markers",
            marker={"symbol": "square", "size": _ROW_PX, "color": _CLEAR, "line": {"width": 0}},
            hovertemplate=[
                f"{landscape_text.cell(found, *place)}<extra></extra>" for place in places
            ],
            showlegend=False,
        )
    )
    for values, scale, bar in (
        (np.where(np.isnan(shown), 0.0, np.nan), [(0, _GREY), (1, _GREY)], None),
        (shown, [(0, f"rgb{PALE}"), (1, f"rgb{DEEP}")], {"tickvals": marks, "ticktext": names}),
    ):
        made.add_heatmap(
            z=values,
            xgap=2,
            ygap=2,
            colorscale=scale,
            showscale=bar is not None,
            colorbar={"thickness": 12, **(bar or {})},
            hoverinfo="skip",
        )
    _add_lost(made, np.argwhere(np.isnan(shown)))
    _add_marks(made, found, drawn, yours, usual)
    ticks = [row for row, epoch in enumerate(drawn) if epoch in (1, drawn[-1]) or epoch % 5 == 0]
    made.update_layout(
        title=f"Validation {measure}",
        height=190 + _ROW_PX * max(8, len(drawn)),
        xaxis={
            "title": _ALONG[Axis(found.axis)],
            "tickvals": list(range(len(found.values))),
            "ticktext": [landscape_text.value(found.axis, value) for value in found.values],
            "showgrid": False,
            "zeroline": False,
            "range": [-0.5, len(found.values) - 0.5],
        },
        yaxis={
            "title": "epochs",
            "tickvals": ticks,
            "ticktext": [str(drawn[row]) for row in ticks],
            "showgrid": False,
            "zeroline": False,
            "range": [-0.5, len(drawn) - 0.5],
        },
        legend={"orientation": "h", "y": -0.3, "yanchor": "top", "x": 0.5, "xanchor": "center"},
        margin={"l": 8, "r": 8, "t": 76, "b": 8},
        clickmode="event+select",
        hovermode="closest",
        hoverdistance=_NEAR_PX,
        dragmode=False,
        modebar={"remove": _TOOLS},
        annotations=_trends(found),
    )
    return made


_TOOLS: Final = (
    "zoom", "pan", "select", "lasso", "zoomin", "zoomout", "autoscale", "resetscale", "toimage",
)  # fmt: skip


def _shades(found: Landscape, measure: str) -> tuple[NDArray[np.float64], list[float], list[str]]:
    """What the colours stand for, the deeper the better; and ticks for their bar."""
    if measure == LOSS:
        depths = -np.log(np.maximum(found.loss, 1e-4))
        marks = [(-np.log(loss), f"{loss:g}") for loss in _LOSSES]
    else:
        half = 0.5 / found.photos  # of a photo: nobody is right about all there are
        depths = -np.log(1 - found.accuracy + half)
        marks = [(-np.log(1 - share + half), numbers.percent(share, 1)) for share in _SHARES]
    if np.isnan(depths).all():
        return depths, [], []
    low, high = np.nanmin(depths), np.nanmax(depths)
    inside = [(float(tick), name) for tick, name in marks if low <= tick <= high]
    return depths, [tick for tick, _ in inside], [name for _, name in inside]


def _add_lost(made: go.Figure, lost: NDArray[np.int64]) -> None:
    """Cells whose loss was no number any more: crossed out, not left blank."""
    if len(lost):
        made.add_scatter(
            x=lost[:, 1],
            y=lost[:, 0],
            mode="markers",
            marker={"symbol": "x", "size": 8, "color": PALETTE[0]},
            name=landscape_text.RAN_AWAY,
            hoverinfo="skip",
        )


def _add_marks(
    made: go.Figure, found: Landscape, drawn: Sequence[int], yours: Mark | None, usual: Mark | None
) -> None:
    """The best cell, the tutorial's, and where the settings stand; they fit into each other."""
    best = None
    if found.best is not None:
        best = Mark("best", found.values[found.best[0]], found.best[1])
    line = {"width": 2, "color": "#FFFFFF"}
    for mark, symbol, size, colour in (
        (best, "star", 21, PALETTE[3]),
        (usual, "diamond", 15, PALETTE[1]),
        (yours, "circle", 10, PALETTE[0]),
    ):
        place = None if mark is None else _place(found, drawn, mark)
        if mark is None or place is None:
            continue
        made.add_scatter(
            x=[place[0]],
            y=[place[1]],
            mode="markers",
            marker={"symbol": symbol, "size": size, "color": colour, "line": line},
            name=mark.name,
            hoverinfo="skip",
        )


def _place(found: Landscape, drawn: Sequence[int], mark: Mark) -> tuple[int, int] | None:
    """Column and row; the nearest row of those drawn. None where it is not on the map."""
    if mark.value not in found.values or mark.epochs > found.epochs:
        return None
    row = min(range(len(drawn)), key=lambda place: abs(drawn[place] - mark.epochs))
    return found.values.index(mark.value), row


def _trends(found: Landscape) -> list[dict[str, Any]]:
    """Words above the columns whose learning rate is wrong."""
    notes = []
    for trend, words in landscape_text.TRENDS.items():
        columns = [place for place, one in enumerate(found.trends) if one == trend]
        if columns:
            notes.append(
                {
                    "x": sum(columns) / len(columns),
                    "y": 1,
                    "yref": "paper",
                    "yanchor": "bottom",
                    "text": words,
                    "showarrow": False,
                }
            )
    return notes


def table(found: Landscape, measure: str) -> Table:
    """The same numbers: a line for each epoch, a column for each value."""

    def told(column: int, epoch: int) -> str:
        number = (found.loss if measure == LOSS else found.accuracy)[column, epoch - 1]
        if np.isnan(number):
            return landscape_text.RAN_AWAY
        return f"{number:.3f}" if measure == LOSS else numbers.percent(number)

    columns = {"Epochs": list(range(1, found.epochs + 1))} | {
        landscape_text.value(found.axis, value): [
            told(column, epoch) for epoch in range(1, found.epochs + 1)
        ]
        for column, value in enumerate(found.values)
    }
    return Table(pd.DataFrame(columns), describe(found, measure))


def describe(found: Landscape, measure: str) -> str:
    """The map in a sentence or two, for those who do not see it."""
    name = landscape_text.NAMES[Axis(found.axis)].lower()
    ends = [landscape_text.value(found.axis, found.values[end]) for end in (0, -1)]
    return (
        f"Validation {measure} over {name}, {ends[0]} to {ends[1]}, and epochs, 1 to "
        f"{found.epochs}. {' '.join(landscape_text.sentences(found))}"
    )
