"""Where a file lies decides its class and its split.

Welcome are class folders (`cats/1.jpg`), class folders inside split folders
(`train/cats/1.jpg`), and either of them inside extra folders that hold nothing else, as
zips made with the right mouse button have. Deeper folders belong to their class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from pipeline.errors import SourceError, Why
from pipeline.settings import mode
from pipeline.settings.limits import Limits

Parts = tuple[str, ...]  # the folders on the way, then the file's own name

HOW_TO_ARRANGE: Final = (
    "Put the photos of each class into a folder of their own that is named after the class, for "
    "example cats/1.jpg and dogs/1.jpg, and choose the folder or zip around these folders."
)

_SPLIT_NAMES: Final = {
    "train": "training",
    "training": "training",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}
_MOST_EXTRA_FOLDERS: Final = 8
_CLUTTER: Final = frozenset({"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
# Only to see which folders are meant: whether a file is a photo, its content decides.
_PHOTO_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".heic", ".heif", ".avif"}
    | {".gif", ".bmp", ".tif", ".tiff"}
)


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
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def arrange(files: Sequence[Parts], title: str, limits: Limits | None = None) -> list[Place]:
    """Tell for every file which class and split it belongs to.

    Args:
        files: Where each file lies, without clutter.
        title: What the files are in, for messages.
        limits: How many classes there may be, and how long their names; the mode's unless given.

    Returns:
        One place per file, in the same order.

    Raises:
        SourceError: If there are no files, or too many class folders.
    """
    limits = limits or mode.current().limits
    if not files:
        raise SourceError(f"{title} is empty. {HOW_TO_ARRANGE}")
    # A readme beside the class folders must not make a class or hide one.
    photos = [parts for parts in files if _looks_like_photo(parts)] or files
    prefix = _extra_folders(photos)
    inside = [parts[len(prefix) :] for parts in photos if parts[: len(prefix)] == prefix]
    splits = {_split(parts[0]) for parts in inside if len(parts) > 2} - {None}
    if splits and "training" not in splits:
        raise SourceError(
            f"{title} has a folder for {' and '.join(sorted(map(str, splits)))}, but none for "
            "training. Name the folder with most photos train, or leave such folders out."
        )
    places = [_place(parts, prefix, bool(splits), limits) for parts in files]
    classes = {place.class_name.casefold() for place in places if place.class_name}
    if len(classes) > limits.classes:
        raise SourceError(
            f"{title} has {len(classes):,} class folders, and {limits.classes:,} are the most. "
            "Each folder counts as a class: put folders that belong together into one."
        )
    return places


def _looks_like_photo(parts: Parts) -> bool:
    return PurePosixPath(parts[-1]).suffix.lower() in _PHOTO_SUFFIXES


def _split(folder: str) -> str | None:
    return _SPLIT_NAMES.get(folder.strip().casefold())


def _extra_folders(photos: Iterable[Parts]) -> Parts:
    """The folders around everything, which say nothing about classes."""
    prefix: Parts = ()
    rest = list(photos)
    while len(prefix) < _MOST_EXTRA_FOLDERS:
        tops = {parts[0] for parts in rest if len(parts) > 1}
        if len(tops) != 1:
            return prefix
        (top,) = tops
        rest = [parts[1:] for parts in rest if len(parts) > 1]
        inner = {parts[0] for parts in rest if len(parts) > 1}
        loose = any(len(parts) == 1 for parts in rest)
        # One folder with photos of its own is a class, unless several could be classes.
        if not inner or (loose and len(inner) == 1) or _split(top) == "training":
            return prefix
        prefix = (*prefix, top)
    return prefix


def _place(parts: Parts, prefix: Parts, has_splits: bool, limits: Limits) -> Place:
    inside = parts[len(prefix) :] if parts[: len(prefix)] == prefix else ()
    split = None
    if has_splits:
        split = _split(inside[0]) if inside else None
        inside = inside[1:] if split else ()
    if len(inside) < 2:
        return Place()  # nothing is lost: its owner is asked what it shows
    class_name = shown(inside[0])
    if len(class_name.strip()) > limits.class_name_chars:
        return Place(
            why=Why(
                f"The name of its folder is longer than {limits.class_name_chars} characters.",
                "Give the folder a shorter name.",
            )
        )
    return Place(class_name, split)
