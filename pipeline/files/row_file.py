"""One file of a table of rows that go by a key, such as what a network made of each photo.

An array as in `npy`, then a checksum of each row with its key, then the 32 bytes of each key, then
who used it last. A row whose key is zeros is gone. Keys come after rows, so that nobody finds a row
that is not whole; the checksum tells of a row that was whole and is no longer, as disks forget.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pipeline.files.locks import Lease
from pipeline.files.npy import Append, ArrayFile

KEY_BYTES: Final = 32  # of a SHA-256
GONE: Final = bytes(KEY_BYTES)
_USER_BYTES: Final = 16  # an id of a photo set
_MARK: Final = "sums"
_SUM: Final = np.dtype("<u4")  # CRC-32

Finish = Callable[[Sequence[bytes], str], None]


@dataclass(frozen=True)
class Table:
    """What rows of one kind have in common, whatever they are of.

    Attributes:
        kind: One word for people: "photos".
        recipe: Stands for everything that decides a row, but its key; from `recipe_of`.
        row: The shape of one row.
        dtype: Its type of number.
    """

    kind: str
    recipe: str
    row: tuple[int, ...]
    dtype: DTypeLike

    @property
    def prefix(self) -> str:
        """What the names of its files begin with."""
        return f"{_MARK}-{self.kind}-{self.recipe}-"


@dataclass(frozen=True)
class RowFile:
    """A file of a table.

    Attributes:
        table: The table.
        count: How many rows it holds.
        mark: Tells it from the table's other files.
    """

    table: Table
    count: int
    mark: str = ""

    @classmethod
    def of(cls, table: Table, keys: Sequence[bytes], salt: bytes = b"") -> Self:
        """The file for rows of these keys, each of 32 bytes; another salt gives another name."""
        return cls(table, len(keys), hashlib.sha256(b"".join(keys) + salt).hexdigest()[:16])

    @classmethod
    def named(cls, table: Table, name: str) -> Self | None:
        """The file of this name; None if it is none of the table's."""
        count, _, mark = name.removeprefix(table.prefix).partition("-")
        is_ours = name.startswith(table.prefix) and count.isdecimal() and mark != ""
        return cls(table, int(count), mark) if is_ours else None

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.table.prefix}{self.count}-{self.mark}"

    @property
    def array(self) -> ArrayFile:
        """What it begins with."""
        return ArrayFile((self.count, *self.table.row), self.table.dtype)

    @property
    def num_bytes(self) -> int:
        """Its length."""
        return self.array.bytes + self.count * (_SUM.itemsize + KEY_BYTES) + _USER_BYTES

    def keys(self, path: Path) -> list[bytes]:
        """The key of each row, `GONE` where it is; none where the file is missing or damaged."""
        with contextlib.suppress(OSError):
            if path.stat().st_size == self.num_bytes and self.array.begins(path):
                return keys_in(path)
        return []

    def open(self, lease: Lease) -> np.memmap[Any, Any]:
        """Map its rows, read-only; the lease ends with the last use of the map."""
        return self.array.open(lease)

    def read(self, path: Path) -> NDArray[Any]:
        """Its rows in memory."""
        array = self.array
        count = int(np.prod(array.shape, dtype=np.int64))
        flat = np.fromfile(path, array.dtype, count, offset=len(array.header))
        return flat.reshape(array.shape)

    @contextmanager
    def writing(self, path: Path) -> Iterator[tuple[Append, Finish]]:
        """Write it at `path`: rows from the first to the last, then what follows them.

        Yields:
            What takes the next rows; and what ends the file, with the keys of its rows in order,
            and the id of the photo set that they are made for.
        """
        sums: list[int] = []
        ending = bytearray()

        def finish(keys: Sequence[bytes], user: str) -> None:
            ends = [zlib.crc32(key, one) for key, one in zip(keys, sums, strict=True)]
            ending.extend(np.array(ends, _SUM).tobytes() + b"".join(keys) + _as_bytes(user))

        with self.array.writing(path) as write:

            def append(rows: NDArray[Any]) -> None:
                whole = np.ascontiguousarray(rows, self.table.dtype)
                sums.extend(zlib.crc32(row) for row in whole)
                write(whole)

            yield append, finish
        with path.open("ab") as stream:
            stream.write(ending)

    def damaged(self, path: Path) -> set[bytes]:
        """Keys of rows that are no longer what was written.

        Raises:
            OSError: If there is nothing that can be read.
            ValueError: If the file is cut.
        """
        return _damaged(path, len(self.array.header), self.count)


