"""Where the bytes of a set's photos lie: packs of JPEGs, and the list that finds each one.

A set's packs hold its photos and nothing else. A set that was made from another one links
to the packs that they share (the same file under two names), so a change of labels in a
large set costs no room, and what was deleted from all sets is gone from the disk.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from pipeline.errors import PhotoSetError
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.decoding.measures import MEASURES_BYTES
from pipeline.progress import Report, Stage, Step

LIST_NAME: Final = "packs.json"
FINGERPRINTS_NAME: Final = "fingerprints.bin"
MEASURES_NAME: Final = "measures.bin"
_SUM_BYTES: Final = 4  # a CRC-32 after them; sets of earlier versions have none
OLD_PACK_NAME: Final = "photos.pack"  # the only one of a set of version 1
PACK_BYTES: Final = 32 * 2**20  # about: what deleting one photo has to copy at most
_SMALL_BYTES: Final = 4 * 2**20  # smaller packs are joined when something is written anyway
_REPORT_EVERY: Final = 256  # photos


@dataclass(frozen=True, slots=True)
class Place:
    """Where one photo's JPEG lies: in which pack, from where, how long, in bytes."""

    pack: str
    offset: int
    length: int


class _Pack(Struct, frozen=True):
    name: Annotated[str, Meta(pattern=r"\A[^/\\]+\.pack\Z")]
    sha256: str


