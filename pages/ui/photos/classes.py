"""Making, renaming, merging and taking out classes."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame
from pages.ui.parts import versions
from pipeline.photos.class_edits import AddClass, MergeClasses, RemoveClass, RenameClass
from pipeline.settings.limits import LIMITS
from pipeline.wording import names, numbers
from pipeline.workspace.photo_sets import PhotoSetRow


def edit(row: PhotoSetRow) -> None:
    """The forms; each change gives a new version of the set."""
    st.header("Change the classes")
    st.markdown(
        "A class is what the network will answer; its name is the label of its photos. Every "
        "change makes a new version of the set, and Undo takes it back. Runs that were trained "
        "before keep the names that they learned.",
        width=frame.TEXT_PX,
    )
    if not row.is_newest:
        st.info("This is an earlier version; go to the newest one to change it.")
        return
    with st.grid(2, min_column_width=300, gap="medium"):
        _rename(row)
        _merge(row)
        _make(row)
        _remove(row)


def _rename(row: PhotoSetRow) -> None:
    with st.form(f"classes_rename_{row.id}"):
        st.subheader("Rename")
        old = _class(row, "Class", "The class that gets another name; its photos stay.")
        new = st.text_input(
            "New name",
            max_chars=LIMITS.class_name_chars,
            help="What the network will answer for such photos.",
        )
        if st.form_submit_button("Rename it", key="classes_rename", icon=":material/edit:"):
            versions.apply(row, RenameClass(old, new))


def _merge(row: PhotoSetRow) -> None:
    with st.form(f"classes_merge_{row.id}"):
        st.subheader("Merge")
        source = _class(row, "All photos of", "The class whose photos get another label.")
        target = _class(
            row,
            "become",
            "For two names of the same thing. The emptied class is gone.",
            min(1, len(row.classes) - 1),
        )
        if st.form_submit_button("Merge them", key="classes_merge", icon=":material/merge:"):
            versions.apply(row, MergeClasses(source, target))


def _make(row: PhotoSetRow) -> None:
    with st.form(f"classes_make_{row.id}", clear_on_submit=True):
        st.subheader("Make a new one")
        name = st.text_input(
            "Name of the new class",
            max_chars=LIMITS.class_name_chars,
            help="It is empty at first. Add photos to it, or give some in the gallery its label.",
        )
        if st.form_submit_button("Make it", key="classes_make", icon=":material/new_label:"):
            versions.apply(row, AddClass(name))


def _remove(row: PhotoSetRow) -> None:
    with st.form(f"classes_remove_{row.id}"):
        st.subheader("Take one out")
        name = _class(
            row,
            "Class with its photos",
            "The class and all its photos leave the set. Undo brings them back.",
        )
        if st.form_submit_button("Take it out", key="classes_remove", icon=":material/label_off:"):
            versions.apply(row, RemoveClass(name))


def _class(row: PhotoSetRow, label: str, purpose: str, index: int = 0) -> str:
    """One of the classes, chosen by its name and number of photos."""
    sizes, shown = row.class_sizes, names.apart(row.classes)
    return st.selectbox(
        label,
        row.classes,
        index=index,
        format_func=lambda name: f"{shown[name]} · {numbers.photos(sizes[name])}",
        help=purpose,
    )
