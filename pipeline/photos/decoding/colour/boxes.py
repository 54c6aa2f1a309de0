"""The boxes of a HEIC or AVIF file: what its main picture is made of, how large, in which colours.

Pillow's libraries tell none of it where they cannot read the picture, and no colours of AVIF. What
is damaged is simply not told. See ISO/IEC 14496-12 (boxes) and 23008-12 (items and properties).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

_MOST_BOXES: Final = 20_000  # in one box: far more than any phone writes
_VERSION: Final = 4  # bytes of version and flags, before what a "full" box holds


class Primary(NamedTuple):
    """What a file says of its main picture.

    Attributes:
        coding: Four letters: `hvc1`, `av01`, `grid` of tiles and so on; empty where it says none.
        size: Width and height in pixels, if it says so.
        code_points: Numbers of its primaries and of its transfer function (ITU-T H.273), if it
            tells its colours in this way.
    """

    coding: bytes = b""
    size: tuple[int, int] | None = None
    code_points: tuple[int, int] | None = None


def primary(data: bytes) -> Primary:
    """Look at the main picture of a file, however damaged it is."""
    try:
        return _primary(_first(data, b"meta")[_VERSION:])
    except (struct.error, IndexError, StopIteration):
        return Primary()


def has(data: bytes, name: bytes) -> bool:
    """Whether a file has a whole box of this name at its top."""
    return any(found == name for found, _ in _boxes(data))


def _primary(meta: bytes) -> Primary:
    pitm = _first(meta, b"pitm")
    item = _number(pitm, _VERSION, 4 if pitm[0] else 2)
    iprp = _first(meta, b"iprp")
    properties = list(_boxes(_first(iprp, b"ipco")))
    size = code_points = None
    for place in _associated(_first(iprp, b"ipma"), item):
        if not 0 < place <= len(properties):
            continue
        name, content = properties[place - 1]
        if name == b"ispe":
            size = struct.unpack_from(">II", content, _VERSION)
        elif name == b"colr" and content[:4] == b"nclx":
            code_points = struct.unpack_from(">HH", content, 4)
    return Primary(_coding(_first(meta, b"iinf"), item), size, code_points)


def _coding(iinf: bytes, item: int) -> bytes:
    """How an item is coded; its entry has a number of two bytes or, from version 3 on, of four."""
    for name, content in _boxes(iinf[_VERSION + (4 if iinf[0] else 2) :]):
        wide = 4 if content[0] >= 3 else 2
        if name == b"infe" and content[0] >= 2 and _number(content, _VERSION, wide) == item:
            at = _VERSION + wide + 2  # behind its protection
            return content[at : at + 4]
    return b""


def _associated(ipma: bytes, item: int) -> list[int]:
    """Places of the properties of an item, from 1 on."""
    id_bytes, place_bytes = (4 if ipma[0] else 2), (2 if ipma[3] & 1 else 1)
    at = _VERSION + 4
    for _ in range(min(_number(ipma, _VERSION, 4), _MOST_BOXES)):
        found = _number(ipma, at, id_bytes)
        at += id_bytes
        count, at = ipma[at], at + 1
        if found == item:
            essential = 1 << (8 * place_bytes - 1)
            return [
                _number(ipma, at + place_bytes * place, place_bytes) & ~essential
                for place in range(count)
            ]
        at += place_bytes * count
    return []


def _number(content: bytes, at: int, num_bytes: int) -> int:
    if len(content) < at + num_bytes:
        raise IndexError("The box ends before its number does.")
    return int.from_bytes(content[at : at + num_bytes], "big")


def _first(content: bytes, name: bytes) -> bytes:
    return next(inside for found, inside in _boxes(content) if found == name)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each box that is whole."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > len(content):
            return
        length, start = _number(content, at, 4), at + 8
        if length == 1 and at + 16 <= len(content):  # too long for four bytes
            length, start = _number(content, at + 8, 8), at + 16
        end = at + length if length else len(content)  # 0: it is the last one
        if end < start or end > len(content):
            return
        yield content[at + 4 : at + 8], content[start:end]
        at = end
