"""A row of small pictures, of which one is chosen by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import streamlit as st

from pages.ui import component, inline

_COMPONENT: Final = component.beside(__file__, '<div class="pictures" role="group"></div>')


class Picture(NamedTuple):
    """One of them: JPEG bytes, and its name for those who do not see it."""

    jpeg: bytes
    name: str


def show(
    pictures: Sequence[Picture],
    label: str,
    key: str,
    chosen: int | None,
    on_choose: Callable[[int], None],
    small: bool = False,
) -> None:
    """Draw them.

    Args:
        pictures: From left to right.
        label: What they are, for those who do not see them.
        key: Of the row.
        chosen: The place of the one that is framed.
        on_choose: Called with the place of the one that was clicked, before the page is drawn.
        small: Whether there is little room.
    """
    sent = [{"jpeg": inline.text(one.jpeg), "name": one.name} for one in pictures]
    _COMPONENT(
        key=key,
        data={"label": label, "pictures": sent, "chosen": chosen, "small": small},
        on_chosen_change=lambda: on_choose(int(st.session_state[key]["chosen"]["place"])),
    )
