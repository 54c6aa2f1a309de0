"""Bars and strips: pure functions from numbers to Plotly figures; for curves see `learning_curve`.

Colours come from `PALETTE`, which reads well on light and dark; beside the colour a
line's style always tells the same, for eyes that see colours otherwise. Streamlit's
theme sets background, text and grid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from pages.ui import markdown
from pages.ui.charts.figure import Table
from pages.ui.charts.palette import LEGEND, PALETTE, QUIET
from pipeline.network.mobilenet_v2 import Layer
from pipeline.photos.splits import SPLITS
from pipeline.wording import numbers
from pipeline.wording.names import apart

MOST_BARS: Final = 40  # classes; more make a figure of many screens


def photos_per_class(splits: Mapping[str, Mapping[str, int]], classes: Sequence[str]) -> go.Figure:
    """Bars: photos per class, one colour per split; lying down when there are many classes.

    Of more than `MOST_BARS` classes those that have most and those that have least.

    Args:
        splits: `{split: {class name: photos}}`.
        classes: The order of the bars.
    """
    lying = len(classes) > 8
    names = dict(zip(classes, markdown.chart_names(classes, 24), strict=True))
    classes = _ends(splits, classes)
    # By their places: two names that are one text to Plotly would fall on one bar.
    places, shown = list(range(len(classes))), [names[name] for name in classes]
    figure = go.Figure()
    for number, split in enumerate(SPLITS):
        counts = [splits.get(split, {}).get(name, 0) for name in classes]
        along, across = (counts, places) if lying else (places, counts)
        figure.add_bar(
            x=along,
            y=across,
            orientation="h" if lying else "v",
            name=split.capitalize(),
            marker={"color": PALETTE[number]},
            text=counts if len(classes) <= 20 else None,
            textposition="outside",
            cliponaxis=False,
            customdata=shown,
            hovertemplate="%{customdata}, %{fullData.name}: %{"
            + ("x" if lying else "y")
            + ":,} photos<extra></extra>",
        )
    photos, kinds = {"title": "photos"}, {"title": "class", "tickvals": places, "ticktext": shown}
    height = max(340, 60 + 44 * len(classes)) if lying else 340
    figure.update_layout(
        title="Photos per class and split",
        barmode="group",
        height=height,
        xaxis=photos if lying else kinds,
        yaxis={**kinds, "autorange": "reversed", "automargin": True} if lying else photos,
        **LEGEND,
    )
    figure.update_layout(legend_y=LEGEND["legend"]["y"] * 340 / height)  # a share of the height
    return figure


def _ends(splits: Mapping[str, Mapping[str, int]], classes: Sequence[str]) -> Sequence[str]:
    """The largest and the smallest classes by their size, where there are more than fit."""
    if len(classes) <= MOST_BARS:
        return classes
    sizes = {name: sum(split.get(name, 0) for split in splits.values()) for name in classes}
    by_size = sorted(classes, key=lambda name: -sizes[name])
    return [*by_size[: MOST_BARS // 2], *by_size[-(MOST_BARS // 2) :]]


def probabilities(
    answers: Sequence[tuple[str, float]], title: str, colour: str = PALETTE[1]
) -> go.Figure:
    """Lying bars: the probability of each answer, the likeliest on top.

    Args:
        answers: Names with probabilities in 0..1, likeliest first.
        title: What was asked.
        colour: Of the bars.
    """
    names = markdown.chart_names([name for name, _ in answers], 28)
    shares = [share for _, share in answers]
    figure = go.Figure(
        go.Bar(
            x=shares,
            y=list(range(len(names))),
            orientation="h",
            marker={"color": colour},
            width=0.42,
            customdata=names,
            hovertemplate="%{customdata}: %{x:.1%}<extra></extra>",
        )
    )
    # Above its bar, not before it: a long name would leave the bars no room.
    for place, (name, share) in enumerate(zip(names, shares, strict=True)):
        figure.add_annotation(
            x=0,
            y=place,
            text=f"{name} <b>{numbers.percent(share)}</b>",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            yshift=9,
            font={"size": 13},
        )
    figure.update_layout(
        title=title,
        height=90 + 48 * len(names),
        margin={"l": 8, "r": 8, "t": 44, "b": 40},
        xaxis={"title": "Probability", "range": [0, 1], "dtick": 0.5, "tickformat": ".0%"},
        yaxis={
            "title": "Answer",
            "showticklabels": False,
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [len(names) - 0.6, -0.75],
        },
    )
    return figure


def freezing_line(layers: Sequence[Layer], fine_tune_at: int) -> go.Figure:
    """The layers as one strip, block by block, divided where freezing ends.

    Args:
        layers: Of the backbone, in order.
        fine_tune_at: Index of the first layer that fine-tuning releases.
    """
    blocks: dict[str, list[Layer]] = {}
    for layer in layers:
        blocks.setdefault(layer.block, []).append(layer)
    figure = go.Figure()
    for name, colour, chosen in (
        ("frozen", QUIET, range(fine_tune_at)),
        ("released", PALETTE[0], range(fine_tune_at, len(layers))),
    ):
        counts = [sum(layer.index in chosen for layer in inside) for inside in blocks.values()]
        starts = [
            next((layer.index for layer in inside if layer.index in chosen), 0)
            for inside in blocks.values()
        ]
        figure.add_bar(
            x=counts,
            base=starts,
            y=["layers"] * len(blocks),
            orientation="h",
            name=name,
            marker={"color": colour, "line": {"width": 1.5}},
            textfont={"color": "#FFFFFF"},
            text=[block.removeprefix("block ") for block in blocks],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            customdata=list(blocks),
            hovertemplate="%{customdata}, %{x} layers<extra>%{fullData.name}</extra>",
        )
    if 0 < fine_tune_at < len(layers):
        figure.add_vline(x=fine_tune_at, line={"color": PALETTE[2], "width": 3})
    figure.update_layout(
        title="Frozen and released layers, block by block",
        barmode="overlay",
        height=190,
        xaxis={"title": "layer", "range": [0, len(layers)], "dtick": 20, "showgrid": False},
        yaxis={"title": "network", "showticklabels": False, "showgrid": False},
        **LEGEND,
    )
    return figure


def photos_per_class_table(
    splits: Mapping[str, Mapping[str, int]], classes: Sequence[str]
) -> Table:
    """How many photos of each class lie in each split."""
    counts = {
        split.capitalize(): [splits.get(split, {}).get(name, 0) for name in classes]
        for split in SPLITS
    }
    rows = pd.DataFrame({"Class": list(apart(classes).values()), **counts})
    return Table(rows, "Photos of each class in each split")


def answers_table(found: Sequence[tuple[str, float]]) -> Table:
    """Answers with their probabilities, likeliest first."""
    rows = {
        "Answer": [name for name, _ in found],
        "Probability": [numbers.percent(share) for _, share in found],
    }
    return Table(pd.DataFrame(rows), "Answers with their probabilities")
