"""What fine-tuning did to the weights of each block: the chart, its table, its reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui import frame
from pages.ui.charts.figure import Table, draw
from pages.ui.charts.palette import LEGEND, PALETTE, QUIET
from pipeline.network.mobilenet_v2 import Layer, backbone_layers
from pipeline.network.weight_change import Moved
from pipeline.settings.hyperparameters import NUM_LAYERS
from pipeline.settings.train_config import FINE_TUNING, TrainConfig
from pipeline.wording import numbers, text
from pipeline.workspace.run import Run

HEAD: Final = "new layer (head)"
_NAMES: Final = {"stem": "first layers (stem)", "top": "last convolution"}
_IN_A_SENTENCE: Final = {"stem": "the first layers", "top": "the last convolution"}
_FROM_NOTHING: Final = "trained from scratch"
_LINE_PX: Final = 24
_PRACTICALLY_ALL: Final = 0.99
_FAR: Final = 0.1  # of the weights: the network is hardly the same any more


def show(run: Run) -> None:
    """The chart with what to see in it; one calm sentence where there is nothing to draw."""
    if not any(epoch.phase == FINE_TUNING for epoch in run.epochs):
        return
    why = _nothing_to_draw(run)
    if why:
        st.caption(f":material/info: {why}")
        return
    st.markdown(reading(run.moved), width=frame.TEXT_PX)
    draw(chart(run.moved), table(run.moved, run.config), key="runs_moved", alt=describe(run.moved))
    frame.learn(
        "Why does so small a change make a difference?",
        "Each weight of a released layer is moved a little in nearly every step, mostly by far "
        "less than a hundredth of its size. But every photo runs through hundreds of thousands of "
        "them, and training moves them all in a direction that helps: small changes add up. That "
        "is also why fine-tuning uses a low learning rate. Had the weights moved far, the network "
        "would have lost what it knew before.\n\n*Batch normalization*, which keeps the numbers "
        "inside a network in a usable range, is not counted: it stays as it is in both phases.",
    )


def _nothing_to_draw(run: Run) -> str:
    """Why there is no chart; empty where there is one."""
    if run.config.fine_tune_at >= NUM_LAYERS:
        return "Nothing of the backbone was released, so all its weights are what they were."
    if run.moved:
        return ""
    kept = next((epoch for epoch in run.epochs if epoch.epoch == run.best_epoch), None)
    if kept is not None and kept.phase != FINE_TUNING:
        return (
            "The epoch that was kept is one before fine-tuning, so all weights of the backbone are "
            "what they were."
        )
    return "How much fine-tuning changed each block was not noted for this run."


def name(block: str) -> str:
    """A block as people call it."""
    return _NAMES.get(block, block)


def reading(moved: Sequence[Moved]) -> str:
    """What the chart says, in two or three sentences."""
    frozen = [one for one in moved if not one.changed]
    released = [one for one in moved if one.changed]
    if not released:
        return "No weight of the backbone changed."
    most = max(released, key=lambda one: one.distance)
    share = sum(one.changed for one in released) / sum(one.weights for one in released)
    nearly = "practically all weights"
    if share <= _PRACTICALLY_ALL:
        nearly = f"{numbers.percent(share, 0)} of the weights"
    little = "each only a little" if most.distance < _FAR else "and not a little"
    where = _IN_A_SENTENCE.get(most.block, most.block)
    said = (
        f"In the blocks that were released, {nearly} changed, {little}: most in **{where}**, by "
        f"{_percent(most.distance)}."
    )
    if frozen:
        said += f" The {numbers.plural(len(frozen), 'frozen block')} did not change at all."
    return said


def _percent(distance: float) -> str:
    """A distance as `0.22 %`, `3.1 %` or `42 %`; never 0 for what moved."""
    value = 100 * distance
    digits = 0 if value >= 10 else 1 if value >= 1 else 2
    shown = f"{value:.{digits}f} %"
    return "under 0.01 %" if 0 < value < 0.005 else shown


def chart(moved: Sequence[Moved]) -> go.Figure:
    """How far each block went, from the photo at the top to the answer at the bottom."""
    figure = go.Figure()
    frozen = [one for one in moved if not one.changed]
    released = [one for one in moved if one.changed]
    if frozen:
        # A bar of no length cannot be seen: a square on the line says that it is meant.
        square = {"symbol": "square", "size": 9, "color": QUIET}
        blocks = [name(one.block) for one in frozen]
        _mark(figure, blocks, "frozen: unchanged", square, "frozen", ", no weight changed")
    figure.add_bar(
        x=[100 * one.distance for one in released],
        y=[name(one.block) for one in released],
        orientation="h",
        name="released: changed so far",
        marker={"color": PALETTE[0]},
        text=[_percent(one.distance) for one in released],
        textposition="outside",
        cliponaxis=False,
        customdata=[numbers.percent(one.share) for one in released],
        hovertemplate="%{y}: changed by %{text}; %{customdata} of its weights changed"
        "<extra></extra>",
    )
    diamond = {"symbol": "diamond", "size": 11, "color": PALETTE[1]}
    _mark(figure, [HEAD], f"new: {_FROM_NOTHING}", diamond, _FROM_NOTHING)
    order = [*(name(one.block) for one in moved), HEAD]
    most = max([100 * one.distance for one in moved], default=0.0)
    figure.update_layout(
        title="How much fine-tuning changed each block",
        height=190 + _LINE_PX * len(order),
        xaxis={
            "title": "change of its weights (%)",
            "range": [0, 1.25 * most or 1],
            "rangemode": "tozero",
        },
        yaxis={
            "title": "block, from the photo down to the answer",
            "type": "category",
            "categoryorder": "array",
            "categoryarray": order,
            "range": [len(order) - 0.4, -0.6],
            "automargin": True,
            "dtick": 1,
        },
        **LEGEND,
    )
    figure.update_layout(legend={"y": -0.13})
    return figure


def _mark(
    figure: go.Figure,
    blocks: Sequence[str],
    legend: str,
    marker: dict[str, Any],
    text: str,
    more: str = "",
) -> None:
    """Blocks that have no bar: a mark at its beginning, and what they did instead."""
    figure.add_scatter(
        x=[0] * len(blocks),
        y=blocks,
        mode="markers+text",
        name=legend,
        marker=marker,
        text=[text] * len(blocks),
        textposition="middle right",
        cliponaxis=False,
        hovertemplate=f"%{{y}}: {text}{more}<extra></extra>",
    )


def table(moved: Sequence[Moved], config: TrainConfig) -> Table:
    """The same, with the names that Keras has for the layers and the shares of weights."""
    layers = backbone_layers(config.alpha, config.image_size_px)
    lines = [
        (
            name(one.block),
            _percent(one.distance) if one.changed else "0",
            numbers.percent(one.share),
            f"{one.weights:,}",
            _layers(layers, one.block),
        )
        for one in moved
    ]
    lines.append((HEAD, _FROM_NOTHING, "all", "", "a dense layer"))
    columns = ["Block", "Changed by", "Share that changed", "Weights", "Layers"]
    return Table(pd.DataFrame(lines, columns=columns), "How much fine-tuning changed each block")


def _layers(layers: Sequence[Layer], block: str) -> str:
    inside = [layer.name for layer in layers if layer.block == block]
    return f"{inside[0]} to {inside[-1]}"


def describe(moved: Sequence[Moved]) -> str:
    """The chart in a sentence, for those who do not see it."""
    parts = [f"{name(one.block)} {_percent(one.distance)}" for one in moved if one.changed]
    frozen = len(moved) - len(parts)
    still = f"{numbers.plural(frozen, 'block')} frozen and unchanged; " if frozen else ""
    return f"How much fine-tuning changed each block: {still}{text.joined(parts)}."
