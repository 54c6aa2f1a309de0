"""The Explore page's parts: the original network's answers, and a look inside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from pages.ui import frame, markdown, networks, resources, stores
from pages.ui.charts import bars, figure
from pages.ui.parts import job_card, uploads
from pages.ui.parts.tiles import Tile, alt, grid
from pipeline.classify.imagenet_files import BACKBONE_ALPHA, BACKBONE_SIZE_PX, DOWNLOAD_BYTES
from pipeline.errors import NotReady
from pipeline.files import sizes
from pipeline.network.mobilenet_v2 import NAME, feature_map_side, num_features
from pipeline.photos.decoding import decode, file_kinds
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings import mode
from pipeline.tuning import exciting_photos
from pipeline.wording import numbers, text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState

JOB: Final = "explore_job"
_BATCH, _PIXELS = networks.BATCH, BACKBONE_SIZE_PX
_FEATURES, _SIDE = num_features(BACKBONE_ALPHA), feature_map_side(BACKBONE_SIZE_PX)
_STEPS: Final = (
    f"{_BATCH} photos, {_PIXELS} by {_PIXELS} pixels, red, green and blue.",
    f"A grid of {_SIDE} by {_SIDE} places with {_FEATURES:,} features each.",
    f"The mean over all places: {_FEATURES:,} features a photo.",
    "The new head weighs them: one number a photo.",
)
MAPS: Final = 8
EXCITING: Final = 6  # photos of each feature
_DIMMED: Final = 0.3  # brightness of what a feature does not answer to
_MAP_PX: Final = 170
_THUMBNAIL_PX: Final = 160


def prepare() -> None:
    """Offer the one download that this page needs, as a job."""
    job_id = st.session_state.get(JOB)
    latest = stores.jobs().latest("explore")
    if job_id is None and latest is not None and latest.state != JobState.DONE:
        job_id = latest.id
    if job_id is not None:
        job_card.show(job_id, "The original network is ready.")
        job = stores.jobs().get(job_id)
        if not job.finished:
            return
        if job.state == JobState.FAILED:
            st.caption("Everything else in PawTune works without this page.")
    st.info(
        "This page needs the original network with all its 1,000 answers. It is fetched once "
        "and kept.",
        icon=":material/download:",
    )
    if st.button(
        f"Prepare (downloads {sizes.size(DOWNLOAD_BYTES)} once)",
        key="explore_prepare",
        type="primary",
        icon=":material/download:",
        help=f"Fetches {NAME} as Google published it, checks it, and makes it quick.",
    ):
        st.session_state[JOB] = stores.jobs().submit_explore().id
        st.rerun()


def two_samples(photo_set: PhotoSet) -> None:
    """Two photos of different classes with the three likeliest of the 1,000 answers."""
    turn = st.session_state.setdefault("explore_turn", 0)
    classes = [photo_set.classes.index(name) for name in _with_photos(photo_set)]
    for column, class_index in zip(st.columns(2, gap="medium"), classes[:2], strict=False):
        of_class = np.flatnonzero(photo_set.labels() == class_index)
        index = int(of_class[np.random.default_rng(turn).integers(len(of_class))])
        with column:
            ask(photo_set.jpeg(index), f"your label: {photo_set.classes[class_index]}", index)
    st.button(
        "Two other photos" if len(classes) > 1 else "Another photo",
        key="explore_other",
        icon=":material/shuffle:",
        help="Picks another photo of each of these classes.",
        on_click=lambda: st.session_state.update(explore_turn=turn + 1),
    )


def _with_photos(photo_set: PhotoSet) -> list[str]:
    """The classes that are not empty."""
    there = {photo.class_index for photo in photo_set.photos}
    return [name for index, name in enumerate(photo_set.classes) if index in there]


def ask(jpeg: bytes, label: str, key: object) -> None:
    """A photo beside the original network's three likeliest answers."""
    picture, answer = st.columns([2, 3], vertical_alignment="center")
    with picture:
        st.image(jpeg, width="stretch", alt=f"The photo asked about, {label}")
        st.caption(markdown.literal(label), text_alignment="center")
    names = networks.imagenet_names(jpeg)
    with answer:
        figure.draw(
            bars.probabilities(names, "The original network says"),
            bars.answers_table(names),
            key=f"explore_answer_{key}_{label}",
            alt="The three likeliest answers: "
            + text.joined([f"{name} {numbers.percent(share)}" for name, share in names]),
        )


def why_not_cat() -> None:
    """Why a breed comes out, and what that has to do with two classes."""
    frame.learn(
        "Why does it name a breed, and not simply “cat” or “dog”?",
        "Because nobody ever asked it that. Its 1,000 answers hold some 120 breeds of dogs and "
        "a handful of cats, but neither the word *dog* nor the word *cat*. It has to divide "
        "its certainty among breeds that look alike, so even a clear photo may get 30 % for "
        "*tabby* and 8 % for *tiger cat*. What it **sees** is good: fur, ears, muzzles. Only its "
        "last layer, the one that turns what it sees into names, does not fit our question. So "
        "we take that layer off and train a new one for your classes. “Just two classes” is no "
        "simpler for it: to tell any cat from any dog, it must first see what breeds have in "
        "common.\n\nIf your photos have nothing in common with the things it knows (letters, "
        "X-rays, maps of stars), its answers here look silly, and transfer learning will help "
        "less.",
    )


def any_photo(photo_set: PhotoSet) -> bytes:
    """Choose a photo of the set, or upload one; the original network names it.

    Returns:
        The chosen photo as canonical JPEG.
    """
    controls, answer = st.columns([2, 3], gap="large")
    with controls:
        class_name = st.selectbox(
            "Class",
            _with_photos(photo_set),
            key=f"explore_class_{photo_set.id}",
            help="Whose photos to choose from.",
        )
        of_class = np.flatnonzero(photo_set.labels() == photo_set.classes.index(class_name))
        number = st.number_input(
            f"Photo, 1 to {len(of_class):,}",
            1,
            len(of_class),
            key=f"explore_number_{photo_set.id}_{class_name}",
            help="Step through the photos of this class.",
        )
        uploaded = st.file_uploader(
            "Or a photo of your own",
            type=uploads.PHOTO_TYPES,
            key="explore_upload",
            max_upload_size=mode.current().limits.file_bytes // 10**6,
            help=f"{file_kinds.formats()}. It is only looked at, not kept.",
        )
    index = int(of_class[int(number) - 1])
    jpeg, label = photo_set.jpeg(index), f"your label: {class_name}"
    if uploaded is not None:
        with controls, frame.guard():
            jpeg = resources.canonical(uploaded.name, uploaded.getvalue()).jpeg
            label = uploaded.name
    with answer:
        ask(jpeg, label, "any")
    return jpeg


def way_of_a_batch(photo_set: PhotoSet) -> None:
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


def strongest_features(row: PhotoSetRow, jpeg: bytes) -> None:
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
                    resources.thumbnail(photo_set.id, index, _THUMBNAIL_PX),
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
