"""What Python's `zipfile` would refuse a whole zip for: names of a few members that are no UTF-8.

Such members are there, and so are their photos. In front of `zipfile` the directory is given
without the promise that these names break; `member_names` reads them like other old names.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Mapping
from typing import IO, Final, NamedTuple, cast

_ENTRY_BYTES: Final = 46  # then the name, the extra field and the comment
_FLAGS_AT: Final = 8  # bytes into an entry
_LENGTHS_AT: Final = 28
_LOCAL_AT: Final = 42
_LOCAL_SIGNATURE: Final = b"PK\x03\x04"
_LOCAL_FLAGS_AT: Final = 6
_UTF8: Final = 0x800
_EXTRA_HEADER: Final = struct.Struct("<HH")
_UNICODE_PATH: Final = 0x7075
_UNKNOWN_KIND: Final = 0x7076  # nothing that anybody reads


class Directory(NamedTuple):
    """The directory of a zip: where it starts in the file, in bytes, and its bytes."""

    start: int
    content: bytes


class Repaired:
    """A file some of whose bytes read as others; the file itself is not changed.

    Args:
        stream: The file.
        patches: Bytes to be read, by where they start; they do not overlap.
    """

    def __init__(self, stream: IO[bytes], patches: Mapping[int, bytes]) -> None:
        self._stream = stream
        self._patches = sorted(patches.items())
        self._starts = [start for start, _ in self._patches]
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """As of any file."""
        at = self._stream.tell()
        data = self._stream.read(size)
        end = at + len(data)
        first = max(0, bisect_right(self._starts, at) - 1)
        for start, patch in self._patches[first : bisect_right(self._starts, end)]:
            low, high = max(at, start), min(end, start + len(patch))
            if low < high:
                data = data[: low - at] + patch[low - start : high - start] + data[high - at :]
        return data


def readable(stream: IO[bytes], directory: Directory) -> IO[bytes]:
    """The file, or in place of it one that `zipfile` reads.

    Args:
        stream: The zip.
        directory: What `zip_directory` has found in it, entry behind entry.
    """
    content = bytearray(directory.content)
    patches: dict[int, bytes] = {}
    at = 0
    while at < len(content):
        lengths = struct.unpack_from("<3H", content, at + _LENGTHS_AT)
        name_at = at + _ENTRY_BYTES
        extra_at, comment_at = name_at + lengths[0], name_at + lengths[0] + lengths[1]
        (flags,) = struct.unpack_from("<H", content, at + _FLAGS_AT)
        if flags & _UTF8 and not _is_utf8(content[name_at:extra_at]):
            struct.pack_into("<H", content, at + _FLAGS_AT, flags & ~_UTF8)
            patches |= _local_patch(stream, *struct.unpack_from("<L", content, at + _LOCAL_AT))
        _repair_extra(content, extra_at, comment_at)
        at = comment_at + lengths[2]
    if content == directory.content:
        return stream
    patches[directory.start] = bytes(content)
    return cast(IO[bytes], Repaired(stream, patches))  # all that `zipfile` asks of one


def _local_patch(stream: IO[bytes], at: int) -> dict[int, bytes]:
    """The same promise before the photo itself, where the directory says that it lies."""
    stream.seek(at)
    header = stream.read(_LOCAL_FLAGS_AT + 2)
    if len(header) < _LOCAL_FLAGS_AT + 2 or not header.startswith(_LOCAL_SIGNATURE):
        return {}
    (flags,) = struct.unpack_from("<H", header, _LOCAL_FLAGS_AT)
    return {at + _LOCAL_FLAGS_AT: struct.pack("<H", flags & ~_UTF8)}


def _repair_extra(content: bytearray, at: int, end: int) -> None:
    """Rename fields that are said to hold a name in UTF-8, and do not."""
    while at + _EXTRA_HEADER.size <= end:
        kind, length = _EXTRA_HEADER.unpack_from(content, at)
        name_at = at + _EXTRA_HEADER.size + 5  # behind its version and checksum
        field_end = at + _EXTRA_HEADER.size + length
        if kind == _UNICODE_PATH and (length <= 5 or not _is_utf8(content[name_at:field_end])):
            _EXTRA_HEADER.pack_into(content, at, _UNKNOWN_KIND, length)
        at = field_end


def _is_utf8(name: bytearray) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
