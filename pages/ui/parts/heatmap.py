"""Heatmaps: where the network looked, painted over a photo."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import frame, inline, resources
from pages.ui.parts.tiles import Tile
from pipeline.classify import heatmap

SHOWN_PX = 320
STYLE: Final = Path(__file__).parent / "heatmap.css"


def controls(page: str, is_over: bool = True) -> float | None:
    """Whether to paint, and how strongly (0 to 1); None for the plain photos.

    Args:
        page: The page's name, with which the keys begin.
        is_over: Whether the paint is drawn with `over`; else it stands beside its photo.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        on = st.toggle(
            "Show where it looked",
            key=f"{page}_heat",
            help="Paints every part of a photo by how much it speaks for the answer: dark for "
            "nothing, pale yellow for most.",
        )
        if not on:
            return None
        strength: float = st.slider(
            "Strength",
            0.1,
            0.9,
            0.4,
            0.1,
            key=f"{page}_heat_strength",
            width=260,
            help="How much of the paint and how little of the photo. Usual is 0.4.",
        )
    plain = ""
    if is_over:
        st.html(STYLE)
        plain = " Point at a photo to see it without the paint."
    st.caption(f"Yellow areas mattered most.{plain}")
    frame.learn(
        "How does one know where it looked?",
        "The network cuts the photo into a grid of patches and notes over a thousand things about "
        "each. The head only averages these notes and weighs them, so one can take the weighing "
        "back to each patch: what it added to the lead of this class over the others is known "
        "exactly (a *class activation map*). What speaks for all classes alike decides nothing, "
        "and is left out. Each patch has seen a good part of its surroundings, too, so the map is "
        "coarse. If it looks at the sofa when it says cat, it may have learned sofas.",
    )
    return strength


def painted(photo: np.ndarray, found: np.ndarray, strength: float) -> bytes:
    """A photo, `(height, width, 3)` uint8 RGB, with a map of any size over it, as JPEG."""
    return resources.picture(heatmap.overlay(photo, heatmap.normalised(found), strength))


def over(plain: Tile, painted_jpeg: bytes, alt: str, key: str) -> None:
    """A photo with its paint over it, which fades where one points or tabs to it.

    Args:
        plain: The photo.
        painted_jpeg: The same, painted.
        alt: Where the heat is, in words.
        key: Of the photo on its page.
    """
    with st.container(key=f"heat_over_{key}"):
        st.image(inline.source(plain.picture), width="stretch", alt=plain.alt)
        st.image(inline.source(painted_jpeg), width="stretch", alt=alt)
