"""One array in one file: written piece by piece, read where it lies.

The format is NumPy's `.npy`. A file is trusted only when its header is, byte for byte, the one
that belongs to the expected shape and type, and its length fits; nothing in it is interpreted.
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pipeline.files.locks import Lease

Append = Callable[[NDArray[Any]], None]
Kind = TypeVar("Kind", bound=np.generic)
Kind_co = TypeVar("Kind_co", bound=np.generic, covariant=True)

_LET_GO_BYTES: Final = 64 * 2**20  # smaller maps may stay: reading them again costs more


@dataclass(frozen=True)
class ArrayFile:
    """What an array in a file must be.

    Attributes:
        shape: Its shape.
        dtype: Its type of number.
    """

    shape: tuple[int, ...]
    dtype: DTypeLike

    @property
    def header(self) -> bytes:
        """What the file begins with."""
        stream = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            stream,
            {
                "descr": np.lib.format.dtype_to_descr(np.dtype(self.dtype)),
                "fortran_order": False,
                "shape": self.shape,
            },
        )
        return stream.getvalue()

    @property
    def bytes(self) -> int:
        """Length of the file."""
        numbers = int(np.prod(self.shape, dtype=np.int64))
        return len(self.header) + numbers * np.dtype(self.dtype).itemsize

    def is_whole(self, path: Path) -> bool:
        """Whether such an array lies at `path`.

        Raises:
            OSError: If there is nothing that can be read.
        """
        return path.stat().st_size == self.bytes and self.begins(path)

    def begins(self, path: Path) -> bool:
        """Whether the file at `path` begins as such an array does.

        Raises:
            OSError: If there is nothing that can be read.
        """
        header = self.header
        with path.open("rb") as stream:
            return stream.read(len(header)) == header

    def open(self, lease: Lease) -> np.memmap[Any, Any]:
        """Map a whole file, read-only; its lease ends with the last use of the map."""
        array: Any = np.memmap(lease.path, self.dtype, "r", len(self.header), self.shape)
        lease.hold_while(array._mmap)  # not the array: a part of it keeps the map alone alive
        return array  # type: ignore[no-any-return]

    @contextmanager
    def writing(self, path: Path) -> Iterator[Append]:
        """Write such an array at `path`, from its first row to its last.

        Written as a file, not through a map: mapped pages would count as this process's memory.

        Yields:
            What takes the next rows.
        """
        with path.open("wb") as stream:
            stream.write(self.header)

            def append(rows: NDArray[Any]) -> None:
                stream.write(np.ascontiguousarray(rows, self.dtype).data)

            yield append


class _Rows(Protocol[Kind_co]):
    """Rows that lie elsewhere than in one array, such as `rows.Rows`."""

    def take(self, chosen: NDArray[np.int64], /) -> NDArray[Kind_co]:
        """See the function `take`."""


def take(array: NDArray[Kind] | _Rows[Kind], chosen: NDArray[np.int64]) -> NDArray[Kind]:
    """Copies of the chosen rows; what was mapped into memory to read them is let go.

    Args:
        array: `(N, ...)`, usually mapped from files: photos, or what a network made of them.
        chosen: `(B,)` int64, positions in `array`.

    Returns:
        `(B, ...)`, of the same type.
    """
    if not isinstance(array, np.ndarray):
        return array.take(chosen)
    rows = array[chosen]
    owner: Any = array
    while isinstance(owner, np.ndarray):
        owner = owner.base
    mapped = isinstance(owner, mmap.mmap) and not array.flags.writeable
    if mapped and len(owner) > _LET_GO_BYTES and hasattr(mmap, "MADV_DONTNEED"):
        # The pages stay in the system's cache, but no longer count as this process's
        # memory, which would otherwise grow to the size of the photo set.
        owner.madvise(mmap.MADV_DONTNEED)
    return rows
