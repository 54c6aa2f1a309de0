"""The photos of one box as small pictures, to be taken out and moved; see `box_strip.js`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import streamlit as st

from pages.ui import component, inline
from pages.ui.photos.new_set import NewSet
from pipeline.errors import Why
from pipeline.photos.box_marks import Kind, Mark
from pipeline.photos.class_boxes import PILE
from pipeline.wording import box_text

MOST: Final = 60  # pictures that are sent for one box; the others count all the same
_COMPONENT: Final = component.beside(
    __file__,
    '<section class="strip"><div class="empty"></div><ol></ol><div class="more"></div>'
    '<div class="menu"></div></section>',
)


def show(new_set: NewSet, number: int, marks: Mapping[str, Mark]) -> None:
    """Draw the photos of a box, or of the pile.

    Args:
        new_set: What is put together.
        number: The box's, or `PILE`.
        marks: See `box_marks.marks`.
    """
    key = f"new_set_strip_{number}"
    _COMPONENT(
        key=key,
        data=message(new_set, number, marks),
        on_removed_change=partial(_removed, new_set, key),
        on_moved_change=partial(_moved, new_set, key),
    )


def message(new_set: NewSet, number: int, marks: Mapping[str, Mark]) -> dict[str, Any]:
    """What the browser gets, as plain JSON."""
    boxes, titles = new_set.boxes, new_set.boxes.titles
    # The first of the pile stands above, large.
    photos = boxes.pile[1:] if number == PILE else boxes.box(number).photos
    shown, more = photos[:MOST], len(photos) - MOST
    return {
        "box": number,
        "label": box_text.photos_of(titles.get(number)),
        "words": dict(box_text.WORDS),
        "others": [{"box": one, "title": title} for one, title in titles.items() if one != number],
        "is_empty": not (boxes.pile if number == PILE else photos),
        "photos": [_photo(new_set, photo, marks.get(photo)) for photo in shown],
        "more": box_text.more(more) if more > 0 else "",
    }


def _photo(new_set: NewSet, photo: str, mark: Mark | None) -> dict[str, str]:
    jpeg = new_set.thumbnails.get(photo, b"")
    return {
        "key": photo,
        "name": new_set.files[photo].name,
        "jpeg": inline.text(jpeg),
        "mark": mark.kind if mark else "",
        "told": _told(new_set, photo, mark) if mark else "",
    }


def _told(new_set: NewSet, photo: str, mark: Mark) -> str:
    look = new_set.looks[photo]
    if isinstance(look, Why):
        return str(look)
    assert mark.kind is not Kind.REJECTED
    other = new_set.files[mark.other].name
    return box_text.mark(mark.kind, other, new_set.boxes.title_of(mark.other))


def _removed(new_set: NewSet, key: str) -> None:
    photo = _sent(new_set, key, "removed")
    if photo is not None:
        new_set.change(lambda boxes: boxes.without([photo]))


def _moved(new_set: NewSet, key: str) -> None:
    photo, told = _sent(new_set, key, "moved"), st.session_state[key]["moved"]
    to = told.get("to")
    if photo is not None and to in (PILE, *new_set.boxes.titles):
        new_set.change(lambda boxes: boxes.put([photo], to))


def _sent(new_set: NewSet, key: str, what: str) -> str | None:
    """The photo that a message is about; a browser may send anything."""
    told = st.session_state[key][what]
    photo = told.get("photo") if isinstance(told, dict) else None
    return photo if photo in new_set.boxes.photos else None
