"""The gallery: the photos of a set, filtered, as a wall that scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, resources
from pages.ui.parts import photo_wall, picked
from pages.ui.parts.picked import PICKED
from pages.ui.parts.tiles import ALL, select
from pages.ui.photos import selection
from pipeline.photos.checkup.findings import Finding
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.wording import names
from pipeline.workspace.photo_sets import PhotoSetRow

_SHOWN: Final = {ALL: "Everything", PICKED: "What I selected"}
_CHECK_AT_ONCE: Final = 5000  # photos: below, the check-up takes less than a second


def show_finding(row: PhotoSetRow, number: int) -> None:
    """Let the gallery show the photos of one finding of the check-up, by its place there."""
    st.session_state[picked.key("checked", row)] = True
    picked.show(row, number)


@st.fragment
@frame.guard()
def browse(row: PhotoSetRow) -> None:
    """The set's photos, filtered, to be looked at, picked and changed.

    They come in a mixed order, so that the first ones show every class.
    """
    photo_set = resources.photo_set(row.id)
    chosen = _filters(row, photo_set)
    if not len(chosen):
        st.info("No photo fits what you chose above.", icon=":material/filter_alt_off:")
        return
    _wall(row, chosen)


@st.fragment
@frame.guard()
def _wall(row: PhotoSetRow, chosen: Sequence[int]) -> None:
    """The photos, and what can be done with those that are picked; scrolling draws only this."""
    selection.bar(row, chosen)
    photo_wall.show(
        row, chosen, key=f"photos_wall_{row.album_id}", called="Photos of the set", pick=True
    )


def _filters(row: PhotoSetRow, photo_set: PhotoSet) -> list[int]:
    """The controls above the pictures; which photos they leave."""
    shown = list(names.apart(row.classes).values())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        class_index = st.selectbox(
            "Class",
            [ALL, *range(len(row.classes))],  # by number: a class may be called "all"
            key=picked.key("class", row),
            format_func=lambda index: "All classes" if index == ALL else shown[index],
            help="Shows only photos that carry this label.",
            width=180,
        )
        split = st.selectbox(
            "Split",
            [ALL, *SPLITS],
            key=picked.key("split", row),
            format_func=lambda name: "All splits" if name == ALL else name.capitalize(),
            help="Training photos are learned from, validation photos watch over the learning, "
            "test photos give the score at the end of each run, and decide nothing in it.",
            width=150,
        )
        found = _findings(row)
        show = st.selectbox(
            "Show",
            [ALL, PICKED, *found],
            key=picked.key("show", row),
            format_func=lambda one: found[one].title if isinstance(one, int) else _SHOWN[one],
            help="Everything, what you selected, or the photos of one finding of the check-up.",
            width=320,
        )
    among = None
    if show == PICKED:
        among = picked.photos(row)
    elif isinstance(show, int):
        among = set(found[show].photos)
    return select(photo_set, class_index, split, among)


def _findings(row: PhotoSetRow) -> dict[int, Finding]:
    """Findings of the check-up that are about photos; in large sets once it was opened."""
    if row.accepted > _CHECK_AT_ONCE and not st.session_state.get(picked.key("checked", row)):
        return {}
    findings = resources.checkup(row.id, len(row.rejected)).findings
    return {number: one for number, one in enumerate(findings) if one.photos}
