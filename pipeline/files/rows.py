"""Rows of an array that lie in one file or in several, read where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pipeline.files.npy import Kind_co, take


class Rows(Generic[Kind_co]):
    """An array `(n, ...)`, read-only, put together from rows of others.

    Attributes:
        shape: Its shape.
        dtype: Its type of number.
    """

    def __init__(
        self,
        parts: Sequence[NDArray[Kind_co]],
        part: NDArray[np.int64],
        row: NDArray[np.int64],
    ) -> None:
        """Look at arrays as one; nothing is read yet.

        Args:
            parts: At least one; all rows of one shape and type.
            part: `(n,)`, in which of them each row lies.
            row: `(n,)`, and where there.
        """
        self._parts, self._part, self._row = parts, part, row
        self.shape: tuple[int, ...] = (len(row), *parts[0].shape[1:])
        self.dtype = parts[0].dtype

    def __len__(self) -> int:
        return len(self._row)

    def take(self, chosen: NDArray[np.int64]) -> NDArray[Kind_co]:
        """Copies of the chosen rows, `(B, ...)`; see `npy.take`.

        Args:
            chosen: `(B,)` int64, positions from 0 to n - 1.
        """
        part, row = self._part[chosen], self._row[chosen]
        if len(self._parts) == 1:
            return take(self._parts[0], row)
        rows = np.empty((len(row), *self.shape[1:]), self.dtype)
        for number in np.unique(part):
            here = part == number
            rows[here] = take(self._parts[number], row[here])
        return rows

    def whole(self) -> NDArray[Kind_co]:
        """All of it, read-only: where it lies if it lies in one piece, else a copy."""
        first = self._row[0] if len(self) else 0
        if not self._part.any() and np.array_equal(self._row, np.arange(first, first + len(self))):
            return self._parts[0][first : first + len(self)]
        rows = self.take(np.arange(len(self)))
        rows.flags.writeable = False
        return rows

    def __getitem__(self, chosen: int) -> NDArray[Kind_co]:
        only: NDArray[Kind_co] = self.take(np.array([chosen]))[0]
        return only

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.whole(), dtype, copy=copy)
