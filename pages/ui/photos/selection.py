"""What can be done with the photos that are picked in the gallery."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui.parts import picked, versions
from pages.ui.parts.pickers import label_choice
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos, SetSplit
from pipeline.photos.splits import SPLITS
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow


def bar(row: PhotoSetRow, found: Sequence[int]) -> None:
    """How many photos there are, or what to do with those that are picked, in one line."""
    chosen = tuple(sorted(picked.photos(row)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not chosen:
            _how_to(row, found)
            return
        st.markdown(f"**{len(chosen):,} selected**", width="content")
        with st.popover("Label", icon=":material/label:"):
            _label(row, chosen)
        with st.popover("Split", icon=":material/call_split:"):
            _split(row, chosen)
        if st.button(
            "Take out",
            key="photos_remove",
            icon=":material/delete:",
            help="They leave the set; Undo brings them back.",
        ):
            versions.apply(row, RemovePhotos(chosen))
        _all(row, found, set(chosen))
        st.button(
            "None",
            key="photos_pick_none",
            type="tertiary",
            on_click=picked.pick,
            args=(row, set()),
            help="Selects no photo.",
        )


def _how_to(row: PhotoSetRow, found: Sequence[int]) -> None:
    many = numbers.photos(len(found))
    if not row.is_newest:
        st.caption(f"{many}. Click one to see it large.", width="content")
        return
    st.caption(
        f"{many}. Click one to see it large; tick some to change them together.", width="content"
    )
    _all(row, found, set())


def _all(row: PhotoSetRow, found: Sequence[int], chosen: set[int]) -> None:
    if not chosen.issuperset(found):
        st.button(
            f"Select all {len(found):,}",
            key="photos_pick_all",
            type="tertiary",
            on_click=picked.pick,
            args=(row, chosen | set(found)),
            help="Selects every photo that the filters above leave.",
        )


def _label(row: PhotoSetRow, chosen: tuple[int, ...]) -> None:
    many = numbers.photos(len(chosen))
    label = label_choice("Label", row, f"photos_label_{row.id}")
    if st.button(f"Apply to {many}", key="photos_relabel", disabled=not label):
        versions.apply(row, MovePhotos(chosen, label or ""))
    st.caption("Makes a new version of the set; Undo takes it back.")


def _split(row: PhotoSetRow, chosen: tuple[int, ...]) -> None:
    split = st.selectbox(
        "Split",
        SPLITS,
        key=f"photos_new_split_{row.id}",
        format_func=str.capitalize,
        help="Training: to learn from. Validation: to watch over the learning. Test: for the "
        "score at the end.",
    )
    if st.button(f"Move {numbers.photos(len(chosen))}", key="photos_resplit"):
        versions.apply(row, SetSplit(chosen, split))
    st.caption("Makes a new version of the set; Undo takes it back.")
