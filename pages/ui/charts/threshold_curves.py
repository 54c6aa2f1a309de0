"""ROC, precision and recall over all thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.charts.figure import Table
from pages.ui.charts.palette import PALETTE, QUIET
from pipeline.evaluation.class_scores import Share
from pipeline.evaluation.thresholds import AtThreshold, ThresholdCurve
from pipeline.wording import numbers

_THRESHOLDS: Final = np.arange(1, 20) / 20


def thresholds_table(curve: ThresholdCurve, told: Callable[[Share], str] = numbers.share) -> Table:
    """What every twentieth threshold brings: the points of both curves over it.

    Args:
        curve: Both curves.
        told: How a share is told, with an interval or without.
    """
    at = [curve.at(float(threshold)) for threshold in _THRESHOLDS]
    rows = {
        "Threshold": [numbers.percent(float(threshold), 0) for threshold in _THRESHOLDS],
        "Recall": [told(one.recall) for one in at],
        "False positives": [
            "no photos"
            if one.specificity.value is None
            else numbers.percent(1 - one.specificity.value)
            for one in at
        ],
        "Precision": [told(one.precision) for one in at],
    }
    return Table(pd.DataFrame(rows), "What other thresholds bring")


def roc(curve: ThresholdCurve, now: AtThreshold) -> go.Figure:
    """Photos found over false alarms, for every threshold; the chosen one is marked."""
    figure = go.Figure()
    if curve.recall is not None and curve.false_positive_rate is not None:
        line = {"color": PALETTE[1], "shape": "linear"}
        point = (1 - (now.specificity.value or 0), now.recall.value or 0)
        _add(figure, curve.false_positive_rate, curve.recall, line, point)
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": QUIET, "dash": "dot"}, name="chance"
    )
    _square(
        figure,
        f"ROC curve, area {curve.auroc or 0:.3f}",
        "false positive rate",
        "true positive rate (recall)",
    )
    return figure


def precision_recall(curve: ThresholdCurve, now: AtThreshold) -> go.Figure:
    """How many of the called are right, over how many are found."""
    figure = go.Figure()
    if curve.recall is not None and curve.precision is not None:
        line = {"color": PALETTE[2], "shape": "hv"}
        point = (now.recall.value or 0, 1 if now.precision.value is None else now.precision.value)
        _add(figure, curve.recall, curve.precision, line, point)
    mean = curve.average_precision or 0
    _square(
        figure,
        f"Precision and recall, average {mean:.3f}",
        "recall",
        "precision",
    )
    return figure


def _add(
    figure: go.Figure,
    across: NDArray[np.float64],
    up: NDArray[np.float64],
    line: dict[str, str],
    point: tuple[float, float],
) -> None:
    """A curve over all thresholds, and the point that the chosen one is."""
    figure.add_scatter(x=across, y=up, mode="lines", line=line, name="every threshold")
    figure.add_scatter(
        x=point[:1],
        y=point[1:],
        mode="markers",
        marker={"size": 13, "color": PALETTE[0], "symbol": "diamond"},
        name="now",
    )


def _square(figure: go.Figure, title: str, across: str, up: str) -> None:
    percent = {"range": [-0.02, 1.02], "tickformat": ".0%"}
    figure.update_layout(
        title=title,
        height=380,
        xaxis={**percent, "title": across},
        yaxis={**percent, "title": up},
        legend={"orientation": "h", "y": -0.25, "x": 0.5, "xanchor": "center"},
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
    )
