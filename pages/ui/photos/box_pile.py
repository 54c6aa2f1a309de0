"""Photos that were dropped beside the boxes: labelled one by one, with one key each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.ui import inline, markdown
from pages.ui.photos import box_strip
from pages.ui.photos.new_set import NewSet
from pipeline.photos.box_marks import Mark
from pipeline.photos.class_boxes import PILE
from pipeline.wording import numbers

_KEYS = 9  # boxes that have a key of their own: 1 to 9


def show(made: NewSet, marks: Mapping[str, Mark], uploader: Callable[[int, str], None]) -> None:
    """Where photos are dropped whose label nobody has said yet, and what waits there.

    Args:
        made: What is put together.
        marks: See `box_marks.marks`.
        uploader: Draws the way in, for a box's number and a label.
    """
    pile = made.boxes.pile
    if pile:
        st.header(f"{numbers.photos(len(pile))} to be labelled", anchor=False)
        _next(made, pile[0])
    else:
        st.markdown("**Not sorted yet?**")
    uploader(PILE, "Photos to be labelled, or a folder of class folders")
    box_strip.show(made, PILE, marks)


def _next(made: NewSet, photo: str) -> None:
    """The first photo of the pile, large, with a button and a key for each box."""
    titles = made.boxes.titles
    st.caption(
        "Who or what is it? Click its name, or press the key beside it; the next one follows."
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if photo in made.thumbnails:
            st.image(inline.source(made.thumbnails[photo]), width=144, alt=made.files[photo].name)
        for place, (number, title) in enumerate(titles.items(), start=1):
            st.button(
                markdown.name(title, titles.values(), 24),
                key=f"new_set_label_{number}",
                shortcut=str(place) if place <= _KEYS else None,
                on_click=_put,
                args=(made, photo, number),
            )
        st.button(
            "Take it out",
            key="new_set_label_out",
            icon=":material/close:",
            type="tertiary",
            shortcut="0",
            on_click=made.change,
            args=(lambda boxes: boxes.without([photo]),),
            help="It is none of them. Undo brings it back.",
        )


def _put(made: NewSet, photo: str, number: int) -> None:
    made.change(lambda boxes: boxes.put([photo], number))
