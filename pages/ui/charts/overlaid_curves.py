"""Curves of several runs over each other, aligned where fine-tuning starts. Pure.

A run that learned its head for 4 epochs and one that took 20 would show the same thing at
different places. So points are counted from the start of fine-tuning: 0 is the last point before
it, 1 the first epoch of it, and what was before has numbers below 0. The steps of the
closed-form solver are no epochs, and stand beside none: of them only the last is drawn, at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from pages.ui import markdown
from pages.ui.charts.learning_curve import TITLES, epoch_value, up
from pages.ui.charts.palette import QUIET
from pipeline.evaluation.learning_curve import Epoch
from pipeline.wording.curve_points import fine_tuning_after, name_counted_anew

# Apart from each other by 24 (CIE 1976) or more, also for eyes that lack red, green or blue, and
# 3.2 to 1 against both backgrounds; the first two differ much. `PALETTE` does not hold that.
COLOURS: Final = ("#504AFF", "#FF3576", "#929400", "#B82D84", "#4197C1", "#8B6026", "#885CD6")
_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "8px 2px 2px 2px")
_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "x", "star", "triangle-down")
_FROM_FINE_TUNING: Final = "epochs from the start of fine-tuning"
VALIDATION: Final = "validation"
TRAINING: Final = "training"


@dataclass(frozen=True, slots=True)
class Line:
    """One run in the chart.

    Attributes:
        name: As people call it.
        epochs: The points of its curves, in order.
        planned: Points before fine-tuning, as long as that has not begun.
        solved: Whether those before fine-tuning are steps of the solver.
    """

    name: str
    epochs: Sequence[Epoch]
    planned: int = 0
    solved: bool = False

    @property
    def start(self) -> int:
        """The last point before fine-tuning, or the one that would be."""
        switch = fine_tuning_after(self.epochs)
        return max(self.planned, len(self.epochs)) if switch is None else switch

    def points(self, aligned: bool) -> Sequence[tuple[int, Epoch]]:
        """What is drawn: the place along the chart, and the scores there."""
        if not aligned:
            return [(epoch.epoch, epoch) for epoch in self.epochs]
        first = self.start if self.solved else 0
        return [(epoch.epoch - self.start, epoch) for epoch in self.epochs if epoch.epoch >= first]

    def point(self, number: int) -> str:
        """A point's name: `epoch 3`, `solver step 5`, `fine-tuning epoch 2`."""
        return name_counted_anew(number, self.start, self.solved)


