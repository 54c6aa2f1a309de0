"""Learning curves: pure functions from epochs to Plotly figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.charts.figure import Table
from pages.ui.charts.palette import LEGEND, PALETTE, QUIET
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.wording import curve_points, numbers
from pipeline.wording.curve_points import fine_tuning_after, name_counted_anew

_PERCENT: Final = st.column_config.NumberColumn(format="%.1f")
_LOSS: Final = st.column_config.NumberColumn(format="%.4f")
_SCORES: Final[dict[str, Any]] = {
    "Training accuracy %": _PERCENT,
    "Validation accuracy %": _PERCENT,
    "Training loss": _LOSS,
    "Validation loss": _LOSS,
}

ACCURACY: Final = "accuracy"
LOSS: Final = "loss"
TITLES: Final = {ACCURACY: "Accuracy", LOSS: "Loss"}
_STEPS_THEN_EPOCHS: Final = "step of the solver, then epoch of fine-tuning"
_LOWEST: Final = "lowest validation loss"
AXES: Final = {ACCURACY: "accuracy", LOSS: "loss (lower is better)"}


def of_run(
    measure: str,
    epochs: Sequence[Epoch],
    *,
    initial: Mapping[str, float] | None = None,
    planned: int | None = None,
    best_epoch: int | None = None,
    reference: Sequence[Epoch] = (),
    solved: bool = False,
) -> go.Figure:
    """One measure of one run over both phases.

    Args:
        measure: `ACCURACY` or `LOSS`.
        epochs: What is known so far, in order.
        initial: Scores of the untrained head, drawn at epoch 0.
        planned: Epochs in all; fixes the axis, so that a growing curve does not jump.
        best_epoch: The epoch whose weights were kept.
        reference: Epochs of another run, drawn thin behind.
        solved: Whether the points of the first phase are steps of the solver.
    """
    figure = go.Figure()
    switch = fine_tuning_after(epochs)
    if solved and switch is not None:
        _name_points(figure, measure, epochs, switch)
    if reference:
        shown = "Tutorial, validation, by epoch" if solved else "Tutorial, validation"
        _add_line(figure, reference, f"val_{measure}", shown, QUIET, "dot", False)
    _add_line(figure, epochs, measure, "Training", PALETTE[0], "dash")
    _add_line(figure, epochs, f"val_{measure}", "Validation", PALETTE[1], "solid", start=initial)
    last = max([planned or 1, len(epochs), *(epoch.epoch for epoch in reference)])
    if switch is not None:
        _mark_fine_tuning(figure, switch, measure, late=switch > last / 2)
    kept = next((epoch for epoch in epochs if epoch.epoch == best_epoch), None)
    if kept is not None:
        by_solver = solved and kept.phase == FEATURE_EXTRACTION
        _mark_kept(figure, kept, measure, "the solver's result" if by_solver else _LOWEST)
    values = [epoch_value(epoch, key) for epoch in epochs for key in (measure, f"val_{measure}")]
    _finish(figure, measure, last, [*values, *([initial[measure]] if initial else [])])
    if solved:
        _count_steps(figure, last, switch, (planned or 0) > max(1, len(epochs)))
    return figure


def describe(measure: str, epochs: Sequence[Epoch], counted: str = "") -> str:
    """A sentence that says what the curve shows, for those who hear the page.

    Args:
        measure: `ACCURACY` or `LOSS`.
        epochs: What is known so far, in order.
        counted: What the points are, where they are not all epochs.
    """
    if not epochs:
        return f"{TITLES[measure]} per epoch: no epoch is finished yet."
    first, last = epochs[0], epochs[-1]
    return (
        f"{TITLES[measure]} over {counted or numbers.plural(len(epochs), 'epoch')}: validation "
        f"from {epoch_value(first, f'val_{measure}'):.3f} to "
        f"{epoch_value(last, f'val_{measure}'):.3f}, "
        f"training from {epoch_value(first, measure):.3f} to {epoch_value(last, measure):.3f}."
    )


def epoch_value(epoch: Epoch, key: str) -> float:
    """One score of an epoch by its name."""
    return float(getattr(epoch, key))


def _count_steps(figure: go.Figure, last: int, switch: int | None, more: bool) -> None:
    """Count the solver's steps, and from the switch on the epochs of fine-tuning anew."""
    if switch is None:
        title = _STEPS_THEN_EPOCHS if more else "step of the solver"
        figure.update_xaxes(title=title, unifiedhovertitle={"text": "step %{x}"})
        return
    every = next(step for step in (1, 2, 5, 10, 20, 50) if last <= 10 * step or step == 50)
    steps = range(0, switch - every // 2 + 1, every)  # leaves room for the first one behind
    tuning = range(every, last - switch + 1, every)
    figure.update_xaxes(
        title=_STEPS_THEN_EPOCHS,
        tickmode="array",
        tickvals=[*steps, *(switch + number for number in tuning)],
        ticktext=[str(number) for number in (*steps, *tuning)],
        tickangle=0,
        unifiedhovertitle={"text": " "},  # it could only show the number; `_name_points` says more
    )


def _name_points(figure: go.Figure, measure: str, epochs: Sequence[Epoch], switch: int) -> None:
    """A line that nobody sees; its points say what they are: a solver's step or an epoch."""
    names = [name_counted_anew(epoch.epoch, switch, after_solver=True) for epoch in epochs]
    figure.add_scatter(
        x=[epoch.epoch for epoch in epochs],
        y=[epoch_value(epoch, f"val_{measure}") for epoch in epochs],
        customdata=names,
        mode="lines",
        line={"width": 0, "color": "rgba(0, 0, 0, 0)"},
        showlegend=False,
        hovertemplate="<b>%{customdata}</b><extra></extra>",
    )


def _add_line(
    figure: go.Figure,
    epochs: Sequence[Epoch],
    key: str,
    name: str,
    colour: str,
    dash: str,
    markers: bool = True,
    start: Mapping[str, float] | None = None,
) -> None:
    along = [epoch.epoch for epoch in epochs]
    values = [epoch_value(epoch, key) for epoch in epochs]
    if start is not None:
        along, values = [0, *along], [start[key.removeprefix("val_")], *values]
    figure.add_scatter(
        x=along,
        y=values,
        name=name,
        mode="lines+markers" if markers else "lines",
        line={"color": colour, "dash": dash, "width": 2.5 if markers else 1.5},
        marker={"size": 6, "symbol": "circle" if dash == "solid" else "diamond"},
        hovertemplate="%{y:.4f}<extra>%{fullData.name}</extra>",
    )


def _mark_fine_tuning(figure: go.Figure, after: int, measure: str, late: bool) -> None:
    """The line where it starts; its words stand on the side where there is room for them."""
    below = measure == ACCURACY  # its curves run at the top then, those of the loss at the bottom
    figure.add_vline(
        x=after + 0.5,
        line={"color": PALETTE[2], "width": 2, "dash": "dash"},
        annotation={
            "text": "fine-tuning starts",
            "font": {"color": PALETTE[2]},
            "yref": "paper",
            "y": 0.03 if below else 0.97,
            "xanchor": "right" if late else "left",
            "xshift": -5 if late else 5,
            "yanchor": "bottom" if below else "top",
        },
    )


def _mark_kept(figure: go.Figure, kept: Epoch, measure: str, why: str) -> None:
    figure.add_scatter(
        x=[kept.epoch],
        y=[epoch_value(kept, f"val_{measure}")],
        name="Best epoch (saved)",
        mode="markers",
        marker={"size": 15, "symbol": "circle-open", "color": PALETTE[1], "line": {"width": 3}},
        cliponaxis=False,
        hovertemplate=f"saved: {why}<extra></extra>",
    )


def _finish(figure: go.Figure, measure: str, last: int, values: Sequence[float]) -> None:
    """Title, axes and ranges; neither jumps."""
    figure.update_layout(
        title=TITLES[measure],
        height=360,
        hovermode="x unified",
        uirevision=measure,  # a zoom outlasts the next epoch
        xaxis={
            "title": "epoch",
            "unifiedhovertitle": {"text": "epoch %{x}"},
            "range": [-0.3, last + 0.6],
            "dtick": max(1, last // 10),
            "zeroline": False,
        },
        yaxis=up(measure, values, least_loss=1.0),
        **LEGEND,
    )


def up(measure: str, values: Sequence[float], least_loss: float) -> dict[str, Any]:
    """The upright axis: accuracy ends at 1, loss begins at 0.

    Args:
        measure: `ACCURACY` or `LOSS`.
        values: All that are drawn.
        least_loss: As far as the axis of the loss reaches at least.
    """
    axis = {"title": AXES[measure], "zeroline": False}
    if measure == ACCURACY:
        low = min([0.8, *values])
        return {**axis, "range": [max(0.0, low - 0.04), 1.01], "tickformat": ".0%"}
    return {**axis, "range": [0.0, max([least_loss, *values]) * 1.05]}


def points_table(
    config: TrainConfig,
    epochs: Sequence[Epoch],
    initial: Mapping[str, float] | None = None,
    reference: Sequence[Epoch] = (),
) -> Table:
    """Both measures of one run at every point of its curves.

    Args:
        config: The run's settings.
        epochs: Its points.
        initial: Scores of the untrained head.
        reference: Epochs of another run that is drawn behind.
    """
    lines = [_scores(curve_points.name(config, epochs, one.epoch), one) for one in epochs]
    if initial is not None:
        start = {
            "Validation accuracy %": numbers.percentage(initial["accuracy"]),
            "Validation loss": initial["loss"],
        }
        lines.insert(0, {"Point": "baseline", "Phase": "", **start})
    lines += [_scores(f"tutorial, epoch {one.epoch}", one) for one in reference]
    rows = pd.DataFrame(lines, columns=["Point", *_SCORES, "Phase"])
    return Table(rows, "Accuracy and loss at every point of the curves", _SCORES)


def _scores(point: str, epoch: Epoch) -> dict[str, Any]:
    return {
        "Point": point,
        "Phase": numbers.PHASE_NAMES.get(epoch.phase, ""),  # a damaged row hides no other
        "Training accuracy %": numbers.percentage(epoch.accuracy),
        "Validation accuracy %": numbers.percentage(epoch.val_accuracy),
        "Training loss": epoch.loss,
        "Validation loss": epoch.val_loss,
    }
