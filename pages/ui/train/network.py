"""The layers of the network, frozen and released."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from pages.ui.charts import bars, figure
from pipeline.network.mobilenet_v2 import NAME, Layer, backbone_layers, count_parameters
from pipeline.settings.hyperparameters import NUM_LAYERS
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.wording import numbers

RELEASED: Final = "background-color: rgba(217, 98, 43, 0.16)"  # on light and dark
LINE_NAME: Final = "freezing line"
KEY: Final = "train_network"  # session: whether the network is unfolded
LINE: Final = "background-color: rgba(122, 107, 209, 0.35); font-weight: 600"


def layers(rows: Sequence[Layer], fine_tune_at: int, num_classes: int) -> Styler:
    """The backbone's layers and the head, with a line where freezing ends."""
    lines = [_layer(layer, fine_tune_at) for layer in rows]
    below = "below: released" if fine_tune_at < NUM_LAYERS else ""
    lines.insert(fine_tune_at, (LINE, "", LINE_NAME, "above: frozen", "", "", "", below))
    logits = 1 if num_classes == 2 else num_classes
    features = rows[-1].output_shape[-1]
    parameters = f"{(features + 1) * logits:,}"
    said = ("", "new dense layer", "Dense", "head", f"{logits}", parameters, "learns in both")
    lines.append((RELEASED, *said))
    columns = ["Layer", "Name", "Kind", "Block", "Output", "Parameters", "Fine-tuning"]
    return _styled(lines, columns)


def blocks(rows: Sequence[Layer], fine_tune_at: int) -> Styler:
    """The backbone block by block, with a line where freezing ends."""
    inside: dict[str, list[Layer]] = {}
    for layer in rows:
        inside.setdefault(layer.block, []).append(layer)
    lines: list[tuple[str, ...]] = []
    for name, members in inside.items():
        first, last = members[0].index, members[-1].index
        fate = "frozen" if last < fine_tune_at else "released"
        if first < fine_tune_at <= last:
            fate = f"released from layer {fine_tune_at} on"
        shape = " x ".join(str(side) for side in members[-1].output_shape)
        parameters = sum(layer.parameters for layer in members)
        style = "" if last < fine_tune_at else RELEASED
        lines.append((style, name, f"{first} to {last}", shape, f"{parameters:,}", fate))
    frozen = sum(members[-1].index < fine_tune_at for members in inside.values())
    lines.insert(frozen, (LINE, LINE_NAME, f"at {fine_tune_at}", "", "", ""))
    return _styled(lines, ["Name", "Layers", "Output", "Parameters", "Fine-tuning"])


def _styled(lines: Sequence[tuple[str, ...]], columns: Sequence[str]) -> Styler:
    """A table of lines, of which each begins with its style."""
    frame = pd.DataFrame([cells for _, *cells in lines], columns=columns)
    styles = pd.DataFrame([[style] * len(columns) for style, *_ in lines], columns=columns)
    return frame.style.apply(lambda _: styles, axis=None)


def _layer(layer: Layer, fine_tune_at: int) -> tuple[str, ...]:
    """A layer's style and its cells."""
    style = ""
    if layer.index < fine_tune_at:
        fate = "frozen"
    elif layer.kind == "BatchNormalization":
        fate = "kept as it is"
    elif layer.parameters:
        fate, style = "released", RELEASED
    else:
        fate = "nothing to learn"
    shape = " x ".join(str(side) for side in layer.output_shape)
    parameters = f"{layer.parameters:,}" if layer.parameters else ""
    return style, str(layer.index), layer.name, layer.kind, layer.block, shape, parameters, fate


def parameters(config: TrainConfig, num_classes: int) -> None:
    """How many numbers the network has, and how many of them each phase may change."""
    counted = count_parameters(config, num_classes)
    head = counted.trainable[FEATURE_EXTRACTION]
    rows = {
        f"Backbone, {NUM_LAYERS} layers": counted.total - head,
        "Head, the new layer": head,
        "Trainable in phase 1": head,
    }
    if config.fine_tune_epochs:
        rows["Trainable in phase 2"] = counted.trainable[FINE_TUNING]
    st.table(
        {"Parameters": list(rows), "Number": [f"{number:,}" for number in rows.values()]},
        border="horizontal",
        hide_index=True,
        alt="Parameters of the network, in all and in each phase",
    )


def network(config: TrainConfig, num_classes: int) -> None:
    """All layers, and the freezing line between them; drawn only where somebody looks."""
    unfolded = st.expander(
        "The network, layer by layer", icon=":material/layers:", key=KEY, on_change="rerun"
    )
    if not unfolded.open:
        return
    rows = backbone_layers(config.alpha, config.image_size_px)
    with unfolded:
        parameters(config, num_classes)
        figure.draw(
            bars.freezing_line(rows, config.fine_tune_at),
            None,  # both tables are right below
            key="train_layers_chart",
            alt=f"{NUM_LAYERS} layers in blocks; those before layer {config.fine_tune_at} stay "
            "frozen in fine-tuning, the others are released",
        )
        by_block, all_layers = st.tabs(["By block", f"All {NUM_LAYERS} layers"])
        with by_block:
            st.dataframe(
                blocks(rows, config.fine_tune_at),
                hide_index=True,
                height="content",
                key="train_blocks",
                alt=f"The blocks of {NAME} with the freezing line",
            )
        with all_layers:
            st.dataframe(
                layers(rows, config.fine_tune_at, num_classes),
                hide_index=True,
                height=460,
                key="train_layers",
                alt=f"The layers of {NAME} with the freezing line",
            )
        st.caption(
            f"Input {config.image_size_px} by {config.image_size_px} pixels, "
            f"{numbers.plural(NUM_LAYERS, 'layer')} of {NAME}, then the head. Batch "
            "normalization keeps its statistics and its scale in both phases: on few photos, new "
            "statistics would undo what the network knows."
        )
