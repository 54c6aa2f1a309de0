"""Zips written byte by byte, so that they can say what no honest program writes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

STORED, DEFLATED, DEFLATED_64, BZIP2, LZMA, ZSTANDARD = 0, 8, 9, 12, 14, 93
UTF8, ENCRYPTED = 0x800, 0x1
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True)
class Entry:
    """One member, and what the zip says of it; None is the truth.

    Attributes:
        name: In the directory.
        data: Unpacked.
        method: How it is said to be packed; only stored and deflated ones are.
        flags: UTF-8, encrypted and so on.
        mode: Unix's kind and rights, for links and devices.
        crc: Said checksum.
        size: Said length, unpacked.
        packed_size: Said length, packed.
        offset: Said place of its local header.
        local_name: In its local header.
        extra: More fields about it, in the directory alone.
    """

    name: bytes
    data: bytes
    method: int = DEFLATED
    flags: int = 0
    mode: int = 0
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    extra: bytes = b""


def written(entries: Iterable[Entry], behind: bytes = b"", count: int | None = None) -> bytes:
    """A zip of these members.

    Args:
        entries: What it holds.
        behind: A comment at its very end.
        count: How many members it claims; None is the truth.
    """
    body, directory = bytearray(), bytearray()
    number = 0
    for one in entries:
        number += 1
        packed = _packed(one)
        crc = zlib.crc32(one.data) if one.crc is None else one.crc
        size = len(one.data) if one.size is None else one.size
        packed_size = len(packed) if one.packed_size is None else one.packed_size
        local_name = one.name if one.local_name is None else one.local_name
        about = (one.flags, one.method, 0, 33, crc, packed_size, size)
        offset = len(body) if one.offset is None else one.offset
        body += _LOCAL.pack(b"PK\x03\x04", 20, *about, len(local_name), 0) + local_name + packed
        made_by, attributes = 3 << 8 | 20, one.mode << 16
        directory += _CENTRAL.pack(
            *(b"PK\x01\x02", made_by, 20, *about, len(one.name), len(one.extra)),
            *(0, 0, 0, attributes, offset),
        )
        directory += one.name + one.extra
    told = min(0xFFFF, number) if count is None else count
    end = _END.pack(b"PK\x05\x06", 0, 0, told, told, len(directory), len(body), len(behind))
    return bytes(body + directory) + end + behind


def write(path: Path, *entries: Entry, **options: object) -> Path:
    """Put such a zip at `path`."""
    path.write_bytes(written(entries, **options))
    return path


def true_name(name: str, raw: bytes, version: int = 1) -> bytes:
    """The field in which Info-ZIP puts a name in Unicode beside an old one."""
    data = struct.pack("<BL", version, zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(data)) + data


def _packed(entry: Entry) -> bytes:
    if entry.method != DEFLATED:
        return entry.data
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(entry.data) + packer.flush()
