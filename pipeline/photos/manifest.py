"""The list that defines a photo set: its classes, and every photo with its label and split.

The manifest holds neither times nor names of machines or sets, nor where bytes lie, so equal
photos make an equal manifest, and its SHA-256 can be the set's id. Photos and classes stand
in a fixed order, so that it does not matter either on what way a set came to be what it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from pipeline.errors import PhotoSetError
from pipeline.files.atomic import Sha256
from pipeline.photos import class_names
from pipeline.photos.decoding.canonical import CANONICAL_SIDE_PX, Origin
from pipeline.photos.splits import SPLITS

_ID_DIGITS: Final = 16
_MOST_SEED: Final = 2**63  # one more than a bound in a type can be
_Side = Annotated[int, Meta(ge=1, le=CANONICAL_SIDE_PX)]


class Photo(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """One photo of a set. It is written in this order, so the sets' ids hang on it.

    Attributes:
        name: As its owner knows it. Data, never a path.
        split: "training", "validation" or "test".
        sha256: Of its JPEG bytes, 64 hexadecimal digits.
        width: In pixels.
        height: In pixels.
        note: What its owner should know about it, or None.
        origin: The file that it was made from; None in sets of an early version.
        class_index: Index into the set's classes.
        clip: Which video it is a frame of, see `incoming.Incoming`; None, and not written, for a
            photo.
    """

    name: str
    split: Annotated[str, Meta(pattern=rf"^({'|'.join(SPLITS)})\Z")]
    sha256: Sha256
    width: _Side
    height: _Side
    note: str | None
    origin: Origin | None
    class_index: Annotated[int, Meta(ge=0)] = msgspec.field(name="class")
    clip: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")] | None = None


class _AnyVersion(Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["PawTune photo set"]
    version: int
    seed: Annotated[int, Meta(ge=0)]
    classes: Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(min_length=1)]


class Listed(_AnyVersion, frozen=True):
    """What is written of a manifest, in this order."""

    version: Literal[2]
    photos: Annotated[tuple[Photo, ...], Meta(min_length=1)]


class _EarlyPhoto(Photo, frozen=True, kw_only=True):
    origin: None = None
    clip: None = None
    offset: int
    length: Annotated[int, Meta(ge=1, le=2**32)]


class _EarlyListed(_AnyVersion, frozen=True):
    version: Literal[1]  # it held where the bytes lie, too, and nothing of the origin
    photos: Annotated[tuple[_EarlyPhoto, ...], Meta(min_length=1)]


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

        The class of photos without a label goes with the last of them.

        Args:
            classes: All different; `photos` count in the order given here.
            photos: At least one.
            seed: Of the random choice of the splits.
        """
        given, photos = tuple(classes), tuple(photos)
        shown = {given[photo.class_index] for photo in photos}
        waiting = class_names.key(class_names.UNLABELLED)
        there = (name for name in given if name in shown or class_names.key(name) != waiting)
        by_name = sorted(there, key=class_names.key)
        place = {name: index for index, name in enumerate(by_name)}
        moved = (
            photo
            if place[given[photo.class_index]] == photo.class_index
            else replace(photo, class_index=place[given[photo.class_index]])
            for photo in photos
        )
        order = sorted(moved, key=lambda one: (one.name, one.class_index, one.sha256))
        return cls(tuple(by_name), tuple(order), seed)

    def where(self, holds: Callable[[Photo], bool]) -> tuple[int, ...]:
        """Indices of the photos for which something holds, ascending."""
        return tuple(index for index, photo in enumerate(self.photos) if holds(photo))


def manifest_id(manifest: bytes) -> str:
    """The id of the set that these bytes define: the start of their SHA-256."""
    return hashlib.sha256(manifest).hexdigest()[:_ID_DIGITS]


def to_bytes(manifest: Manifest) -> bytes:
    """Write a manifest, the same bytes for the same content."""
    return msgspec.json.encode(to_listed(manifest)) + b"\n"


def to_listed(manifest: Manifest) -> Listed:
    """What `to_bytes` writes."""
    return Listed("PawTune photo set", 2, manifest.seed, manifest.classes, manifest.photos)


def from_bytes(data: bytes) -> Manifest:
    """Read what `to_bytes` wrote, and nothing else.

    Raises:
        PhotoSetError: If a single value is missing, of the wrong kind or impossible.
    """
    try:
        try:
            return from_listed(msgspec.json.decode(data, type=Listed))
        except msgspec.ValidationError:
            return _from_early(msgspec.json.decode(data, type=_EarlyListed))
    except ValueError as error:
        raise PhotoSetError(
            "The photo set's list of photos is damaged. Import the photos again."
        ) from error


def from_listed(listed: Listed) -> Manifest:
    """Read what `to_listed` gave.

    Raises:
        ValueError: If values are impossible together.
    """
    return _manifest(listed, listed.photos)


def _from_early(listed: _EarlyListed) -> Manifest:
    places = tuple((photo.offset, photo.length) for photo in listed.photos)
    ends = accumulate(length for _, length in places)
    if any(sum(place) != end for place, end in zip(places, ends, strict=True)):
        raise ValueError("Photos follow one another without a gap.")
    names = Photo.__struct_fields__
    photos = (Photo(**{name: getattr(one, name) for name in names}) for one in listed.photos)
    return _manifest(listed, tuple(photos), places)


def _manifest(
    listed: _AnyVersion,
    photos: tuple[Photo, ...],
    places: tuple[tuple[int, int], ...] | None = None,
) -> Manifest:
    classes = listed.classes
    if len(set(classes)) < len(classes) or listed.seed > _MOST_SEED:
        raise ValueError("Two classes of the same name, or no seed.")
    if max(photo.class_index for photo in photos) >= len(classes):
        raise ValueError("No such class.")
    return Manifest(classes, photos, listed.seed, places)
