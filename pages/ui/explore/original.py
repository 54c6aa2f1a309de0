"""What the original network says of photos: two samples, and any photo."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import frame, inline, markdown, networks, resources
from pages.ui.charts import bars, figure
from pipeline.photos.decoding import file_kinds
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings import mode
from pipeline.wording import numbers, text


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
        st.image(inline.source(jpeg), width="stretch", alt=f"The photo asked about, {label}")
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
