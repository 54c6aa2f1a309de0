"""How one batch flows through the network: the shapes that it takes on its way."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame, networks
from pipeline.classify.imagenet_files import BACKBONE_ALPHA, BACKBONE_SIZE_PX
from pipeline.network.mobilenet_v2 import feature_map_side, num_features
from pipeline.photos.photo_set import PhotoSet

_BATCH, _PIXELS = networks.BATCH, BACKBONE_SIZE_PX
_FEATURES, _SIDE = num_features(BACKBONE_ALPHA), feature_map_side(BACKBONE_SIZE_PX)
_STEPS: Final = (
    f"{_BATCH} photos, {_PIXELS} by {_PIXELS} pixels, red, green and blue.",
    f"A grid of {_SIDE} by {_SIDE} places with {_FEATURES:,} features each.",
    f"The mean over all places: {_FEATURES:,} features a photo.",
    "The new head weighs them: one number a photo.",
)


def show(photo_set: PhotoSet) -> None:
    """The shapes that one batch takes from photo to answer."""
    st.markdown(
        "A network looks at several photos at once, a **batch**. On its way through the network "
        "a batch changes its shape: fewer and fewer places, more and more features.",
        width=frame.TEXT_PX,
    )
    shapes = networks.batch_shapes(photo_set.id)
    with st.grid(len(shapes), min_column_width=190, gap="small"):
        for number, (label, shape) in enumerate(shapes):
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{number + 1}. {label.capitalize()}**")
                st.code(f"({', '.join(str(side) for side in shape)})", language=None)
                st.caption(_STEPS[min(number, len(_STEPS) - 1)])
    frame.learn(
        f"How do I read ({_BATCH}, {_SIDE}, {_SIDE}, {_FEATURES})?",
        f"{_BATCH} photos; each is now a grid of {_SIDE} by {_SIDE} places; for each place the "
        f"network keeps {_FEATURES:,} numbers, each of which says how much of one feature (a "
        "curve, fur, an eye) it found there. **Global average pooling** takes the mean over the "
        f"{_SIDE**2} places: {_FEATURES:,} numbers for the whole photo, no matter where things "
        f"were. The **head**, a single dense layer, weighs these {_FEATURES:,} numbers and makes "
        "one number of them, the logit: above 0 means the second class, below 0 the first. With "
        "more than two classes there is one number each.",
    )
