"""What people say of labels, and the change of the set that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from pipeline.photos.photo_edits import Relabel
from pipeline.workspace.photo_sets import PhotoSetRow

# What may be said of a photo: the index of its right class, or one of these two.
FINE: Final = -1
BAD: Final = -2
Verdicts = dict[int, int]  # by the photo's place in the set


def of(row: PhotoSetRow) -> Verdicts:
    """What was said so far of a version's photos; what is put into it is kept."""
    said: Verdicts = st.session_state.setdefault(_key(row), {})
    return said


def forget(row: PhotoSetRow) -> None:
    """Forget what was said of a version's photos."""
    st.session_state.pop(_key(row), None)


def change(said: Mapping[int, int], classes: Sequence[str]) -> Relabel:
    """What was said of photos, by their place in the set, as one change of it."""
    labels = tuple(sorted((i, classes[one]) for i, one in said.items() if one >= 0))
    return Relabel(labels, tuple(sorted(i for i, one in said.items() if one == BAD)))


def _key(row: PhotoSetRow) -> str:
    return f"relabel_{row.id}"
