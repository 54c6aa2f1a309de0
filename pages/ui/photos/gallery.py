"""The gallery: the photos of a set, filtered, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources
from pages.ui.parts import picked
from pages.ui.parts.picked import PICKED
from pages.ui.parts.tiles import ALL, alt, select
from pages.ui.photos import selection
from pipeline.photos.checkup.findings import Finding
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.wording import names, numbers
from pipeline.workspace.photo_sets import PhotoSetRow

PAGE_SIZES: Final = (12, 24, 48, 96)
_SHOWN: Final = {ALL: "Everything", PICKED: "What I picked"}
_CHECK_AT_ONCE: Final = 5000  # photos: below, the check-up takes less than a second
_THUMBNAIL_PX: Final = 240


def show_finding(row: PhotoSetRow, number: int) -> None:
    """Let the gallery show the photos of one finding of the check-up, by its place there."""
    st.session_state[picked.key("checked", row)] = True
    picked.show(row, number)


@st.fragment
@frame.guard()
def browse(row: PhotoSetRow) -> None:
    """The set's photos, page by page, filtered, to be picked and changed.

    The first ones come in a fixed mixed order, so that they show every class.
    """
    photo_set = resources.photo_set(row.id)
    chosen = _filters(row, photo_set)
    if not len(chosen):
        st.info("No photo fits what you chose above.", icon=":material/filter_alt_off:")
        return
    size = st.session_state.get(picked.key("size", row), PAGE_SIZES[0])
    pages = -(-len(chosen) // size)
    bar, slot = st.container(), st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="center"):
        page = 1
        if pages > 1:
            kind = hash((pages, size, len(chosen)))
            page = st.pagination(pages, key=f"photos_page_{row.id}_{kind}")
        if len(chosen) > PAGE_SIZES[0]:
            st.selectbox(
                "Photos on a page",
                PAGE_SIZES,
                key=picked.key("size", row),
                width=150,
                help="More at once are quicker to look through, and take longer to appear.",
            )
    shown = chosen[(page - 1) * size : page * size]
    with bar:
        selection.actions(row, shown, chosen)
    with slot:
        _tiles(row, photo_set, shown)
    first = (page - 1) * size + 1
    st.caption(
        f"Photos {first:,} to {first + len(shown) - 1:,} of {numbers.photos(len(chosen))}. "
        "Squares show the middle of a photo."
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
            width=200,
        )
        split = st.selectbox(
            "Split",
            [ALL, *SPLITS],
            key=picked.key("split", row),
            format_func=lambda name: "All splits" if name == ALL else name.capitalize(),
            help="Training photos are learned from, validation photos watch over the learning, "
            "test photos give the score at the end of each run, and decide nothing in it.",
            width=160,
        )
        found = _findings(row)
        show = st.selectbox(
            "Show",
            [ALL, PICKED, *found],
            key=picked.key("show", row),
            format_func=lambda one: found[one].title if isinstance(one, int) else _SHOWN[one],
            help="Everything, what you ticked, or the photos of one finding of the check-up.",
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


def _tiles(row: PhotoSetRow, photo_set: PhotoSet, indices: Sequence[int]) -> None:
    with st.grid(6, min_column_width=110, gap="small"):
        for index in indices:
            photo = photo_set.photos[index]
            with st.container(gap="xxsmall"):
                st.image(
                    resources.thumbnail(photo_set.id, index, _THUMBNAIL_PX),
                    width="stretch",
                    alt=alt(photo_set, photo),
                )
                selection.tick(row, photo_set, index)
                if st.button(
                    "Open",
                    key=f"photos_open_{index}",
                    type="tertiary",
                    icon=":material/zoom_in:",
                    help=markdown.literal(f"Show {photo.name} in full"),
                ):
                    selection.in_full(row, photo_set, index)
