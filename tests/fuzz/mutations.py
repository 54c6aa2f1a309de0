"""Ways to damage a file: blindly, and along the parts that its format is made of."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

# Numbers at which programs miscount.
_EDGES: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000)
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES: Final = 2**20  # a mutant grows no further


def mutant(data: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    """A damaged copy.

    Args:
        data: A file, not empty.
        others: Files to take pieces from.
        rng: Where chance comes from.
    """
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        if len(data) < 4:
            break
        along_parts = rng.random() < 0.4
        data = _by_parts(data, rng) if along_parts else rng.choice(_BLIND)(data, others, rng)
    return data[:_MOST_BYTES]


def _flip(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _number(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    """Write a number where a length, a count or an offset may stand."""
    size = rng.choice((1, 2, 4, 8))
    at = rng.randrange(len(data))
    order = rng.choice(("big", "little"))
    there = int.from_bytes(data[at : at + size], order)
    value = rng.choice(
        (*_EDGES, there + 1, there - 1, 2 * there, len(data) - at, rng.getrandbits(32))
    )
    written = (value % 256**size).to_bytes(size, order)
    return data[:at] + written + data[at + size :]


def _cut(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def _remove(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def _repeat(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[start:end] * rng.choice((2, 2, 3, 50)) + data[end:]


def _insert(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    at = rng.randrange(len(data))
    piece = rng.choice((bytes, lambda count: b"\xff" * count, rng.randbytes))
    return data[:at] + piece(rng.choice((1, 2, 4, 100, 5000))) + data[at:]


def _overwrite(data: bytes, _others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + rng.choice((bytes(end - start), rng.randbytes(end - start))) + data[end:]


def _splice(data: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    """The start of one file and the end of another."""
    other = rng.choice(others)
    return data[: rng.randrange(1, len(data))] + other[rng.randrange(max(1, len(other))) :]


_BLIND: Final[tuple[Callable[[bytes, Sequence[bytes], Random], bytes], ...]] = (
    *(_flip, _flip, _flip, _number, _number, _number),
    *(_cut, _remove, _repeat, _insert, _overwrite, _splice),
)


def _span(data: bytes, rng: Random) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(len(data), start + rng.choice((1, 4, 16, 256, 4096)))


def _by_parts(data: bytes, rng: Random) -> bytes:
    """Double, drop, move or damage one of the parts, and leave the others readable."""
    whole = parts_of(data)
    if len(whole) < 3:
        return _flip(data, (), rng)
    parts = list(whole)
    place = rng.randrange(1, len(parts))
    how = rng.randrange(5)
    if how == 0:
        parts.insert(place, parts[place])
    elif how == 1:
        parts[place:place] = [parts[place]] * rng.choice(
            (10, 1000 if len(parts[place]) < 100 else 10)
        )
    elif how == 2:
        del parts[place]
    elif how == 3:
        other = rng.randrange(1, len(parts))
        parts[place], parts[other] = parts[other], parts[place]
    elif parts[place]:
        parts[place] = _flip(parts[place], (), rng)
        if data.startswith(_PNG_START):
            parts[place] = _with_right_checksum(parts[place])
    return b"".join(parts)


def parts_of(data: bytes) -> tuple[bytes, ...]:
    """What a file consists of, as far as its start tells; together they are the file again."""
    if data.startswith(_PNG_START):
        return _walk(data, 8, lambda at: 12 + int.from_bytes(data[at : at + 4]))
    if data[:4] == b"RIFF":
        return _walk(data, 12, lambda at: 8 + int.from_bytes(data[at + 4 : at + 8], "little"))
    if data[4:8] == b"ftyp":
        # Into the box of boxes that says where everything is, too.
        return _pieces(data, rb"(?=.{4}(?:ftyp|meta|hdlr|pitm|iloc|iinf|iprp|ipco|ipma|mdat|moov))")
    if data[:2] == b"\xff\xd8":
        return _pieces(data, rb"(?=\xff[\xc0-\xfe])")
    if data[:2] == b"PK":
        return _pieces(data, rb"(?=PK[\x01\x03\x05-\x07][\x02\x04\x06-\x08])")
    return (data,)


def _walk(data: bytes, start: int, length_at: Callable[[int], int]) -> tuple[bytes, ...]:
    parts = [data[:start]]
    at = start
    while at < len(data) and len(parts) < 10_000:
        end = at + max(8, length_at(at))
        parts.append(data[at:end])
        at = end
    return tuple(parts)


def _pieces(data: bytes, before: bytes) -> tuple[bytes, ...]:
    return tuple(re.split(before, data, maxsplit=10_000, flags=re.DOTALL))


def _with_right_checksum(chunk: bytes) -> bytes:
    """A PNG chunk that gets past the first check, however damaged it is."""
    if len(chunk) < 12:
        return chunk
    return chunk[:-4] + struct.pack(">I", zlib.crc32(chunk[4:-4]))
