"""The question before something goes for good, and leaving it afterwards."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame
from pages.ui.parts import confirming


def is_sure(page: str) -> bool:
    """Whether Delete was chosen; Keep it closes the dialog.

    Args:
        page: Begins the keys of the two buttons.
    """
    return confirming.is_sure(f"{page}_delete", "Delete", "Keep it", ":material/delete:")


def leave(parameter: str, message: str) -> None:
    """Show the page again without what is gone.

    Args:
        parameter: What of the page's address named it.
        message: Said there.
    """
    st.query_params.pop(parameter, None)
    frame.show_change(message)
