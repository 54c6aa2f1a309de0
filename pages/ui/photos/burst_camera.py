"""The camera that takes photos for as long as a button is held; see `burst_camera.js`.

Whoever shows it says what becomes of the frames. One hold comes in several messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

import streamlit as st

from pages.ui import camera, component, markdown
from pipeline.errors import PawTuneError
from pipeline.photos.burst import Count
from pipeline.wording import burst_text

MOST: Final = 40  # frames of one message; the browser sends no more than it keeps waiting
_HOLD_CHARS: Final = 60
_COMPONENT: Final = component.beside(
    __file__, '<div class="burst"></div>\n', after=(camera.SCRIPT,)
)


class Shot(NamedTuple):
    """Some frames of one hold.

    Attributes:
        hold: No other hold of this browser has it. Data that anybody may have made up.
        frames: Files, in the order in which they were taken; none, if there were no more.
        before: Frames of this hold that came before them.
        is_over: Whether the button was let go.
    """

    hold: str
    frames: list[bytes]
    before: int
    is_over: bool


@dataclass(slots=True)
class _Told:
    """What a camera was told last.

    Attributes:
        done: Number of the last message that was taken in.
        hold: The hold that it was of.
        count: What came of that hold so far.
        can_undo: Whether there is something of it to be taken out again.
        problem: Why the frames could not be kept; told once.
    """

    done: int = 0
    hold: str = ""
    count: Count = field(default_factory=Count)
    can_undo: bool = False
    problem: str = ""


def show(
    key: str,
    take: Callable[[Shot], Count],
    undo: Callable[[str], None],
    *,
    opens: bool = False,
) -> None:
    """Draw it: a button until it is pressed, then the camera.

    Args:
        key: Of the component, and of what is known of its holds.
        take: Keeps frames, and says what came of them.
        undo: Takes the photos of a hold out again.
        opens: Whether the camera is on from the beginning.
    """
    told = _told(key)
    count = told.count
    _COMPONENT(
        key=key,
        data={
            "words": dict(burst_text.WORDS),
            "done": told.done,
            "hold": told.hold,
            "told": burst_text.came(count.taken, count.near, count.unreadable),
            "can_undo": told.can_undo,
            "opens": opens,
        },
        on_frames_change=partial(_came, key, take),
        on_undone_change=partial(_undone, key, undo),
    )
    if told.problem:
        st.error(markdown.literal(told.problem), icon=":material/error:")
        told.problem = ""


def _came(key: str, take: Callable[[Shot], Count]) -> None:
    given, told = st.session_state[key]["frames"], _told(key)
    hold, number = _text(given, "hold"), _number(given)
    if not hold or number == told.done:
        return
    if hold != told.hold:
        told.hold, told.count, told.can_undo = hold, Count(), False
    told.done = number
    frames = camera.frames_of(given, MOST)
    try:
        came = take(Shot(hold, frames, told.count.taken, given.get("over") is True))
    except PawTuneError as error:  # there is no page yet on which it could be said
        told.problem = str(error)
        return
    told.count = told.count.plus(came)
    told.can_undo = told.count.kept > 0


def _undone(key: str, undo: Callable[[str], None]) -> None:
    told = _told(key)
    if not told.can_undo or _text(st.session_state[key]["undone"], "hold") != told.hold:
        return
    try:
        undo(told.hold)
    except PawTuneError as error:
        told.problem = str(error)
    told.hold, told.count, told.can_undo = "", Count(), False


def _told(key: str) -> _Told:
    told: _Told = st.session_state.setdefault(f"{key}_told", _Told())
    return told


def _text(given: Any, name: str) -> str:
    found = given.get(name) if isinstance(given, Mapping) else None
    return found if isinstance(found, str) and len(found) <= _HOLD_CHARS else ""


def _number(given: Mapping[str, Any]) -> int:
    found = given.get("number")
    return int(found) if isinstance(found, (int, float)) and abs(found) < 2**53 else 0
