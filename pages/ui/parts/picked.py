"""Which photos of a set are ticked in the gallery; other pages may tick some and lead there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from pages.ui.parts.tiles import ALL
from pipeline.workspace.photo_sets import PhotoSetRow

PICKED: Final = "picked"  # what the gallery shows: these photos alone


def photos(row: PhotoSetRow) -> set[int]:
    """Positions of the photos of this version that are ticked."""
    ticked: set[int] = st.session_state.setdefault(key("picked", row), set())
    return ticked


def pick(row: PhotoSetRow, chosen: set[int]) -> None:
    """Tick these photos, by their places in the set, and no others."""
    st.session_state[key("picked", row)] = chosen
    st.session_state[key("ticks", row)] = generation(row) + 1


def generation(row: PhotoSetRow) -> int:
    """How often all ticks were set at once: boxes that are drawn already come back as new ones."""
    number: int = st.session_state.get(key("ticks", row), 0)
    return number


def show_picked(row: PhotoSetRow, chosen: Iterable[int]) -> None:
    """Tick photos, by their places in the set, and let the gallery show these alone."""
    pick(row, set(chosen))
    show(row, PICKED)


def show(row: PhotoSetRow, what: int | str) -> None:
    """Let the gallery show a finding of the check-up, by its place there, or what is `PICKED`."""
    st.session_state[key("show", row)] = what
    for kind in ("class", "split"):
        st.session_state[key(kind, row)] = ALL


def key(kind: str, row: PhotoSetRow) -> str:
    """Where the session keeps what the gallery of a set shows."""
    return f"photos_{kind}_{row.id}"
