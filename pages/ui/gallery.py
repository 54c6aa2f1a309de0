"""Pictures in rows: three abreast on every screen, each with its words below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import streamlit as st

from pages.ui import resources, words
from pipeline.config import SPLITS
from pipeline.photos.manifest import Photo
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace.photo_sets import PhotoSetRow

Gap = Literal["small", "xsmall"]
PAGE: Final = 9
FULL_PX: Final = 512
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a grid.

    Attributes:
        picture: JPEG or PNG bytes.
        words: What stands below, Markdown; names in it are escaped already.
        alt: What the picture shows, for those who do not see it.
    """

    picture: bytes
    words: str
    alt: str


def grid(
    tiles: Sequence[Tile], columns: int = 3, gap: Literal["small", "xsmall"] = "small"
) -> None:
    """Draw tiles in rows that never break, on a telephone either."""
    with st.grid(columns, wrap=False, min_column_width=40, gap=gap):
        for tile in tiles:
            with st.container(gap="xxsmall"):
                st.image(tile.picture, width="stretch", alt=tile.alt)
                if tile.words:
                    st.caption(tile.words, text_alignment="center")


def browse(row: PhotoSetRow, photo_set: PhotoSet) -> None:
    """The set's photos, nine at a time, filtered by class and split.

    The first nine come in a fixed mixed order, so that they show every class.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        class_name = st.selectbox(
            "Class",
            [ALL, *row.classes],
            key=f"photos_class_{row.id}",
            format_func=lambda name: "All classes" if name == ALL else name,
            help="Shows only photos that carry this label.",
            width=240,
        )
        split = st.selectbox(
            "Split",
            [ALL, *SPLITS],
            key=f"photos_split_{row.id}",
            format_func=lambda name: "All splits" if name == ALL else name.capitalize(),
            help="Training photos are learned from, validation photos watch over the learning, "
            "test photos are looked at once, at the end.",
            width=240,
        )
    chosen = select(photo_set, class_name, split)
    if not len(chosen):
        st.info("No photo has both this class and this split.", icon=":material/filter_alt_off:")
        return
    pages = -(-len(chosen) // PAGE)
    slot = st.container()
    page = 1
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            page = st.pagination(pages, key=f"photos_page_{row.id}_{class_name}_{split}")
    with slot:
        _openable(photo_set, chosen[(page - 1) * PAGE : page * PAGE])
    first = (page - 1) * PAGE + 1
    last = min(page * PAGE, len(chosen))
    st.caption(
        f"Photos {first:,} to {last:,} of {words.plural(len(chosen), 'photo')}. "
        "Squares show the middle; press a label to see a photo in full."
    )


def select(photo_set: PhotoSet, class_name: str, split: str) -> list[int]:
    """Positions of the photos with this class and split, in a fixed mixed order."""
    photos = photo_set.photos
    mixed = np.random.default_rng(0).permutation(len(photos))
    return [
        int(index)
        for index in mixed
        if class_name in (ALL, photo_set.classes[photos[index].class_index])
        and split in (ALL, photos[index].split)
    ]


def alt(photo_set: PhotoSet, photo: Photo) -> str:
    """What is known of a photo, for those who do not see it."""
    return f"{photo.split.capitalize()} photo labelled {photo_set.classes[photo.class_index]}"


def _openable(photo_set: PhotoSet, indices: Sequence[int]) -> None:
    with st.grid(3, wrap=False, min_column_width=80, gap="small"):
        for index in indices:
            photo = photo_set.photos[index]
            label = photo_set.classes[photo.class_index]
            with st.container(gap="xxsmall", horizontal_alignment="center"):
                st.image(
                    resources.thumbnail(photo_set.id, index),
                    width="stretch",
                    alt=alt(photo_set, photo),
                )
                if st.button(
                    words.literal(words.short(label, 22)),
                    key=f"photos_open_{index}",
                    type="tertiary",
                    icon=":material/zoom_in:",
                    help=words.literal(f"Show {photo.name} in full"),
                ):
                    _in_full(photo_set, index)


@st.dialog("Photo in full", width="medium")
def _in_full(photo_set: PhotoSet, index: int) -> None:
    photo = photo_set.photos[index]
    shown_px = min(FULL_PX, max(FULL_PX // 2, photo.width))  # a tiny one is enlarged
    st.image(photo_set.jpeg(index), width=shown_px, alt=alt(photo_set, photo))
    facts = {
        "Label": words.literal(photo_set.classes[photo.class_index]),
        "File": words.literal(photo.name),
        "Size": f"{photo.width} by {photo.height} pixels, {words.size(photo.length)}",
        "Split": photo.split,
    }
    if photo.note:
        facts["Remark"] = words.literal(photo.note)
    st.table(
        {"": list(facts), " ": list(facts.values())},
        hide_index=True,
        hide_header=True,
        border="horizontal",
        alt="Facts about the photo",
    )
