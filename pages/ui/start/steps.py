"""The way through the app: three steps, and one line for what else there is."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame

_STEPS: Final = ("Photos", "Train", "Classify")


def show() -> None:
    """The three steps that everybody needs, then the other pages as one quiet line."""
    with st.grid(len(_STEPS), min_column_width=200, gap="small"):
        steps = [page for page in frame.PAGES if page.name in _STEPS]
        for number, page in enumerate(steps, start=1):
            with st.container(gap="xxsmall"):
                frame.link(page.name, f"**{number}. {page.name}**")
                st.caption(page.what)
    others = [page for page in frame.PAGES[1:] if page.name not in _STEPS]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("To understand more:", width="content")
        for page in others:
            st.page_link(page.script, label=page.name, help=page.what)
