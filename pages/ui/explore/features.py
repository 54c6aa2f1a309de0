"""The features that answer loudest to a photo, and the training photos that excite each most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from pages.ui import frame, inline, markdown, networks, resources, stores
from pages.ui.parts import job_card
from pages.ui.parts.tiles import Tile, alt, grid
from pipeline.classify.imagenet_files import BACKBONE_ALPHA
from pipeline.errors import NotReady
from pipeline.network.mobilenet_v2 import num_features
from pipeline.photos.decoding import decode
from pipeline.photos.photo_set import PhotoSet
from pipeline.tuning import exciting_photos
from pipeline.workspace.photo_sets import PhotoSetRow

_FEATURES: Final = num_features(BACKBONE_ALPHA)
MAPS: Final = 8
EXCITING: Final = 6  # photos of each feature
_DIMMED: Final = 0.3  # brightness of what a feature does not answer to
_MAP_PX: Final = 170
_THUMBNAIL_PX: Final = 160


def show(row: PhotoSetRow, jpeg: bytes) -> None:
    """The features that answer loudest to the chosen photo, each with what excites it most."""
    exciting = _exciting(row.id)
    st.markdown(
        f"Of its {_FEATURES:,} features, these {MAPS} answer loudest to the photo that you chose "
        "above; the bright part is **where**. Nobody told the network what to look for.",
        width=frame.TEXT_PX,
    )
    eye = networks.eye()
    photo = decode.square(jpeg, eye.image_size_px)
    features, maps = eye.strongest_maps(photo, MAPS)
    shown = [
        Tile(
            spotlight(photo, one),
            f"feature {feature:,}",
            f"Feature map {number}: where in the photo this feature is found",
        )
        for number, (feature, one) in enumerate(zip(features.tolist(), maps, strict=True), start=1)
    ]
    if exciting is None:
        grid(shown, columns=4)
        _prepare_features(row)
        return
    st.caption("Beside each: the training photos that excite it most. What have they in common?")
    photo_set = resources.photo_set(row.id)
    for tile, feature in zip(shown, features.tolist(), strict=True):
        with st.container(horizontal=True, gap="small", vertical_alignment="top"):
            with st.container(width=_MAP_PX):
                grid([tile], columns=1)
            with st.container(width="stretch"):
                _photos_of(photo_set, exciting[feature].tolist())


def _photos_of(photo_set: PhotoSet, indices: Sequence[int]) -> None:
    with st.grid(EXCITING, min_column_width=50, gap="xsmall"):
        for index in indices:
            label = photo_set.classes[photo_set.photos[index].class_index]
            with st.container(gap="xxsmall"):
                st.image(
                    inline.source(resources.thumbnail(photo_set.id, index, _THUMBNAIL_PX)),
                    width="stretch",
                    alt=f"Excites this feature: {alt(photo_set, photo_set.photos[index])}",
                )
                st.caption(markdown.name(label, photo_set.classes, 16), text_alignment="center")


def _exciting(photo_set_id: str) -> NDArray[np.int64] | None:
    """`(F, n)` photos of each feature; None where the network has not looked at them yet."""
    try:
        return _by_feature(photo_set_id)
    except NotReady:
        return None


@stores.cached_for(stores.expect_photo_set, max_entries=8)
def _by_feature(photo_set_id: str) -> NDArray[np.int64]:
    return exciting_photos.exciting_photos(stores.workspace(), photo_set_id, EXCITING)


def _prepare_features(row: PhotoSetRow) -> None:
    """The way to the photos of each feature: the network has to look at all of them once."""
    job_id = st.session_state.get(f"explore_features_{row.id}")
    if job_id is not None:
        job_card.show(job_id, "The network has looked at the training photos.")
        if not stores.jobs().get(job_id).finished:
            return
    if st.button(
        "Show the training photos that excite each most",
        key="explore_features",
        icon=":material/image_search:",
        help="The network looks at every photo once, and what it sees is kept, also for trainings.",
    ):
        job = stores.jobs().prepare(row.id, exciting_photos.LOOKING, again=True)
        if job is not None:
            st.session_state[f"explore_features_{row.id}"] = job.id
        st.rerun()


def spotlight(photo: NDArray[np.uint8], one: NDArray[np.float32]) -> bytes:
    """A photo that is bright where a feature is strong.

    Args:
        photo: `(side, side, 3)` uint8 RGB in [0, 255].
        one: `(height, width)` float32 in [0, 1].

    Returns:
        A JPEG, twice as large; what the feature does not answer to is dark and grey.
    """
    side = 2 * photo.shape[0]
    grown = Image.fromarray(one).resize((side, side), Image.Resampling.BICUBIC)
    light = np.clip(np.asarray(grown), 0, 1)[..., np.newaxis]
    light = light * light * (3 - 2 * light)  # soft at both ends
    colours = Image.fromarray(photo).resize((side, side), Image.Resampling.BICUBIC)
    grey = np.asarray(colours.convert("L"), np.float32)[..., np.newaxis] * _DIMMED
    mixed = grey * (1 - light) + np.asarray(colours, np.float32) * light
    return resources.picture(mixed.clip(0, 255).astype(np.uint8))
