"""New set: a box for each class, photos dropped into them, and one button that trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import dropped, phone_link
from pages.ui.photos import (
    box_camera,
    box_pile,
    box_strip,
    box_training,
    from_phone,
    new_set,
    tabs,
)
from pages.ui.photos.new_set import ADDRESS, NewSet
from pipeline.errors import PawTuneError
from pipeline.photos import box_marks
from pipeline.photos.box_marks import Kind
from pipeline.photos.class_boxes import PILE, Box
from pipeline.settings.limits import LIMITS
from pipeline.wording import box_text, numbers

STYLE: Final = Path(__file__).parent / "boxes.css"
SOMETHING_ELSE: Final = "something else"
_COLUMNS: Final = 3


def is_open() -> bool:
    """Whether a set is being put together now."""
    return ADDRESS in st.query_params


def button() -> None:
    """The way to them from the sets that are there."""
    waiting = new_set.untrained()
    if st.button(
        f"New set ({numbers.photos(waiting)} waiting)" if waiting else "New set",
        key="photos_new_set",
        icon=":material/add_box:",
        help="Your own photos: a box for each class, and one button that trains.",
    ):
        st.query_params[ADDRESS] = "1"
        st.rerun()


def show() -> None:
    """The whole place."""
    st.html(STYLE)
    made = new_set.current()
    from_phone.collect()
    from_phone.offer_boxes()
    _take(made, dropped.handed_over(), PILE)
    _head(made)
    from_phone.card()
    if made.problem:
        st.error(markdown.literal(made.problem), icon=":material/error:")
        made.problem = ""
    with frame.guard():
        made.look()
        if made.files:
            stores.keep_warm()
    found = box_marks.marks(made.boxes, made.looks, made.near)
    usable = box_marks.usable(made.boxes, made.looks, found)
    columns = min(_COLUMNS, len(made.boxes.boxes))
    with st.grid(columns, min_column_width=270, gap="small"):
        for box in made.boxes.boxes:
            with st.container(border=True, key=f"new_set_card_{box.number}", gap="small"):
                _box(made, box, found, usable)
    _more_boxes(made)
    with st.container(border=True, key="new_set_card_0", gap="small"):
        box_pile.show(made, found, partial(_uploader, made))
    box_training.show(made, usable)
    if made.unseen:
        st.rerun()


def _head(made: NewSet) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="new_set_head"):
        st.title("New set", anchor=False, width="content")
        st.space("stretch")
        st.button(
            "Undo",
            key="new_set_undo",
            icon=":material/undo:",
            type="tertiary",
            disabled=not made.can_undo,
            on_click=new_set.undo,
            help="Takes the last change of the boxes back.",
        )
        st.button(
            "Start over",
            key="new_set_anew",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=not made.files,
            on_click=new_set.begin_anew,
            help="Empties all boxes; Undo brings them back. Sets that were made already stay.",
        )
        phone_link.button()
        if st.button(
            "Import a set",
            key="new_set_import",
            icon=":material/download:",
            type="tertiary",
            help="A ready-made set, a folder on this computer, or thousands of photos at once.",
        ):
            del st.query_params[ADDRESS]
            st.session_state[tabs.INTO_NEW] = True
            tabs.go(tabs.ADD)
        if resources.photo_set_list() and st.button(
            "Back to the sets",
            key="new_set_close",
            icon=":material/close:",
            type="tertiary",
            help="What lies in the boxes waits here.",
        ):
            del st.query_params[ADDRESS]
            st.rerun()
    frame.lead("One box for each thing to tell apart. Drop photos into them, then train.")


def _box(made: NewSet, box: Box, found: dict[str, box_marks.Mark], usable: set[str]) -> None:
    title = made.boxes.titles[box.number]
    _name(made, box, title)
    _uploader(made, box.number, f"Photos of {title}")
    box_strip.show(made, box.number, found)
    box_camera.show(made, box.number)
    kinds = [found[photo].kind for photo in box.photos if photo in found]
    st.caption(
        box_text.advice(
            sum(photo in usable for photo in box.photos),
            kinds.count(Kind.NEAR),
            kinds.count(Kind.REJECTED),
            sum(photo not in made.looks for photo in box.photos),
        )
    )
    # Last for those who go by keys; `boxes.css` puts it beside the name.
    st.button(
        "Take the box away",
        key=f"new_set_away_{box.number}",
        icon=":material/close:",
        type="tertiary",
        width="content",
        disabled=len(made.boxes.boxes) < 2,
        on_click=made.change,
        args=(lambda boxes: boxes.without_box(box.number),),
        help="Takes the box away with its photos. Undo brings it back.",
    )


def _name(made: NewSet, box: Box, title: str) -> None:
    key = f"new_set_name_{box.number}"
    st.session_state[key] = box.name  # a folder or Undo may have named it
    st.text_input(
        f"Name of {title}",
        key=key,
        max_chars=LIMITS.class_name_chars,
        label_visibility="collapsed",
        placeholder=f"{title}: what is it?",
        on_change=lambda: made.change(lambda boxes: boxes.named(box.number, st.session_state[key])),
    )


def _uploader(made: NewSet, number: int, label: str) -> None:
    """The button that takes files; what is dropped, pasted and photographed comes here, too."""
    key = f"new_set_files_{number}_{made.drops.get(number, 0)}"
    st.file_uploader(
        label,
        accept_multiple_files=True,
        key=key,
        label_visibility="collapsed",
        on_change=_dropped,
        args=(made, number, key),
    )


def _dropped(made: NewSet, number: int, key: str) -> None:
    files = st.session_state[key]
    if not files:
        return
    made.drops[number] = made.drops.get(number, 0) + 1  # the browser lets its own list go
    _take(made, files, number)


def _take(made: NewSet, files: Sequence[UploadedFile], number: int) -> None:
    if not files:
        return
    try:
        made.drop(files, number)
    except PawTuneError as error:  # there is no page yet on which it could be said
        made.problem = str(error)


def _more_boxes(made: NewSet) -> None:
    with st.container(horizontal=True, gap="small"):
        _add(made, "One more box", "new_set_add", "", "One more thing to tell apart.")
        if SOMETHING_ELSE not in made.boxes.titles.values():
            _add(
                made,
                "Something else",
                "new_set_else",
                SOMETHING_ELSE,
                "A box for what is none of them: an empty sofa, another cat.",
            )


def _add(made: NewSet, label: str, key: str, name: str, purpose: str) -> None:
    add: Callable[..., None] = made.change
    st.button(
        label,
        key=key,
        icon=":material/add:",
        on_click=add,
        args=(lambda boxes: boxes.with_box(name),),
        help=purpose,
    )