def figure(
    measure: str, lines: Sequence[Line], training: bool = False, places: Sequence[int] = ()
) -> go.Figure:
    """The chart: a colour, a dash and a marker for each run.

    Args:
        measure: `ACCURACY` or `LOSS`.
        lines: As many as one likes; from the eighth on colours come again with another dash.
        training: Whether to draw the training curves, too: thinner, with hollow markers.
        places: Where each line's colour stands in the row of them; in order where it is empty.
    """
    drawn = go.Figure()
    aligned = is_aligned(lines)
    kinds = (VALIDATION, TRAINING) if training else (VALIDATION,)
    names = markdown.chart_names([line.name for line in lines], 32)
    lines = [replace(line, name=name) for line, name in zip(lines, names, strict=True)]
    for number, line in zip(places or range(len(lines)), lines, strict=True):
        for kind in kinds:
            _add(drawn, measure, line, kind, number, aligned)
    if aligned:
        _mark_start(drawn)
    points = [point for line in lines for point in line.points(aligned)]
    along = [place for place, _ in points]
    values = [epoch_value(epoch, _key(measure, kind)) for _, epoch in points for kind in kinds]
    low, high = min([0 if aligned else 1, *along]), max([1, *along])
    photos = f"{TRAINING} and {VALIDATION}" if training else VALIDATION
    drawn.update_layout(
        title=f"{TITLES[measure]} on {photos} photos",
        height=440,
        hovermode="x unified",
        xaxis={
            "title": _FROM_FINE_TUNING if aligned else _unaligned(lines),
            "unifiedhovertitle": {"text": "%{x:+d}" if aligned else "%{x}"},
            "range": [low - 0.6, high + 0.6],
            "dtick": max(1, -(-(high - low) // 8)),
            "tickangle": 0,
            "tick0": 0,
            "zeroline": False,
        },
        yaxis=up(measure, values, least_loss=0.1),
        legend={"orientation": "h", "y": -0.27, "yanchor": "top", "x": 0, "xanchor": "left"},
        margin={"l": 8, "r": 8, "t": 76, "b": 8},
    )
    return drawn


def colour_of(place: int) -> str:
    """The colour at a place in the row of them, which begins anew at its end."""
    return COLOURS[place % len(COLOURS)]


def dash_of(place: int) -> str:
    """The dash that goes with it: another one when the colours begin anew."""
    return _DASHES[(place + place // len(COLOURS)) % len(_DASHES)]


def is_aligned(lines: Sequence[Line]) -> bool:
    """Whether there is fine-tuning to align; without, points are counted from the first on."""
    return any(fine_tuning_after(line.epochs) is not None for line in lines)


def table(measure: str, lines: Sequence[Line]) -> pd.DataFrame:
    """The numbers behind the chart, both curves of every run, one line for each place along it.

    Args:
        measure: `ACCURACY` or `LOSS`.
        lines: As in the chart; names must differ.
    """
    aligned = is_aligned(lines)
    columns: dict[str, dict[int, float]] = {}
    for line in lines:
        for kind in (VALIDATION, TRAINING):
            columns[f"{line.name}, {kind}"] = {
                place: epoch_value(epoch, _key(measure, kind))
                for place, epoch in line.points(aligned)
            }
    places = sorted({place for column in columns.values() for place in column})
    first = "From fine-tuning" if aligned else "Epoch"
    return pd.DataFrame(
        {first: places}
        | {name: [column.get(place) for place in places] for name, column in columns.items()}
    )


def describe(measure: str, lines: Sequence[Line]) -> str:
    """What the chart shows, for those who hear the page."""
    ends = [
        f"{line.name} from {epoch_value(line.epochs[0], f'val_{measure}'):.3f} to "
        f"{epoch_value(line.epochs[-1], f'val_{measure}'):.3f}"
        for line in lines
        if line.epochs
    ]
    return f"{TITLES[measure]} on validation photos: {'; '.join(ends)}."


def _unaligned(lines: Sequence[Line]) -> str:
    solved = {line.solved for line in lines}
    if solved == {True}:
        return "step of the solver"
    return "epoch, or step of the solver" if True in solved else "epoch"


def _key(measure: str, kind: str) -> str:
    return f"val_{measure}" if kind == VALIDATION else measure


def _add(drawn: go.Figure, measure: str, line: Line, kind: str, number: int, aligned: bool) -> None:
    main, points = kind == VALIDATION, line.points(aligned)
    symbol = _SYMBOLS[number % len(_SYMBOLS)]
    drawn.add_scatter(
        x=[place for place, _ in points],
        y=[epoch_value(epoch, _key(measure, kind)) for _, epoch in points],
        customdata=[line.point(epoch.epoch) for _, epoch in points],
        name=f"{line.name}, {kind}",
        mode="lines+markers",
        line={
            "color": colour_of(number),
            "dash": dash_of(number),
            "width": 2.5 if main else 1.2,
        },
        marker={"size": 8 if main else 7, "symbol": symbol if main else f"{symbol}-open"},
        # One entry of the legend for both lines, so that long names leave room.
        legendgroup=str(number),
        showlegend=main,
        hovertemplate="%{y:.4f}, %{customdata}<extra>%{fullData.name}</extra>",
    )


def _mark_start(drawn: go.Figure) -> None:
    """The line between the phases, with what lies on either side of it above the chart."""
    drawn.add_vline(x=0, line={"color": QUIET, "width": 2, "dash": "dash"})
    for text, anchor, shift in (("feature extraction", "right", -6), ("fine-tuning", "left", 6)):
        drawn.add_annotation(
            text=text,
            x=0,
            y=1,
            yref="paper",
            xanchor=anchor,
            yanchor="bottom",
            xshift=shift,
            showarrow=False,
            font={"color": QUIET},
        )
