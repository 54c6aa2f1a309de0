"""The Augment page's workbench: controls on one side, nine draws of one photo beside them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import controls, described, frame, gallery, resources, words
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings import TRAIN


@st.fragment
def workbench(photo_set: PhotoSet) -> None:
    """Controls and preview; only this part redraws when a slider moves."""
    with frame.guard():
        left, right = st.columns([3, 7], gap="large")
        with left:
            config = controls.augmentation()
        with right:
            _preview(photo_set)
        with left:
            st.caption(f"Training will see photos {described.augmentation(config)}.")
            for sentence in described.too_strong(config):
                st.warning(f"Too strong? {sentence}", icon=":material/warning:")


def _preview(photo_set: PhotoSet) -> None:
    """The original, its label, and nine draws as a 3 x 3."""
    turn = st.session_state.setdefault("augment_photo", 0)
    seed = st.session_state.setdefault("augment_seed", 0)
    side_px = st.session_state.get("train_image_size_px", TRAIN["image_size_px"].default)
    candidates = photo_set.indices("training")
    index = int(candidates[np.random.default_rng(turn + 1).integers(len(candidates))])
    label = photo_set.classes[photo_set.photos[index].class_index]
    original, draws = st.columns([2, 5], gap="medium")
    with original:
        gallery.grid(
            [
                gallery.Tile(
                    resources.picture(resources.square(photo_set.id, index, side_px)),
                    f"the original: {words.literal(words.short(label, 20))}",
                    f"The original photo, labelled {label}",
                )
            ],
            columns=1,
        )
        st.button(
            "Another photo",
            key="augment_another",
            icon=":material/image_search:",
            width="stretch",
            help="Picks another training photo of the set.",
            on_click=lambda: st.session_state.update(augment_photo=turn + 1),
        )
        st.button(
            "Another seed",
            key="augment_reseed",
            icon=":material/casino:",
            width="stretch",
            help="Draws nine other variations with the same settings.",
            on_click=lambda: st.session_state.update(augment_seed=seed + 1),
        )
    with draws:
        config = controls.chosen_augmentation()
        gallery.grid(
            [
                gallery.Tile(picture, "", f"Variation {number} of the photo labelled {label}")
                for number, picture in enumerate(
                    resources.augmented(photo_set.id, index, side_px, config, seed), start=1
                )
            ]
        )
