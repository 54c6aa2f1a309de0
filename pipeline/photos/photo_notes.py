"""What is worth knowing of one photo, as data; and the text that a set's list keeps of it.

The text is part of a set's bytes, and so of its id: it never changes, and it is taken back to
data here alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class PhotoNote(StrEnum):
    """One thing to know of a photo; a decoding process tells the values."""

    ANIMATED = "animated"
    SEVERAL = "several"
    HDR = "hdr"
    SPREAD = "spread"
    BLANK = "blank"


_KEPT: Final = {
    PhotoNote.ANIMATED: "It is animated; only the first picture was taken.",
    PhotoNote.SEVERAL: "It holds several pictures; only the main one was taken.",
    PhotoNote.HDR: "It was made for HDR screens; its light was fitted to ordinary ones.",
    PhotoNote.SPREAD: "It uses few of its 16 bits, so its brightness was spread over all levels.",
    PhotoNote.BLANK: "It is blank: one colour all over.",
}


def kept_text(notes: Iterable[PhotoNote]) -> str | None:
    """What a set's list keeps of these notes; None where there are none."""
    return " ".join(_KEPT[note] for note in notes) or None


# In the order in which they are told: of the file first, then of the picture.
EVERY: Final = tuple(
    tuple(filter(None, some))
    for some in itertools.product(
        (None, PhotoNote.ANIMATED, PhotoNote.SEVERAL),
        (None, PhotoNote.HDR, PhotoNote.SPREAD),
        (None, PhotoNote.BLANK),
    )
)
_BY_TEXT: Final = {kept_text(notes): notes for notes in EVERY}


def from_kept(text: str | None) -> tuple[PhotoNote, ...]:
    """The notes that a set's list keeps as `text`; none for a text that is no such."""
    return _BY_TEXT.get(text, ())
