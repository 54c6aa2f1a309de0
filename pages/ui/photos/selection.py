"""Picking photos in the gallery, and what can be done with those that are picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import markdown
from pages.ui.parts import picked, tiles, versions
from pages.ui.parts.pickers import label_choice
from pipeline.files import sizes
from pipeline.photos.decoding.canonical import ORIGIN_NAMES
from pipeline.photos.manifest import Photo
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos, SetSplit
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow

FULL_PX: Final = 512


def tick(row: PhotoSetRow, photo_set: PhotoSet, index: int) -> None:
    """The box below a photo, with its label."""
    chosen = picked.photos(row)
    photo = photo_set.photos[index]
    # "All" and "None" tick boxes that are drawn already; they come back as new ones.
    key = f"photos_tick_{row.id}_{index}_{picked.generation(row)}"
    st.checkbox(
        markdown.name(photo_set.classes[photo.class_index], photo_set.classes, 16),
        index in chosen,
        key=key,
        on_change=chosen.symmetric_difference_update,
        args=({index},),
        disabled=not row.is_newest,
    )


def actions(row: PhotoSetRow, shown: Sequence[int], found: Sequence[int]) -> None:
    """How many are picked, pick more or none, and what to do with them."""
    chosen = picked.photos(row)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{numbers.photos(len(chosen))}** picked",
            width="content",
            help="Tick photos to give them another label or split, or to take them out.",
        )
        st.button(
            "All on this page",
            key="photos_pick_page",
            disabled=not row.is_newest,
            on_click=picked.pick,
            args=(row, chosen | set(shown)),
            help="Ticks every photo that is shown now.",
        )
        st.button(
            f"All {len(found):,}",
            key="photos_pick_all",
            disabled=not row.is_newest,
            on_click=picked.pick,
            args=(row, chosen | set(found)),
            help="Ticks every photo that the filters above leave, on all pages.",
        )
        st.button(
            "None",
            key="photos_pick_none",
            disabled=not chosen,
            on_click=picked.pick,
            args=(row, set()),
            help="Takes all ticks away.",
        )
        with st.popover("Change them", icon=":material/edit:", disabled=not chosen):
            _changes(row, tuple(sorted(chosen)))


def _changes(row: PhotoSetRow, chosen: tuple[int, ...]) -> None:
    many = numbers.photos(len(chosen))
    label = label_choice("They show", row, f"photos_label_{row.id}")
    if st.button(f"Label {many} so", key="photos_relabel", disabled=not label):
        versions.apply(row, MovePhotos(chosen, label or ""))
    split = st.selectbox(
        "They are for",
        SPLITS,
        key=f"photos_new_split_{row.id}",
        format_func=str.capitalize,
        help="Training: to learn from. Validation: to watch over the learning. Test: for the "
        "score at the end.",
    )
    if st.button(f"Put {many} there", key="photos_resplit"):
        versions.apply(row, SetSplit(chosen, split))
    if st.button(f"Take {many} out", key="photos_remove", icon=":material/delete:"):
        versions.apply(row, RemovePhotos(chosen))
    st.caption("Each makes a new version of the set; Undo takes it back.")


@st.dialog("Photo in full", width="medium")
def in_full(row: PhotoSetRow, photo_set: PhotoSet, index: int) -> None:
    """Show it as large as it is kept."""
    photo = photo_set.photos[index]
    shown_px = min(FULL_PX, max(FULL_PX // 2, photo.width))  # a tiny one is enlarged
    st.image(photo_set.jpeg(index), width=shown_px, alt=tiles.alt(photo_set, photo))
    facts = {
        "Label": markdown.name(photo_set.classes[photo.class_index], photo_set.classes),
        "File": markdown.literal(photo.name),
        "Kept": f"{photo.width} by {photo.height} pixels, "
        f"{sizes.size(photo_set.packs.places[index].length)}",
        "Split": photo.split,
        **_origin(photo),
    }
    if photo.note:
        facts["Remark"] = markdown.literal(photo.note)
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
    kind = ORIGIN_NAMES[origin.format]
    return {"Came as": f"{kind}, {origin.width} by {origin.height} pixels{turned}"}


def _change(row: PhotoSetRow, index: int) -> None:
    label = label_choice("Wrong label? It shows", row, f"photos_one_label_{row.id}_{index}")
    with st.container(horizontal=True):
        if st.button("Save the label", key="photos_one_save", disabled=not label):
            versions.apply(row, MovePhotos((index,), label or ""))
        if st.button("Take it out", key="photos_one_remove", icon=":material/delete:"):
            versions.apply(row, RemovePhotos((index,)))
