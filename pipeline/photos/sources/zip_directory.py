"""Checks of a zip file that come before anything in it is believed.

Python's `zipfile` reads a directory of any size into memory, and before 3.11.8 reads
entries that share their bytes: 13 kB can then unpack to 600 MB.
"""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterable
from typing import IO, Final

from pipeline.errors import SourceError
from pipeline.photos.decoding import file_kinds
from pipeline.photos.decoding.clip_kinds import clip_kind
from pipeline.photos.sources.zip_repair import Directory
from pipeline.settings.limits import Limits

_OTHER_ARCHIVES: Final = (
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"\x1f\x8b", "a gzip or tar.gz archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (257, b"ustar", "a tar archive"),
)
_ENTRY_SIGNATURE: Final = b"PK\x03\x04"
_EMPTY_SIGNATURE: Final = b"PK\x05\x06"
_PIECES_SIGNATURE: Final = b"PK\x07\x08"

_DIRECTORY_BYTES: Final = 64 * 2**20  # 50,000 entries with very long names
_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_DIRECTORY_ENTRY_BYTES: Final = 46  # then the name, the extra field and the comment
_END: Final = struct.Struct("<4s4H2LH")
_END_SIGNATURE: Final = b"PK\x05\x06"
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_END64_SIGNATURE: Final = b"PK\x06\x06"
_LOCATOR64_SIGNATURE: Final = b"PK\x06\x07"
_LOCATOR64_BYTES: Final = 20
_LONGEST_COMMENT: Final = 2**16
_LOCAL_HEADER_BYTES: Final = 30  # then at least the name


def damaged(title: str) -> SourceError:
    """The error for a zip whose table of contents makes no sense."""
    return SourceError(
        f"{title} is damaged or incomplete: its table of contents cannot be read. Download or "
        "copy it again, or zip the folder again."
    )


def check_kind(stream: IO[bytes], title: str) -> None:
    """Accept what begins like a zip; say what it is instead, whatever its name is.

    Raises:
        SourceError: If it is anything but a zip.
    """
    start = stream.read(512)
    if start.startswith((_ENTRY_SIGNATURE, _EMPTY_SIGNATURE)):
        return
    if not start:
        raise SourceError(f"{title} is an empty file. Download, copy or zip it again.")
    if start.startswith(_PIECES_SIGNATURE):
        raise SourceError(f"{title} is a zip in several pieces. Join them, or zip it in one.")
    for offset, signature, what in _OTHER_ARCHIVES:
        if start[offset:].startswith(signature):
            raise SourceError(
                f"{title} is {what}, not a zip. Unpack it, and choose the folder or zip it anew."
            )
    single = "photo" if file_kinds.readable_kind(start) else "video"
    if single == "photo" or clip_kind(start):
        raise SourceError(
            f"{title} is a single {single}. Choose the folder or zip around the class folders."
        )
    kind = file_kinds.what(start)
    but = f"but {kind}" if kind else "whatever its name says"
    raise SourceError(f"{title} is not a zip file, {but}. Choose a folder or a zip file.")


def check_directory(stream: IO[bytes], title: str, limits: Limits) -> Directory:
    """Count the entries in bounded memory, without believing the number that is written.

    Returns:
        The directory, entry behind entry.

    Raises:
        SourceError: If there are too many, or the directory is damaged.
    """
    start, size = _find_directory(stream, title)
    if size > _DIRECTORY_BYTES:
        raise _too_many(title, limits)
    stream.seek(start)
    directory = stream.read(size)
    at = count = 0
    while at + _DIRECTORY_ENTRY_BYTES <= len(directory):
        if directory[at : at + 4] != _DIRECTORY_ENTRY:
            raise damaged(title)
        at += _DIRECTORY_ENTRY_BYTES + sum(struct.unpack_from("<3H", directory, at + 28))
        count += 1
        if count > limits.zip_entries:
            raise _too_many(title, limits)
    if at != size:
        raise damaged(title)
    return Directory(start, directory)


def _too_many(title: str, limits: Limits) -> SourceError:
    return SourceError(
        f"{title} holds more than {limits.zip_entries:,} files, and that is the most. Take fewer "
        "photos of each class, or unpack it and import the folder."
    )


def _find_directory(stream: IO[bytes], title: str) -> tuple[int, int]:
    """Where the directory starts and how long it is, in bytes; as `zipfile` finds it."""
    length = stream.seek(0, os.SEEK_END)
    tail_start = stream.seek(max(0, length - _LONGEST_COMMENT - _END.size))
    tail = stream.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END.size:
        raise damaged(title)
    _, disk, *_, size, _, _ = _END.unpack_from(tail, at)
    if disk not in (0, 0xFFFF):
        raise SourceError(f"{title} is a zip in several pieces. Join them, or zip it in one.")
    end = tail_start + at
    end64 = end - _LOCATOR64_BYTES - _END64.size
    if end64 >= 0:
        stream.seek(end64)
        record = stream.read(_END64.size + _LOCATOR64_BYTES)
        locator = record[_END64.size :]
        if record.startswith(_END64_SIGNATURE) and locator.startswith(_LOCATOR64_SIGNATURE):
            *_, size, _ = _END64.unpack_from(record)
            end = end64
    if end - size < 0:
        raise damaged(title)
    return end - size, size


def check_overlap(entries: Iterable[zipfile.ZipInfo], end: int, title: str) -> None:
    """Refuse entries that share bytes: honest ones lie one after the other.

    Args:
        entries: All entries.
        end: Where the directory starts, in bytes.
        title: The zip's name, for the message.

    Raises:
        SourceError: If two entries overlap, or one the directory.
    """
    for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
        encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
        name_bytes = len(entry.orig_filename.encode(encoding, "replace"))
        needed = _LOCAL_HEADER_BYTES + name_bytes + entry.compress_size
        if entry.header_offset < 0 or entry.header_offset + needed > end:
            raise SourceError(
                f"{title} is built as no photo zip is: its entries overlap. Nothing was read from "
                "it. Zip the folder again."
            )
        end = entry.header_offset
