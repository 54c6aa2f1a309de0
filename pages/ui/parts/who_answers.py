"""Which run answers about a photo while nobody has chosen one, and why not the newest."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import markdown, resources, stores
from pipeline.errors import PhotoSetError
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.workspace.run import Run


def learned_from_drawings(run: Run) -> bool:
    """Whether a run's photos are the drawn pets."""
    if run.is_example:
        return False
    rows = {row.id: row for row in resources.photo_set_list()}
    row = rows.get(run.photo_set_id)
    try:  # an earlier version of a set is in no list
        return (row or stores.photo_sets().get(run.photo_set_id)).source == DRAWN_PETS
    except PhotoSetError:  # a set that is gone
        return False


def in_order(rows: Sequence[Run]) -> list[Run]:
    """The same runs, those that learned from drawings behind those that learned from photos."""
    return sorted(rows, key=learned_from_drawings)  # which keeps the rest of the order


def say_why(run: Run, rows: Sequence[Run]) -> None:
    """Say why not the newest run answers, or that drawings are all that this one knows.

    Args:
        run: The model.
        rows: All that could, as `in_order` gives them.
    """
    if learned_from_drawings(run):
        st.caption(
            ":material/draw: It learned from drawings, and knows drawings: a real photo is often "
            "“none of them” to it."
        )
        return
    newest = max(rows, key=lambda one: one.created_at)
    if newest.id != run.id and learned_from_drawings(newest):
        name = markdown.name(newest.name, [one.name for one in rows])
        st.caption(
            f":material/draw: {name} is newer, but learned from drawings: about real photos "
            f"{markdown.name(run.name, [one.name for one in rows])} knows more."
        )
