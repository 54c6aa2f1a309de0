"""A row of small pictures, of which one is chosen by a click."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import streamlit as st

_HERE: Final = Path(__file__).parent


class Picture(NamedTuple):
    """One of them: JPEG bytes, and its name for those who do not see it."""

    jpeg: bytes
    name: str


@st.cache_resource(max_entries=1, show_spinner=False)
def _component() -> Callable[..., Any]:
    """The component, registered once with the running server."""
    made: Callable[..., Any] = st.components.v2.component(
        "pawtune_picture_row",
        html='<div class="pictures" role="group"></div>\n',
        css=(_HERE / "picture_row.css").read_text(encoding="utf-8"),
        js=(_HERE / "picture_row.js").read_text(encoding="utf-8"),
    )
    return made


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
    sent = [
        {"jpeg": base64.b64encode(one.jpeg).decode("ascii"), "name": one.name} for one in pictures
    ]
    _component()(
        key=key,
        data={"label": label, "pictures": sent, "chosen": chosen, "small": small},
        on_chosen_change=lambda: on_choose(int(st.session_state[key]["chosen"]["place"])),
    )
