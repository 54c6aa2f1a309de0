"""The list that defines a photo set: its classes, and every photo with its label and split.

The manifest holds neither times nor names of machines or sets, nor where bytes lie, so equal
photos make an equal manifest, and its SHA-256 can be the set's id. Photos and classes stand
in a fixed order, so that it does not matter either on what way a set came to be what it is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from pipeline.errors import PhotoSetError
from pipeline.photos import class_names
from pipeline.photos.decoding.canonical import CANONICAL_SIDE_PX, ORIGIN_FORMATS, Origin
from pipeline.photos.splits import SPLITS

_FORMAT: Final = "PawTune photo set"
_VERSION: Final = 2  # 1 held where the bytes lie, too, and nothing of the origin
_ID_DIGITS: Final = 16
_MOST_SIDE_PX: Final = 2**24  # of any file that was ever read
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WRONG: Final = (ValueError, RecursionError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a set.

    Attributes:
        name: As its owner knows it. Data, never a path.
        class_index: Index into the set's classes.
        split: "training", "validation" or "test".
        sha256: Of its JPEG bytes, 64 hexadecimal digits.
        width: In pixels.
        height: In pixels.
        note: What its owner should know about it, or None.
        origin: The file that it was made from; None in sets of an early version.
    """

    name: str
    class_index: int
    split: str
    sha256: str
    width: int
    height: int
    note: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says.

    Attributes:
        classes: Names of the classes, in the order of their indices. A class may be empty.
        photos: At least one.
        seed: Of the random choice of the splits.
        places: For sets of version 1 alone: offset and length of each photo's bytes in the
            one pack, in bytes.
    """

    classes: tuple[str, ...]
    photos: tuple[Photo, ...]
    seed: int
    places: tuple[tuple[int, int], ...] | None = None

    @classmethod
    def ordered(cls, classes: Iterable[str], photos: Iterable[Photo], seed: int) -> Manifest:
        """A manifest with classes by name, and photos by name: one order for the same content.

        Args:
            classes: All different; `photos` count in the order given here.
            photos: At least one.
            seed: Of the random choice of the splits.
        """
        given = tuple(classes)
        by_name = sorted(given, key=class_names.key)
        place = {name: index for index, name in enumerate(by_name)}
        moved = (
            photo
            if place[given[photo.class_index]] == photo.class_index
            else replace(photo, class_index=place[given[photo.class_index]])
            for photo in photos
        )
        order = sorted(moved, key=lambda one: (one.name, one.class_index, one.sha256))
        return cls(tuple(by_name), tuple(order), seed)


def manifest_id(manifest: bytes) -> str:
    """The id of the set that these bytes define: the start of their SHA-256."""
    return hashlib.sha256(manifest).hexdigest()[:_ID_DIGITS]


def to_bytes(manifest: Manifest) -> bytes:
    """Write a manifest, the same bytes for the same content."""
    content = to_content(manifest)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def to_content(manifest: Manifest) -> dict[str, Any]:
    """What `to_bytes` writes, as plain JSON values."""
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "seed": manifest.seed,
        "classes": manifest.classes,
        "photos": [_entry(photo) for photo in manifest.photos],
    }


def from_bytes(data: bytes) -> Manifest:
    """Read what `to_bytes` wrote, and nothing else.

    Raises:
        PhotoSetError: If a single value is missing, of the wrong kind or impossible.
    """
    try:
        return from_content(json.loads(data, parse_constant=_refuse))
    except _WRONG as error:
        raise PhotoSetError(
            "The photo set's list of photos is damaged. Import the photos again."
        ) from error


def from_content(content: Any) -> Manifest:
    """Read what `to_content` gave, and nothing else.

    Raises:
        ValueError: If a single value is missing, of the wrong kind or impossible.
    """
    try:
        return _read(content)
    except _WRONG as error:
        raise ValueError(str(error)) from error


_PHOTO_FIELDS: Final = tuple(entry.name for entry in dataclasses.fields(Photo))
_ORIGIN_FIELDS: Final = tuple(entry.name for entry in dataclasses.fields(Origin))


def _entry(photo: Photo) -> dict[str, Any]:
    # By hand: `dataclasses.asdict` takes ten times as long, which many thousand photos show.
    entry = {name: getattr(photo, name) for name in _PHOTO_FIELDS}
    if photo.origin is not None:
        entry["origin"] = {name: getattr(photo.origin, name) for name in _ORIGIN_FIELDS}
    entry["class"] = entry.pop("class_index")
    return entry


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON.")


def _read(content: Any) -> Manifest:
    _expect_keys(content, {"format", "version", "seed", "classes", "photos"})
    if content["format"] != _FORMAT:
        raise ValueError("Another format.")
    version = _whole(content["version"], 1, _VERSION)
    classes = _read_classes(content["classes"])
    entries = _list(content["photos"])
    if not entries:
        raise ValueError("A set has photos.")
    places = _read_places(entries) if version == 1 else None
    photos = tuple(_read_photo(entry, len(classes)) for entry in entries)
    return Manifest(classes, photos, _whole(content["seed"], 0, 2**63), places)


def _read_classes(names: Any) -> tuple[str, ...]:
    classes = tuple(_text(name) for name in _list(names))
    if not classes or len(set(classes)) < len(classes) or not all(classes):
        raise ValueError("A set has classes with different names.")
    return classes


def _read_places(entries: Sequence[Any]) -> tuple[tuple[int, int], ...]:
    """Take from each entry of version 1 where its bytes lie; they follow without a gap."""
    places = []
    end = 0
    for entry in entries:
        offset = _whole(entry.pop("offset"), end, end)
        length = _whole(entry.pop("length"), 1, 2**32)
        entry["origin"] = None
        places.append((offset, length))
        end += length
    return tuple(places)


def _read_photo(entry: Any, num_classes: int) -> Photo:
    _expect_keys(entry, {"name", "class", "split", "sha256", "width", "height", "note", "origin"})
    if entry["split"] not in SPLITS or not _SHA256.fullmatch(_text(entry["sha256"])):
        raise ValueError("No split or no hash.")
    return Photo(
        name=_text(entry["name"]),
        class_index=_whole(entry["class"], 0, num_classes - 1),
        split=entry["split"],
        sha256=entry["sha256"],
        width=_whole(entry["width"], 1, CANONICAL_SIDE_PX),
        height=_whole(entry["height"], 1, CANONICAL_SIDE_PX),
        note=None if entry["note"] is None else _text(entry["note"]),
        origin=None if entry["origin"] is None else _read_origin(entry["origin"]),
    )


def _read_origin(origin: Any) -> Origin:
    _expect_keys(origin, {"format", "width", "height", "turned"})
    if origin["format"] not in ORIGIN_FORMATS or not isinstance(origin["turned"], bool):
        raise ValueError("No such origin.")
    return Origin(
        format=origin["format"],
        width=_whole(origin["width"], 1, _MOST_SIDE_PX),
        height=_whole(origin["height"], 1, _MOST_SIDE_PX),
        turned=origin["turned"],
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
