"""The question before something goes for good, and leaving it afterwards."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame


def is_sure(page: str) -> bool:
    """Whether Delete was chosen; Keep it closes the dialog.

    Args:
        page: Begins the keys of the two buttons.
    """
    with st.container(horizontal=True):
        sure = st.button(
            "Delete", key=f"{page}_delete_yes", type="primary", icon=":material/delete:"
        )
        if st.button("Keep it", key=f"{page}_delete_no"):
            st.rerun()
    return sure


def leave(parameter: str, message: str) -> None:
    """Show the page again without what is gone.

    Args:
        parameter: What of the page's address named it.
        message: Said there.
    """
    st.query_params.pop(parameter, None)
    frame.show_change(message)
