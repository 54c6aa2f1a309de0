"""The score over the number of photos learned from, with its band."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts.figure import Table
from pages.ui.charts.palette import LEGEND, PALETTE
from pipeline.evaluation.more_photos import SizeCurve
from pipeline.wording import numbers

_BAND: Final = "rgba(23, 143, 138, 0.18)"  # the line's colour, thin enough for light and dark


def figure(curve: SizeCurve) -> go.Figure:
    """The curve: photos on a logarithmic axis, where a power law bends least."""
    photos = [round(point.photos) for point in curve.points]
    made = go.Figure()
    made.add_scatter(
        x=[*photos, *photos[::-1]],
        y=[*(one.high for one in curve.points), *(one.low for one in curve.points[::-1])],
        mode="lines",
        fill="toself",
        fillcolor=_BAND,
        line={"width": 0},
        hoverinfo="skip",
        name="95 %",
    )
    made.add_scatter(
        x=photos,
        y=[point.score for point in curve.points],
        mode="lines+markers",
        line={"color": PALETTE[1]},
        marker={"size": 9},
        name="accuracy",
        hovertemplate="%{x} photos: %{y:.1%}<extra></extra>",
    )
    made.update_layout(
        title="Accuracy, by photos learned from",
        height=320,
        xaxis={"title": "photos learned from", "type": "log", "tickvals": photos},
        yaxis={"title": "accuracy", "tickformat": ".0%"},
        **LEGEND,
    )
    return made


def table(curve: SizeCurve) -> Table:
    """The same numbers."""
    rows = {
        "Photos learned from": [round(point.photos) for point in curve.points],
        "Accuracy": [numbers.percent(point.score) for point in curve.points],
        "95 % interval": [
            f"{numbers.percent(point.low)} and {numbers.percent(point.high)}"
            for point in curve.points
        ],
    }
    return Table(pd.DataFrame(rows), "Accuracy for each number of photos")
