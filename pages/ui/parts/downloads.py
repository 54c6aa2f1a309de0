"""Buttons that hand a table over, as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from pipeline.files.spreadsheet import as_csv


def csv(
    label: str,
    content: Callable[[], pd.DataFrame | str],
    *,
    file_name: str,
    key: str,
    purpose: str,
    is_quiet: bool = False,
) -> None:
    """A button for a table as CSV, which is made when somebody presses it.

    Args:
        label: On the button.
        content: Gives the table, or CSV. It is called where nobody knows any more who the
            visitor is, so it must hold its stores already.
        file_name: What the browser calls the file.
        key: The button's.
        purpose: Its help.
        is_quiet: Whether it stands below the same table on the page.
    """
    st.download_button(
        label,
        lambda: as_file(content()),
        file_name=file_name,
        mime="text/csv",
        key=key,
        icon=":material/download:",
        type="tertiary" if is_quiet else "secondary",
        on_click="ignore",
        help=purpose,
    )


def as_file(table: pd.DataFrame | str) -> bytes:
    """A table, or CSV, as the bytes of a file; no cell of a table is taken for a formula."""
    text = (
        table
        if isinstance(table, str)
        else as_csv(list(table.columns), table.itertuples(index=False, name=None))
    )
    # Without the mark, some programs take letters beyond ASCII for others.
    return text.encode("ascii" if text.isascii() else "utf-8-sig")
