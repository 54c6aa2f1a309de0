"""The Augment page's workbench: controls on one side, nine views of one photo beside them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import frame, markdown, resources
from pages.ui.parts import setting_controls, tiles
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings.train_config import AugmentConfig, TrainConfig
from pipeline.wording import settings_text


@st.fragment
@frame.guard()
def workbench(photo_set: PhotoSet) -> None:
    """Controls and preview; only this part redraws when a slider moves."""
    if not len(photo_set.indices("training")):
        st.info(
            "This set has no training photos, and only those are varied. The check-up on the "
            "Photos page divides the photos anew.",
            icon=":material/info:",
        )
        frame.link("Photos", "Open Photos")
        return
    left, right = st.columns([3, 7], gap="large")
    with left:
        augment = setting_controls.augmentation()
    with right:
        config = setting_controls.chosen_train_config()
        _preview(photo_set, config)
        st.caption(views_note(config))
        frame.link("Train", "Change the number of views on Train", ":material/tune:")
    with left:
        st.caption(settings_text.training_photos(config))
        for sentence in settings_text.too_strong(augment):
            st.warning(f"Too strong? {sentence}", icon=":material/warning:")


def views_note(config: TrainConfig) -> str:
    """Which of the nine views on this page a training with these settings will use."""
    if config.augment == AugmentConfig():
        return "With everything off, every view is the photo as it is."
    used = settings_text.views_used(config)
    if not used:
        return (
            "A training with the present settings uses **none** of these: it solves the head on "
            "photos as they are, and there is no fine-tuning."
        )
    if used < resources.NINE:
        which = f"the first **{used}** of these" if used > 1 else "only the **first** of these"
        return f"Training uses {which}, the very same pixels, and takes turns from epoch to epoch."
    more = f", and {used - resources.NINE} more like them" if used > resources.NINE else ""
    return f"Training uses all **nine** of these{more}, the very same pixels, one in each epoch."


def _preview(photo_set: PhotoSet, config: TrainConfig) -> None:
    """The original, its label, and nine views as a 3 x 3."""
    turn = st.session_state.setdefault("augment_photo", 0)
    candidates = photo_set.indices("training")
    index = int(candidates[np.random.default_rng(turn + 1).integers(len(candidates))])
    label = photo_set.classes[photo_set.photos[index].class_index]
    original, views = st.columns([2, 5], gap="medium")
    with original:
        photo = resources.square(photo_set.id, index, config.image_size_px)
        text = f"the original: {markdown.name(label, photo_set.classes, 20)}"
        alt = f"The original photo, labelled {label}"
        tiles.grid([tiles.Tile(resources.picture(photo), text, alt)], columns=1)
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
            help="Draws nine other views with the same settings. Training takes this seed, too: "
            "it is the one under More settings on Train.",
            on_click=setting_controls.take_seed,
            args=(config.seed + 1,),
        )
        st.caption(f"Seed {config.seed}")
    with views:
        used = settings_text.views_used(config)
        pictures = resources.augmented(
            photo_set.id, index, config.image_size_px, config.augment, config.seed
        )
        tiles.grid(
            [
                tiles.Tile(
                    picture,
                    f"view {number}" if number <= used else f"view {number}, not used",
                    f"View {number} of the photo labelled {label}",
                )
                for number, picture in enumerate(pictures, start=1)
            ]
        )
