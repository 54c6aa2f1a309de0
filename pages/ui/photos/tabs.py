"""The tabs of the Photos page; only the open one is drawn, and a button may lead to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pipeline.photos.checkup import readiness

LOOK: Final = "look"
MAP: Final = "map"
LABEL: Final = "label"
CHECK: Final = "check"
CLASSES: Final = "classes"
KEEP: Final = "keep"
ADD: Final = "add"
INTO_NEW: Final = "photos_into_new"  # session: once, whether photos come to make a set of their own
_SHOWN: Final = {
    LOOK: ":material/photo_library: Look",
    MAP: ":material/scatter_plot: Map",
    LABEL: ":material/new_label: Label",
    CHECK: ":material/health_and_safety: Check-up",
    CLASSES: ":material/label: Classes",
    KEEP: ":material/inventory_2: Keep and share",
    ADD: ":material/add_a_photo: Add photos",
}
_KEY: Final = "photos_tab"
_WANTED: Final = "photos_tab_wanted"


def opened(classes: Sequence[str]) -> str:
    """Draw the tabs; which one is open.

    Args:
        classes: Of the set that is looked at. Without any there is only Add, which else has a
            button beside the set and is a tab only while it is open; Label is there where photos
            have none.
    """
    wanted = st.session_state.pop(_WANTED, None)
    there = [ADD]
    if classes:
        waiting = any(map(readiness.is_unlabelled, classes))
        is_adding = ADD in (wanted, wanted or st.session_state.get(_KEY))
        hidden = {LABEL: not waiting, ADD: not is_adding}
        there = [tab for tab in _SHOWN if not hidden.get(tab)]
    if wanted in there:
        st.session_state[_KEY] = wanted
    elif st.session_state.get(_KEY) not in there:
        st.session_state.pop(_KEY, None)
    chosen = st.segmented_control(
        "What to do with the photos",
        there,
        default=None if _KEY in st.session_state else there[0],
        required=True,
        key=_KEY,
        format_func=_SHOWN.__getitem__,
        label_visibility="collapsed",
        persist_state="session",
        help="Look at the photos, see which are alike, have them checked, change their labels, "
        "keep them, or add more.",
    )
    return chosen or there[0]


def add_button() -> None:
    """The way to add photos, beside the set that they join."""
    if st.button(
        "Add photos",
        key="photos_add",
        icon=":material/add_a_photo:",
        help="More photos for the set that is chosen: files, a folder, a zip or the camera.",
    ):
        st.session_state[INTO_NEW] = False
        go(ADD)


def go(tab: str) -> None:
    """Open another tab at the next run, which begins now."""
    st.session_state[_WANTED] = tab
    st.rerun(scope="app")
