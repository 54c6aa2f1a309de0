"""How the files of an import were understood: a sentence, and a small tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import markdown
from pipeline.wording import layout_text


def show(layout: Mapping[str, Any]) -> None:
    """The tree, what to know of it, and why files were left out for where they lie.

    Args:
        layout: As `sources.readings.Layout.to_json` tells it.
    """
    st.code(layout_text.tree(layout), language=None)
    for note in layout["notes"]:
        st.caption(f":material/sticky_note_2: {markdown.literal(note)}")
    for one in layout["left_out"]:
        why = " ".join(filter(None, (one["reason"], one["advice"])))
        st.caption(f":material/rule: Left out: {markdown.literal(why)}")


def account(layout: Mapping[str, Any]) -> None:
    """The same of an import that is over, closed until somebody asks."""
    with st.expander(layout_text.read_as(layout), icon=":material/account_tree:"):
        show({**layout, "notes": []})  # the account tells them anyway
