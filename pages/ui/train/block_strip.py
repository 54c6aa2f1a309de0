"""The network as a strip of blocks with a line that can be moved: frozen before, released after.

It sets `fine_tune_at`, by mouse, finger and keyboard. The line stands before any of the 154
layers; it is dragged from block to block, and with Shift held from layer to layer.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Any, Final

import streamlit as st

from pages.ui import component
from pages.ui.train import typed_settings
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.settings.hyperparameters import NUM_LAYERS, TRAIN
from pipeline.wording import cut_text

KEY: Final = "train_block_strip"
_STRIP: Final = component.beside(__file__, '<div class="strip"></div>\n<div class="told"></div>')
_SETTING: Final = "train_fine_tune_at"


def show(alpha: float, num_classes: int, idle: str = "") -> int:
    """Draw the field with the layer's number, and the strip below it.

    Args:
        alpha: Width of the network.
        num_classes: Classes of the photo set.
        idle: Why the line changes nothing at present; the strip is grey then.

    Returns:
        `fine_tune_at`.
    """
    with st.container(key="train_fine_tune_at_setting", gap=None):
        typed_settings.field("fine_tune_at", idle)
        at: int = st.session_state[_SETTING]
        _STRIP(
            key=KEY,
            data={
                "at": at,
                "label": TRAIN["fine_tune_at"].label,
                "blocks": _blocks(),
                "told": cut_text.every_cut(alpha, num_classes),
                "idle": idle,
            },
            on_at_change=_take,
        )
    return at


@lru_cache(maxsize=1)
def _blocks() -> list[dict[str, Any]]:
    """Each block's name, short enough for its cell, and its first layer; the end at last."""
    layers = backbone_layers(TRAIN["alpha"].default, TRAIN["image_size_px"].default)
    first = [next(group) for _, group in groupby(layers, key=lambda layer: layer.block)]
    cells = [{"name": cut_text.cell(layer.block), "from": layer.index} for layer in first]
    return [*cells, {"name": "", "from": NUM_LAYERS}]


def _take() -> None:
    """Put the line where it was dropped; a browser may send anything."""
    at = st.session_state[KEY].get("at")
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at <= NUM_LAYERS:
        st.session_state.pop(typed_settings.REFUSED, None)
        st.session_state[_SETTING] = at
