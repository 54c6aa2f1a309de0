"""One photo in full, with what is known of it, and a new label for it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame, history, picking, words
from pipeline.photos.decoding.canonical import FORMAT_NAMES
from pipeline.photos.editing import MovePhotos, RemovePhotos
from pipeline.photos.manifest import Photo
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow

FULL_PX: Final = 512


@st.dialog("Photo in full", width="medium")
def in_full(row: PhotoSetRow, photo_set: PhotoSet, index: int) -> None:
    """Show it as large as it is kept."""
    photo = photo_set.photos[index]
    label = photo_set.classes[photo.class_index]
    shown_px = min(FULL_PX, max(FULL_PX // 2, photo.width))  # a tiny one is enlarged
    st.image(
        photo_set.jpeg(index),
        width=shown_px,
        alt=f"{photo.split.capitalize()} photo labelled {label}",
    )
    facts = {
        "Label": words.literal(label),
        "File": words.literal(photo.name),
        "Kept": f"{photo.width} by {photo.height} pixels, "
        f"{numbers.size(photo_set.packs.places[index].length)}",
        "Split": photo.split,
        **_origin(photo),
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
    if row.is_newest:
        _change(row, index)


def _origin(photo: Photo) -> dict[str, str]:
    origin = photo.origin
    if origin is None:
        return {}
    turned = ", turned upright" if origin.turned else ""
    kind = FORMAT_NAMES[origin.format]
    return {"Came as": f"{kind}, {origin.width:,} by {origin.height:,} pixels{turned}"}


def _change(row: PhotoSetRow, index: int) -> None:
    label = picking.label_choice("Wrong label? It shows", row, f"photos_one_label_{row.id}_{index}")
    with st.container(horizontal=True):
        if st.button("Save the label", key="photos_one_save", disabled=not label):
            with frame.guard():
                history.apply(row, MovePhotos((index,), label or ""))
        if st.button("Take it out", key="photos_one_remove", icon=":material/delete:"):
            with frame.guard():
                history.apply(row, RemovePhotos((index,)))
