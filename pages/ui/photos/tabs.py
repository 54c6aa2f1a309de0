"""The tabs of the Photos page; only the open one is drawn, and a button may lead to another."""

from __future__ import annotations

from typing import Final

import streamlit as st

LOOK: Final = "look"
CHECK: Final = "check"
CLASSES: Final = "classes"
KEEP: Final = "keep"
ADD: Final = "add"
_SHOWN: Final = {
    LOOK: ":material/photo_library: Look",
    CHECK: ":material/health_and_safety: Check-up",
    CLASSES: ":material/label: Classes",
    KEEP: ":material/inventory_2: Keep and share",
    ADD: ":material/add_a_photo: Add photos",
}
_KEY: Final = "photos_tab"
_WANTED: Final = "photos_tab_wanted"


def opened(has_photos: bool) -> str:
    """Draw the tabs; which one is open.

    Args:
        has_photos: Whether there is a set to look at; without, there is only Add.
    """
    there = list(_SHOWN) if has_photos else [ADD]
    wanted = st.session_state.pop(_WANTED, None)
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
        help="Look at the photos, have them checked, change their labels, keep them, or add more.",
    )
    return chosen or there[0]


def go(tab: str) -> None:
    """Open another tab at the next run, which begins now."""
    st.session_state[_WANTED] = tab
    st.rerun(scope="app")
