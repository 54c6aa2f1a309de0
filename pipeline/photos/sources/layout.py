"""Names of files and folders: which are photos, which are clutter, in which order they come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.errors import Why
from pipeline.photos.decoding.clip_kinds import SUFFIXES as CLIP_SUFFIXES

Parts = tuple[str, ...]  # the folders on the way, then the file's own name

HOW_TO_ARRANGE: Final = (
    "Put the photos of each class into a folder of their own that is named after the class, for "
    "example cats/1.jpg and dogs/1.jpg, and choose the folder or zip around these folders."
)

# The comment of a zip in which each folder is a class, whatever it is called.
FOLDERS_ARE_CLASSES: Final = b"PawTune: each folder is a class"
_FRAME_OF: Final = re.compile(rb"PawTune: frame of ([0-9a-f]{16})")  # the comment of an entry

_CLUTTER: Final = frozenset(
    {
        "__macosx",
        "thumbs.db",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "picasa.ini",
        "icon\r",
    }
)
# Only to see which folders are meant: whether a file is a photo, its content decides.
_PHOTO_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".heic", ".heif", ".avif"}
    | {".gif", ".bmp", ".tif", ".tiff", *CLIP_SUFFIXES}
)
# Surrogates that stand for no byte.
_HALF_LETTERS: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """What a file's place says.

    Attributes:
        class_name: Name of its class folder; empty when it lies in none.
        split: "training", "validation", "test", or None where there are no split folders.
        why: Why it cannot be used, or None.
    """

    class_name: str = ""
    split: str | None = None
    why: Why | None = None


def is_clutter(name: str) -> bool:
    """Whether a file or folder of this name is made by systems, for no one to see.

    A photo whose name begins with a dot is none: somebody would miss it.
    """
    folded = name.casefold()
    if folded.startswith(".") and folded.endswith(tuple(_PHOTO_SUFFIXES)):
        return folded.startswith("._")  # what a Mac puts beside each photo
    return folded.startswith(".") or folded in _CLUTTER


def natural_key(parts: Parts) -> tuple[list[list[tuple[str, int, str]]], Parts]:
    """Sorts `2.jpg` before `10.jpg`, folder by folder, and `B` between `a` and `c`."""
    return [_natural(part.casefold()) for part in parts], parts


@lru_cache(maxsize=64)  # of the folders, which come again with every file
def _natural(text: str) -> list[tuple[str, int, str]]:
    # Digits sort by how many there are, then one by one: int() refuses very long ones.
    pieces = re.findall(r"([^0-9]*)0*([0-9]*)", text)
    return [(letters, len(digits), digits) for letters, digits in pieces]


def shown(name: str) -> str:
    """`name` without bytes that are no text: fit for JSON, the database and the screen."""
    text = _HALF_LETTERS.sub("\N{REPLACEMENT CHARACTER}", name)
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def looks_like_photo(parts: Parts) -> bool:
    """Whether a file is called like a photo; whether it is one, its content decides."""
    beginning, dot, ending = parts[-1].rpartition(".")
    return bool(beginning) and dot + ending.lower() in _PHOTO_SUFFIXES


def frame_of(clip: str) -> bytes:
    """The comment of a zip's entry that is held together with others; see `Incoming.clip`."""
    return b"PawTune: frame of " + clip.encode()


def clip_in(comment: bytes) -> str | None:
    """What an entry's comment says it is held together with; None where it says nothing."""
    found = _FRAME_OF.fullmatch(comment)
    return found[1].decode() if found else None
