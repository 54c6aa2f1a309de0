"""The list in a backup: every file of it with its length and checksum."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from pipeline.photos.set_file import safe_name

LIST_NAME: Final = "backup.json"
LIST_BYTES: Final = 64 * 2**20  # at most
DATABASE_NAME: Final = "pawtune.sqlite"
DATABASE_BYTES: Final = 512 * 2**20  # at most
MOST_FILES: Final = 200_000
PHOTO_SETS: Final = "photo_sets"
RUNS: Final = "runs"
_SHA256: Final = r"\A[0-9a-f]{64}\Z"
# What the id of a photo set or run can be, and so the name of its folder.
IDS: Final = {PHOTO_SETS: r"[0-9a-f]{16}", RUNS: r"[a-z]{1,8}-[0-9a-f]{1,30}"}
_FOLDERS: Final = {PHOTO_SETS: 0, RUNS: 1}  # so many within a set's or a run's own
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")

Sha256 = Annotated[str, Meta(pattern=_SHA256)]
Length = Annotated[int, Meta(ge=0, le=2**44)]


class ListedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: where it lies in the workspace, its length, and its content's SHA-256.

    Equal files are in the zip once, under the path of the first in the list.
    """

    path: Annotated[str, Meta(max_length=400)]
    bytes: Length
    sha256: Sha256

    @property
    def owner(self) -> str:
        """Id of the photo set or run that it belongs to."""
        return self.path.split("/")[1]


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `backup.json` says."""

    database: ListedFile
    files: Annotated[list[ListedFile], Meta(max_length=MOST_FILES)]
    format: Literal["PawTune backup"] = "PawTune backup"
    version: Literal[2] = 2


class _Head(msgspec.Struct):
    """What tells of which version a list is, whatever else it holds."""

    format: Literal["PawTune backup"]
    version: int


class EarlierBackup(ValueError):  # noqa: N818 - it describes the file
    """A backup of PawTune 0.1.0, which held its rows as JSON."""


def to_bytes(listing: Listing) -> bytes:
    """Write the list."""
    return msgspec.json.encode(listing) + b"\n"


def from_bytes(data: bytes) -> Listing:
    """Read what `to_bytes` wrote.

    Raises:
        EarlierBackup: If PawTune 0.1.0 made it.
        ValueError: If it is no such list, or a single value of it is wrong.
    """
    try:
        if msgspec.json.decode(data, type=_Head).version == 1:
            raise EarlierBackup
        listing = msgspec.json.decode(data, type=Listing)
    except RecursionError as error:
        raise ValueError("Nested too deeply.") from error
    # Some disks tell no small letters from large ones.
    different = {file.path.casefold() for file in listing.files}
    if (
        listing.database.path != DATABASE_NAME
        or listing.database.bytes > DATABASE_BYTES
        or len(different) < len(listing.files)
        or not all(is_allowed(file.path) for file in listing.files)
    ):
        raise ValueError("No list that PawTune would have written.")
    return listing


def is_allowed(path: str) -> bool:
    """Whether a backup may hold a file of this path: one of a photo set or of a run."""
    kind, _, rest = path.partition("/")
    owner, *names = rest.split("/")
    return (
        kind in IDS
        and re.fullmatch(IDS[kind], owner) is not None
        and 1 <= len(names) <= 1 + _FOLDERS[kind]
        and all(_PLAIN.fullmatch(name) and safe_name(name) == name for name in names)
    )
