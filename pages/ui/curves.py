"""Learning curves: pure functions from epochs to Plotly figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import plotly.graph_objects as go

from pages.ui import words
from pages.ui.charts import LEGEND, PALETTE, QUIET
from pipeline.config import FINE_TUNING
from pipeline.workspace.runs import Epoch

ACCURACY: Final = "accuracy"
LOSS: Final = "loss"
_TITLES: Final = {ACCURACY: "Accuracy", LOSS: "Loss"}
_AXES: Final = {ACCURACY: "share of photos right", LOSS: "loss (lower is better)"}


def of_run(
    measure: str,
    epochs: Sequence[Epoch],
    *,
    initial: Mapping[str, float] | None = None,
    planned: int | None = None,
    best_epoch: int | None = None,
    reference: Sequence[Epoch] = (),
) -> go.Figure:
    """One measure of one run over both phases.

    Args:
        measure: `ACCURACY` or `LOSS`.
        epochs: What is known so far, in order.
        initial: Scores of the untrained head, drawn at epoch 0.
        planned: Epochs in all; fixes the axis, so that a growing curve does not jump.
        best_epoch: The epoch whose weights were kept.
        reference: Epochs of another run, drawn thin behind.
    """
    figure = go.Figure()
    if reference:
        _add_line(figure, reference, f"val_{measure}", "Tutorial, validation", QUIET, "dot", False)
    _add_line(figure, epochs, measure, "Training", PALETTE[0], "dash")
    _add_line(figure, epochs, f"val_{measure}", "Validation", PALETTE[1], "solid", start=initial)
    switch = fine_tuning_after(epochs)
    if switch is not None:
        _mark_fine_tuning(figure, switch, measure)
    _mark_best(figure, epochs, measure, best_epoch)
    last = max([planned or 1, len(epochs), *(epoch.epoch for epoch in reference)])
    values = [epoch_value(epoch, key) for epoch in epochs for key in (measure, f"val_{measure}")]
    _finish(figure, measure, last, [*values, *([initial[measure]] if initial else [])])
    return figure


def comparison(measure: str, runs: Sequence[tuple[str, Sequence[Epoch]]]) -> go.Figure:
    """Several runs in one chart: a colour for each run, validation solid, training dashed.

    Args:
        measure: `ACCURACY` or `LOSS`.
        runs: Name and epochs of each run.
    """
    figure = go.Figure()
    values: list[float] = []
    for number, (name, epochs) in enumerate(runs):
        colour = PALETTE[number % len(PALETTE)]
        shown = words.chart_text(words.short(name))
        for key, kind, dash in (("val_", "validation", "solid"), ("", "training", "dash")):
            _add_line(figure, epochs, f"{key}{measure}", f"{shown}, {kind}", colour, dash)
            # One entry of the legend for both lines, so that long names leave room.
            figure.data[-1].update(legendgroup=str(number), showlegend=kind == "validation")
            values += [epoch_value(epoch, f"{key}{measure}") for epoch in epochs]
        switch = fine_tuning_after(epochs)
        if switch is not None:
            figure.add_vline(x=switch + 0.5, line={"color": colour, "width": 1, "dash": "dot"})
    last = max([1, *(len(epochs) for _, epochs in runs)])
    _finish(figure, measure, last, values)
    below = {"orientation": "h", "y": -0.28, "yanchor": "top", "x": 0, "xanchor": "left"}
    figure.update_layout(legend=below, height=400)
    return figure


def describe(measure: str, epochs: Sequence[Epoch]) -> str:
    """A sentence that says what the curve shows, for those who hear the page."""
    if not epochs:
        return f"{_TITLES[measure]} per epoch: no epoch is finished yet."
    first, last = epochs[0], epochs[-1]
    return (
        f"{_TITLES[measure]} over {words.plural(len(epochs), 'epoch')}: validation from "
        f"{epoch_value(first, f'val_{measure}'):.3f} to {epoch_value(last, f'val_{measure}'):.3f}, "
        f"training from {epoch_value(first, measure):.3f} to {epoch_value(last, measure):.3f}."
    )


def fine_tuning_after(epochs: Sequence[Epoch]) -> int | None:
    """Number of the last epoch before fine-tuning; None where it has not begun."""
    first = next((epoch.epoch for epoch in epochs if epoch.phase == FINE_TUNING), None)
    return None if first is None else first - 1


def epoch_value(epoch: Epoch, key: str) -> float:
    """One score of an epoch by its name."""
    return float(getattr(epoch, key))


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


def _mark_fine_tuning(figure: go.Figure, after: int, measure: str) -> None:
    below = measure == ACCURACY  # its curves run at the top then, those of the loss at the bottom
    figure.add_vline(
        x=after + 0.5,
        line={"color": PALETTE[2], "width": 2, "dash": "dash"},
        annotation={
            "text": "fine-tuning starts",
            "font": {"color": PALETTE[2]},
            "yref": "paper",
            "y": 0.03 if below else 0.97,
            "xanchor": "left",
            "xshift": 5,
            "yanchor": "bottom" if below else "top",
        },
    )


def _mark_best(
    figure: go.Figure, epochs: Sequence[Epoch], measure: str, best_epoch: int | None
) -> None:
    for epoch in epochs:
        if epoch.epoch == best_epoch:
            figure.add_scatter(
                x=[epoch.epoch],
                y=[epoch_value(epoch, f"val_{measure}")],
                name="Kept (best)",
                mode="markers",
                marker={
                    "size": 15,
                    "symbol": "circle-open",
                    "color": PALETTE[1],
                    "line": {"width": 3},
                },
                hovertemplate="kept: lowest validation loss<extra></extra>",
            )


def _finish(figure: go.Figure, measure: str, last: int, values: Sequence[float]) -> None:
    """Title, axes and ranges; accuracy ends at 1, loss begins at 0, neither jumps."""
    if measure == ACCURACY:
        low = min([0.8, *values])
        across = {"range": [max(0.0, low - 0.04), 1.01], "tickformat": ".0%"}
    else:
        across = {"range": [0.0, max([1.0, *values]) * 1.05]}
    figure.update_layout(
        title=_TITLES[measure],
        height=360,
        hovermode="x unified",
        uirevision=measure,  # a zoom outlasts the next epoch
        xaxis={
            "title": "epoch",
            "range": [-0.3, last + 0.6],
            "dtick": max(1, last // 10),
            "zeroline": False,
        },
        yaxis={"title": _AXES[measure], **across, "zeroline": False},
        **LEGEND,
    )