def recipe_of(**facts: Any) -> str:
    """What stands for everything that decides a content, told as plain JSON."""
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def is_row_file(path: Path) -> bool:
    """Whether a file of this name is one of a table."""
    return path.name.startswith(f"{_MARK}-")


def kind_of(path: Path) -> str:
    """The kind of its table."""
    return path.name.split("-")[1]


def user_of(path: Path) -> str:
    """Who used it last; empty where nobody can tell."""
    return _end_of(path, _USER_BYTES).rstrip(b"\0").decode("ascii", "replace")


def write_user(path: Path, user: str) -> None:
    """Note who uses it."""
    if user_of(path) != user:
        with path.open("r+b") as stream:
            stream.seek(-_USER_BYTES, os.SEEK_END)
            stream.write(_as_bytes(user))


def keys_in(path: Path) -> list[bytes]:
    """The key of each row of a file of any table; none where it cannot be read."""
    count = int(path.name.split("-")[3])
    end = _end_of(path, count * KEY_BYTES + _USER_BYTES)
    return as_keys(end[: count * KEY_BYTES])


def as_keys(data: bytes) -> list[bytes]:
    """Keys that were written one after the other."""
    return [data[start : start + KEY_BYTES] for start in range(0, len(data), KEY_BYTES)]


def num_damaged(path: Path) -> int:
    """How many rows of a file of any table are no longer what was written; of a cut one, all."""
    with contextlib.suppress(OSError):
        count = int(path.name.split("-")[3])
        try:
            return len(_damaged(path, _header_bytes(path), count))
        except ValueError:
            return count
    return 0  # it went meanwhile


def strike(path: Path, gone: Collection[bytes]) -> None:
    """Overwrite these keys alone: their rows are not found any more, and may be read meanwhile."""
    keys = keys_in(path)
    with path.open("r+b") as stream:
        for place, key in enumerate(keys):
            if key in gone:
                stream.seek(place * KEY_BYTES - len(keys) * KEY_BYTES - _USER_BYTES, os.SEEK_END)
                stream.write(GONE)


def erase(path: Path, gone: Collection[bytes]) -> None:
    """Overwrite the rows of these keys; others may be read meanwhile."""
    keys = keys_in(path)
    places = [place for place, key in enumerate(keys) if key in gone]
    if not places:
        return
    keys_at = path.stat().st_size - len(keys) * KEY_BYTES - _USER_BYTES
    begins_at = _header_bytes(path)
    row_bytes = (keys_at - begins_at) // len(keys) - _SUM.itemsize
    with path.open("r+b") as stream:
        for place in places:
            stream.seek(keys_at + place * KEY_BYTES)
            stream.write(GONE)
        stream.flush()  # keys first: who copies a row looks at its key afterwards
        for place in places:
            stream.seek(begins_at + place * row_bytes)
            stream.write(bytes(row_bytes))


def _damaged(path: Path, begins_at: int, count: int) -> set[bytes]:
    """Keys that do not fit their checksum together with their row.

    Raises:
        OSError: If there is nothing that can be read.
        ValueError: If the file is too short.
    """
    ends_with = count * (_SUM.itemsize + KEY_BYTES) + _USER_BYTES
    end = _end_of(path, ends_with)
    if len(end) < ends_with:
        raise ValueError(f"{path.name} is cut")
    sums = np.frombuffer(end[: count * _SUM.itemsize], _SUM).tolist()
    row_bytes = (path.stat().st_size - begins_at - len(end)) // max(1, count)
    with path.open("rb") as stream:
        stream.seek(begins_at)
        return {
            key
            for key, kept in zip(
                as_keys(end[count * _SUM.itemsize : -_USER_BYTES]), sums, strict=True
            )
            if zlib.crc32(key, zlib.crc32(stream.read(row_bytes))) != kept and key != GONE
        }


def _header_bytes(path: Path) -> int:
    """Where rows begin, by NumPy's format 1.0."""
    with path.open("rb") as stream:
        stream.seek(8)
        return 10 + int.from_bytes(stream.read(2), "little")


def _end_of(path: Path, num_bytes: int) -> bytes:
    """So many bytes from the end of a file; none where it is shorter or cannot be read."""
    with contextlib.suppress(OSError), path.open("rb") as stream:
        stream.seek(-num_bytes, os.SEEK_END)
        return stream.read()
    return b""


def _as_bytes(user: str) -> bytes:
    return user.encode("ascii", "replace")[:_USER_BYTES].ljust(_USER_BYTES, b"\0")
