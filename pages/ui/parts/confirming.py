"""The question before something that cannot be taken back."""

from __future__ import annotations

import streamlit as st


def is_sure(key: str, yes: str, no: str, icon: str | None = None) -> bool:
    """Whether the first of two buttons was pressed; the second one closes the dialog.

    Args:
        key: Begins the keys of the two buttons.
        yes: What the first one says.
        no: What the second one says.
        icon: Of the first one.
    """
    with st.container(horizontal=True):
        sure = st.button(yes, key=f"{key}_yes", type="primary", icon=icon)
        if st.button(no, key=f"{key}_no"):
            st.rerun()
    return sure
