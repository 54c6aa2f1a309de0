"""What the camera says that takes photos for as long as a button is held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.wording import camera_text, numbers

WORDS: Final[Mapping[str, str]] = {
    **camera_text.WORDS,
    "camera": "Camera",
    "hold": "Hold to take photos",
    "close": "Close camera",
    "undo": "Undo",
    "scene": "Photos of one hold count as one scene: for the next, hold again somewhere else.",
    "picture": "What the camera sees",
}


def came(taken: int, near: int, unreadable: int) -> str:
    """What came of one hold: `12 taken, 3 near copies left out`; nothing before the first.

    Args:
        taken: Photos that were taken.
        near: Those of them that look nearly like another one of the class.
        unreadable: Those of them that could not be read.
    """
    if not taken:
        return ""
    said = [f"{taken:,} taken"]
    if near:
        said.append(f"{numbers.plural(near, 'near copy', 'near copies')} left out")
    if unreadable:
        said.append(f"{unreadable:,} could not be read")
    return ", ".join(said)