class _List(Struct, frozen=True):
    """What is written; a place is the number of the pack, offset and length in bytes."""

    packs: tuple[_Pack, ...]
    places: tuple[
        tuple[Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=1)]],
        ...,
    ]


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs of one set.

    Attributes:
        sha256: Of each pack, by its name; empty for a set of version 1.
        places: Where each photo lies, in the manifest's order.
    """

    sha256: Mapping[str, str]
    places: tuple[Place, ...]

    def bytes_of(self, pack: str) -> int:
        """Length of a pack, in bytes, as far as photos reach."""
        return max(place.offset + place.length for place in self.places if place.pack == pack)


def read(folder: Path, num_photos: int) -> Packs:
    """Read the list that `write` left, and look whether the packs are as long as it says.

    Raises:
        PhotoSetError: If the list is damaged, or a pack is missing or cut.
    """
    try:
        told = msgspec.json.decode((folder / LIST_NAME).read_bytes(), type=_List)
        sha256 = {one.name: one.sha256 for one in told.packs}
        places = tuple(
            Place(told.packs[pack].name, offset, length) for pack, offset, length in told.places
        )
        if len(places) != num_photos:
            raise ValueError("Other photos than in the manifest.")
    except (OSError, ValueError, RecursionError, IndexError) as error:
        raise PhotoSetError(
            f"The photo set {folder.name} cannot say where its photos lie. Import them again."
        ) from error
    packs = Packs(sha256, places)
    _expect_whole(folder, packs)
    return packs


def read_old(folder: Path, places: Iterable[tuple[int, int]]) -> Packs:
    """The one pack of a set of version 1, whose manifest says where photos lie.

    Raises:
        PhotoSetError: If the pack is missing or cut.
    """
    packs = Packs({}, tuple(Place(OLD_PACK_NAME, *place) for place in places))
    _expect_whole(folder, packs)
    return packs


def fingerprints(folder: Path, num_photos: int) -> NDArray[np.uint8] | None:
    """What `pipeline.photos.near_duplicates` compares: `(N, 256)` uint8; None for an older set.

    Raises:
        PhotoSetError: If they are not what was written.
    """
    return _rows(folder / FINGERPRINTS_NAME, num_photos, FINGERPRINT_BYTES)


def measures(folder: Path, num_photos: int) -> NDArray[np.uint8] | None:
    """What `pipeline.photos.decoding.measures` measured: `(N, 7)` uint8; None for an older set.

    Raises:
        PhotoSetError: If they are not what was written.
    """
    return _rows(folder / MEASURES_NAME, num_photos, MEASURES_BYTES)


def _rows(path: Path, count: int, length: int) -> NDArray[np.uint8] | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    rows, ending = data[: count * length], data[count * length :]
    if len(rows) != count * length or len(ending) not in (0, _SUM_BYTES):
        return None
    if ending and ending != _sum(rows):
        raise PhotoSetError(
            f"What is known of the photos of the set {path.parent.name} is damaged: {path.name}. "
            "Import the photos again, or restore a backup."
        )
    return np.frombuffer(rows, np.uint8).reshape(count, length)


def write_looks(staged: Path, looks: Sequence[bytes]) -> None:
    """Put what `fingerprints` and `measures` read into a set's staged folder.

    Args:
        staged: The folder.
        looks: The fingerprint of each photo; its measures follow, of all or of none.
    """
    prints = b"".join(look[:FINGERPRINT_BYTES] for look in looks)
    (staged / FINGERPRINTS_NAME).write_bytes(prints + _sum(prints))
    if all(len(look) > FINGERPRINT_BYTES for look in looks):
        measured = b"".join(look[FINGERPRINT_BYTES:] for look in looks)
        (staged / MEASURES_NAME).write_bytes(measured + _sum(measured))


def _sum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_SUM_BYTES, "little")


def _expect_whole(folder: Path, packs: Packs) -> None:
    for pack in {place.pack for place in packs.places}:
        try:
            length = (folder / pack).stat().st_size
        except OSError as error:
            raise PhotoSetError(
                f"Photos of the set {folder.name} are not there any more. Import them again."
            ) from error
        if length != packs.bytes_of(pack):
            raise PhotoSetError(
                f"The photos of the set {folder.name} are incomplete. Import the photos again."
            )


@dataclass(frozen=True, slots=True)
class Kept:
    """An existing set from which photos may be taken: its folder, hashes and places."""

    folder: Path
    packs: Packs
    sha256s: Sequence[str]  # of each photo, in the order of `packs.places`


@dataclass(frozen=True, slots=True)
class Fresh:
    """A photo that is in no set yet: how long its JPEG is, in bytes, and how to get it."""

    length: int
    read: Callable[[], bytes]


@dataclass(slots=True)
class _Writer:
    """Writes packs into a staged folder, one after the other."""

    folder: Path
    places: dict[str, Place] = field(default_factory=dict)  # by the photo's SHA-256
    sha256: dict[str, str] = field(default_factory=dict)
    _pending: list[tuple[str, bytes]] = field(default_factory=list)
    _pending_bytes: int = 0

    def link(self, kept: Kept, pack: str) -> None:
        """Take a whole pack of another set over, without copying it where the disk can."""
        try:
            os.link(kept.folder / pack, self.folder / pack)
        except OSError:
            shutil.copyfile(kept.folder / pack, self.folder / pack)
        self.sha256[pack] = kept.packs.sha256[pack]

    def add(self, sha256: str, jpeg: bytes) -> None:
        self._pending.append((sha256, jpeg))
        self._pending_bytes += len(jpeg)
        if self._pending_bytes >= PACK_BYTES:
            self.flush()

    def flush(self) -> None:
        if not self._pending:
            return
        content = b"".join(jpeg for _, jpeg in self._pending)
        digest = hashlib.sha256(content).hexdigest()
        name = f"photos-{digest[:16]}.pack"
        (self.folder / name).write_bytes(content)
        self.sha256[name] = digest
        offset = 0
        for sha256, jpeg in self._pending:
            self.places[sha256] = Place(name, offset, len(jpeg))
            offset += len(jpeg)
        self._pending, self._pending_bytes = [], 0


def write(
    staged: Path,
    wanted: Sequence[str],
    fresh: Mapping[str, Fresh],
    kept: Kept | None,
    report: Report,
) -> None:
    """Put the packs of a new set into its staged folder, and the list that finds each photo.

    Args:
        staged: The folder, empty.
        wanted: SHA-256 of each photo, in the manifest's order.
        fresh: Photos that are in no set yet, by their SHA-256.
        kept: The set that has the others, if any.
        report: Told how many photos are done.
    """
    writer = _Writer(staged)
    missing = set(wanted)
    if kept is not None:
        missing -= _take_over(writer, kept, missing, has_fresh=bool(fresh), report=report)
    for done, sha256 in enumerate(dict.fromkeys(wanted)):
        if done % _REPORT_EVERY == 0:
            report(Stage(Step.KEEPING_PHOTOS), done, len(wanted), "photos")
        if sha256 in missing:
            writer.add(sha256, fresh[sha256].read())
    writer.flush()
    number = {name: index for index, name in enumerate(writer.sha256)}
    places = (writer.places[sha256] for sha256 in wanted)
    told = _List(
        tuple(_Pack(name, sha256) for name, sha256 in writer.sha256.items()),
        tuple((number[place.pack], place.offset, place.length) for place in places),
    )
    (staged / LIST_NAME).write_bytes(msgspec.json.encode(told))


def _take_over(
    writer: _Writer, kept: Kept, wanted: set[str], has_fresh: bool, report: Report
) -> set[str]:
    """Link the packs whose photos are all wanted, copy what is wanted of the others."""
    inside: dict[str, dict[str, Place]] = {}
    for sha256, place in zip(kept.sha256s, kept.packs.places, strict=True):
        inside.setdefault(place.pack, {})[sha256] = place
    taken: set[str] = set()
    partly = []
    for pack, photos in inside.items():
        whole = pack in kept.packs.sha256 and photos.keys() <= wanted
        if whole and not (has_fresh and kept.packs.bytes_of(pack) < _SMALL_BYTES):
            writer.link(kept, pack)
            writer.places.update(photos)
            taken |= photos.keys()
        else:
            partly.append((pack, photos))
    for pack, photos in partly:
        report(Stage(Step.KEEPING_PHOTOS), len(taken), len(wanted), "photos")
        with (kept.folder / pack).open("rb") as stream:
            for sha256, place in photos.items():
                if sha256 in wanted and sha256 not in taken:
                    stream.seek(place.offset)
                    writer.add(sha256, stream.read(place.length))
                    taken.add(sha256)
    return taken
