"""The list that defines a photo set: its classes, and of every photo where its bytes lie.

The manifest holds neither times nor names of machines or sets, so equal photos make an
equal manifest, and its SHA-256 can be the set's id.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from pipeline.config import CANONICAL_SIDE_PX, SPLITS
from pipeline.errors import PhotoSetError

_FORMAT: Final = "PawTune photo set"
_VERSION: Final = 1
_ID_DIGITS: Final = 16
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a set.

    Attributes:
        name: As its owner knows it. Data, never a path.
        class_index: Index into the set's classes.
        split: "training", "validation" or "test".
        sha256: Of its JPEG bytes, 64 hexadecimal digits.
        offset: Where its JPEG starts in the pack, in bytes.
        length: Of its JPEG, in bytes.
        width: In pixels.
        height: In pixels.
        note: What its owner should know about it, or None.
    """

    name: str
    class_index: int
    split: str
    sha256: str
    offset: int
    length: int
    width: int
    height: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says.

    Attributes:
        classes: Names of the classes, in the order of their indices.
        photos: In the order of the pack, without gaps.
        seed: Of the random choice of the splits.
    """

    classes: tuple[str, ...]
    photos: tuple[Photo, ...]
    seed: int

    @property
    def pack_bytes(self) -> int:
        """Length of the pack, in bytes."""
        return sum(photo.length for photo in self.photos)


def manifest_id(manifest: bytes) -> str:
    """The id of the set that these bytes define: the start of their SHA-256."""
    return hashlib.sha256(manifest).hexdigest()[:_ID_DIGITS]


def to_bytes(manifest: Manifest) -> bytes:
    """Write a manifest, the same bytes for the same content."""
    content = {
        "format": _FORMAT,
        "version": _VERSION,
        "seed": manifest.seed,
        "classes": manifest.classes,
        "photos": [_entry(photo) for photo in manifest.photos],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_bytes(data: bytes) -> Manifest:
    """Read what `to_bytes` wrote, and nothing else.

    Raises:
        PhotoSetError: If a single value is missing, of the wrong kind or impossible.
    """
    try:
        content = json.loads(data, parse_constant=_refuse)
        return _read(content)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise PhotoSetError(
            "The photo set's list of photos is damaged. Import the photos again."
        ) from error


def _entry(photo: Photo) -> dict[str, Any]:
    entry = {entry.name: getattr(photo, entry.name) for entry in dataclasses.fields(Photo)}
    entry["class"] = entry.pop("class_index")
    return entry


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON.")


def _read(content: Any) -> Manifest:
    _expect_keys(content, {"format", "version", "seed", "classes", "photos"})
    if content["format"] != _FORMAT:
        raise ValueError("Another format.")
    _whole(content["version"], _VERSION, _VERSION)
    classes = _read_classes(content["classes"])
    photos = []
    offset = 0
    for entry in _list(content["photos"]):
        photos.append(_read_photo(entry, len(classes), offset))
        offset += photos[-1].length
    if not photos:
        raise ValueError("A set has photos.")
    return Manifest(classes, tuple(photos), _whole(content["seed"], 0, 2**63))


def _read_classes(names: Any) -> tuple[str, ...]:
    classes = tuple(_text(name) for name in _list(names))
    if len(classes) < 2 or len(set(classes)) < len(classes) or not all(classes):
        raise ValueError("A set has two or more classes with different names.")
    return classes


def _read_photo(entry: Any, num_classes: int, offset: int) -> Photo:
    _expect_keys(
        entry,
        {"name", "class", "split", "sha256", "offset", "length", "width", "height", "note"},
    )
    if entry["split"] not in SPLITS or not _SHA256.fullmatch(_text(entry["sha256"])):
        raise ValueError("No split or no hash.")
    return Photo(
        name=_text(entry["name"]),
        class_index=_whole(entry["class"], 0, num_classes - 1),
        split=entry["split"],
        sha256=entry["sha256"],
        offset=_whole(entry["offset"], offset, offset),
        length=_whole(entry["length"], 1, 2**32),
        width=_whole(entry["width"], 1, CANONICAL_SIDE_PX),
        height=_whole(entry["height"], 1, CANONICAL_SIDE_PX),
        note=None if entry["note"] is None else _text(entry["note"]),
    )


def _expect_keys(value: Any, names: set[str]) -> None:
    if not isinstance(value, dict) or value.keys() != names:
        raise ValueError("Other entries than expected.")


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise TypeError("Not a list.")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("Not a text.")
    return value


def _whole(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:  # True is an int, but no number
        raise ValueError("Not a whole number in its range.")
    return value
