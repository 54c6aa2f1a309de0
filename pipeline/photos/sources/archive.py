"""Photos in a zip file, read one by one from where they lie; nothing is ever unpacked to disk.

Names of members are data: they decide classes and are shown, and never become a path.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.config import LIMITS, Limits
from pipeline.errors import PhotoError, SourceError
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import Opened
from pipeline.photos.sources.layout import (
    HOW_TO_ARRANGE,
    Parts,
    arrange,
    is_clutter,
    natural_key,
    shown,
    too_large,
)
from pipeline.photos.sources.zip_directory import (
    check_directory,
    check_kind,
    check_overlap,
    damaged,
)

_LARGEST_RATIO: Final = 100  # photos hardly shrink; a bomb shrinks a thousandfold
_RATIO_FREE_BYTES: Final = 10**6  # below this a ratio harms nobody
_CHUNK_BYTES: Final = 2**18
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
# The others of `zipfile` unpack without any limit on memory.
_READABLE: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVE_SUFFIXES: Final = frozenset(
    {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"}
)
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@contextmanager
def open_archive(path: Path, title: str | None = None, limits: Limits = LIMITS) -> Iterator[Opened]:
    """Open a zip of class folders; its photos are read when their turn comes.

    Args:
        path: The file. What it is, its content decides.
        title: Its name for people; the file's own unless given.
        limits: How much may be in it.

    Yields:
        What is in it; readable until the context is left.

    Raises:
        SourceError: If it is no zip, protected, damaged, built to do harm, too large, or
            has no class folders.
    """
    title = shown(title or path.name)
    if not path.is_file():  # a device or a pipe could be read for ever
        raise SourceError(f"{title} is not a file. Choose a folder or a zip file.")
    try:
        with path.open("rb") as stream:
            check_kind(stream, title)
            check_directory(stream, title, limits)
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise SourceError(
            f"{title} cannot be read ({error.strerror or error}). Check that you may open it."
        ) from error
    except _DAMAGE as error:
        raise damaged(title) from error
    with archive:
        yield _Archive(archive, title, limits).opened()


class _Archive:
    """An open zip and what has been read from it so far."""

    def __init__(self, archive: zipfile.ZipFile, title: str, limits: Limits) -> None:
        self._zip = archive
        self._title = title
        self._limits = limits
        self._unpacked_bytes = 0

    def opened(self) -> Opened:
        """Check what can be checked without reading, and give the files in order."""
        check_overlap(self._zip.infolist(), self._zip.start_dir, self._title)
        members = [
            (parts, member)
            for member in self._zip.infolist()
            if not _is_folder(member)
            and (parts := _parts(_name(member)))
            and not any(map(is_clutter, parts))
        ]
        members.sort(key=lambda pair: natural_key(pair[0]))  # stable: twins keep their order
        self._check_whole([member for _, member in members])
        places = arrange([parts for parts, _ in members], self._title, self._limits)
        photos = (
            self._photo(member, place.class_name, place.split, place.reason)
            for (_, member), place in zip(members, places, strict=True)
        )
        return Opened(self._title.removesuffix(".zip"), len(members), photos)

    def _check_whole(self, members: list[zipfile.ZipInfo]) -> None:
        """Refuse the zip as a whole for what its entries tell together."""
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise SourceError(
                f"{self._title} is protected by a password. Unpack it with the password, then "
                "choose the folder, or zip it without one."
            )
        if members and all(_is_archive(member) for member in members):
            raise SourceError(
                f"{self._title} holds only another archive, {shown(_name(members[0]))}. Unpack it, "
                f"then choose the inner one. {HOW_TO_ARRANGE}"
            )
        unpacked = sum(member.file_size for member in members if self._flaw(member) is None)
        if unpacked > self._limits.zip_bytes:
            raise self._too_much()

    def _too_much(self) -> SourceError:
        return SourceError(
            f"{self._title} unpacks to more than {self._limits.zip_bytes / 2**30:.0f} GB, and that "
            "is the most. Take fewer photos, or save them smaller."
        )

    def _photo(
        self, member: zipfile.ZipInfo, class_name: str, split: str | None, reason: str | None
    ) -> Incoming | PhotoError:
        name = shown(_name(member))
        reason = self._flaw(member) or reason
        if reason is not None:
            return PhotoError(name, reason)
        return Incoming(name, class_name, split, partial(self._read, member, name))

    def _flaw(self, member: zipfile.ZipInfo) -> str | None:
        """Why an entry is not read, told by what the directory says of it."""
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            return "This is a link or a device, not a photo. Zip the photo itself."
        if _is_archive(member):
            return "This is an archive inside the zip. Unpack the inner one first."
        packed, unpacked = member.compress_size, member.file_size
        if unpacked > _RATIO_FREE_BYTES and unpacked > _LARGEST_RATIO * max(packed, 1):
            return "This unpacks to more than a hundred times its size, as no photo does."
        if member.compress_type not in _READABLE:
            return "It is packed in a rare way. Zip the folder again with the usual settings."
        return too_large(unpacked, self._limits)

    def _read(self, member: zipfile.ZipInfo, name: str) -> bytes:
        pieces = []
        read_bytes = 0
        try:
            with self._zip.open(member) as stream:
                # In pieces: read() in one go unpacks whatever comes before it looks at the size.
                while piece := stream.read(_CHUNK_BYTES):
                    pieces.append(piece)
                    read_bytes += len(piece)
                    self._unpacked_bytes += len(piece)
                    if self._unpacked_bytes > self._limits.zip_bytes:
                        raise self._too_much()
        except _DAMAGE as error:
            raise self._damaged(name) from error
        if read_bytes != member.file_size:
            raise self._damaged(name)
        return b"".join(pieces)

    def _damaged(self, name: str) -> PhotoError:
        return PhotoError(name, "It is damaged inside the zip. Download or zip it again.")


def _is_folder(member: zipfile.ZipInfo) -> bool:
    is_marked = stat.S_ISDIR(member.external_attr >> 16)
    return member.filename.endswith(("/", "\\")) or (is_marked and member.file_size == 0)


def _is_archive(member: zipfile.ZipInfo) -> bool:
    return PurePosixPath(member.filename).suffix.lower() in _ARCHIVE_SUFFIXES


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name; many tools write UTF-8 without saying so, and `zipfile` reads cp437."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def _parts(name: str) -> Parts:
    """The folders and the file that a member's name means; never steps out of the zip."""
    parts: list[str] = []
    for part in re.split(r"[/\\]", re.sub(r"^[A-Za-z]:", "", name)):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)
