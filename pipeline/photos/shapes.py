"""When two photos are nearly the same: what is compared of their fingerprints.

Two fingerprints are compared twice, and both comparisons have to agree. Their correlation
tells whether light and dark lie alike, whatever the brightness and the contrast; the
correlation of their steps from cell to cell tells whether the details do, which different pets
under the same dark sky fail. Colours are not seen, and photos that are mirrored, clearly turned
or cropped at one side only are not found.

The numbers below were measured on the 17,999 cats and dogs of Kaggle's PetImages and on
variants of 500 of them.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES, FINGERPRINT_SIDE

_Floats: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int64]
_Mask: TypeAlias = NDArray[np.bool_]

# Correlations of fingerprints. Of 162 million pairs of different photos 26 reach the first and
# none the second (0.67 is the most); the 17 photos that are in the set twice reach both, as do
# all that were re-saved, halved, brightened or cropped by 2 %.
_ALIKE: Final = 0.90
_ALIKE_DETAILS: Final = 0.75
# Steps from cell to cell count as this many times the median at most, else the edge of a frame
# outweighs the photo in it: of 500 photos in one white frame, 2,914 pairs would be found.
_LARGEST_STEP: Final = 2.0
# ... but as so much of the mean at least: the median is 0 in a photo that is mostly blank.
_LARGEST_STEP_OF_FEW: Final = 0.5
# Correlation below which nothing is looked at more closely. One pair in 6,000 reaches it, and
# 98 % of the photos that were cropped by 5 % on each side do.
_WORTH_A_LOOK: Final = 0.75
# How much is taken off each side of one photo before it is compared with the other once more:
# this finds 94 % of the photos cropped by 5 %, not 5 %, and 77 % of white borders, not 37 %.
_TRIM: Final = 0.04
# What re-saving, halving or brightening leaves of both correlations in 97 of 100 photos; of a
# crop by 2 % it is 1 in 100.
_SAME: Final = 0.98
_SAME_DETAILS: Final = 0.95
# Standard deviation in grey levels. Below, rounding to whole levels is too much of the shape:
# at 1.5 a third of the photos is not found again, at 2 one in 15, at 3 all are.
_FLAT: Final = 2.0
_FLAT_LEVELS: Final = 2.0  # between two blank photos of the same colour, saved twice


class Shapes(NamedTuple):
    """What is compared of N fingerprints.

    Attributes:
        unit: `(N, 256)` float32, zero mean and unit norm, all 0 where there is no shape.
        level: `(N,)` float32 mean grey level, in [0, 255].
        flat: `(N,)` whether there is no shape.
    """

    unit: _Floats
    level: _Floats
    flat: _Mask

    def part(self, which: slice | NDArray[np.integer]) -> Shapes:
        """Some of the photos."""
        return Shapes(self.unit[which], self.level[which], self.flat[which])


class Alike(NamedTuple):
    """Which photos of two lots are nearly the same.

    Attributes:
        pairs: `(P, 2)` int64 places in the first and in the second lot.
        same: `(P,)` which of them are practically the same photo.
        known: `(K, 2)` pairs that were known to be the same, and not compared again.
    """

    pairs: Indices
    same: _Mask
    known: Indices


def shapes(fingerprints: NDArray[np.uint8]) -> Shapes:
    """Make fingerprints ready to be compared.

    Args:
        fingerprints: `(N, 256)` uint8 grey levels in [0, 255], as `Canonical.fingerprint`.

    Raises:
        ValueError: If they are no fingerprints.
    """
    if fingerprints.ndim != 2 or fingerprints.shape[1] != FINGERPRINT_BYTES:
        raise ValueError(f"Expected (N, {FINGERPRINT_BYTES}). Received: {fingerprints.shape}.")
    unit = fingerprints.astype(np.float32)
    level = unit.mean(axis=1)
    unit -= level[:, None]
    norm = np.linalg.norm(unit, axis=1)
    flat = norm < _FLAT * FINGERPRINT_SIDE  # the norm is the deviation times the root of 256
    unit /= np.where(flat, np.inf, norm)[:, None].astype(np.float32)
    return Shapes(unit, level, flat)


def alike(
    rows: Shapes,
    columns: Shapes,
    settled: tuple[Indices, Indices] | None = None,
    themselves: bool = False,
) -> Alike:
    """Compare each photo of one lot with each of another.

    Args:
        rows: One lot, A photos.
        columns: The other, B photos.
        settled: `(A,)` and `(B,)`: photos with the same number are known to be the same.
        themselves: Whether both are the same lot; every pair is given once then, i < j.
    """
    close = rows.unit @ columns.unit.T >= _WORTH_A_LOOK
    flat = (np.abs(rows.level[rows.flat][:, None] - columns.level[columns.flat])) <= _FLAT_LEVELS
    close[np.ix_(rows.flat, columns.flat)] = flat  # no shape to compare: they are equally bright
    if themselves:
        close = np.triu(close, 1)
    some_rows, some_columns = _where(close)
    close = close[np.ix_(some_rows, some_columns)]
    known = np.zeros_like(close)
    if settled is not None:
        known = close & (settled[0][some_rows][:, None] == settled[1][some_columns])
    hopeful = close & ~known
    near_rows, near_columns = _where(hopeful)
    at_row, at_column = some_rows[near_rows], some_columns[near_columns]
    first, second = rows.unit[at_row], columns.unit[at_column]
    blank = rows.flat[at_row][:, None] & columns.flat[at_column]
    found = hopeful[np.ix_(near_rows, near_columns)] & (blank | _alike(first, second))
    same = np.empty(0, np.bool_)
    if found.any():
        same = (blank | _both(first, second, _SAME, _SAME_DETAILS))[found]
    return Alike(_places(found, at_row, at_column), same, _places(known, some_rows, some_columns))


def _places(mask: _Mask, rows: Indices, columns: Indices) -> Indices:
    at_row, at_column = np.nonzero(mask)
    return np.stack([rows[at_row], columns[at_column]], axis=1)


def _alike(first: _Floats, second: _Floats) -> _Mask:
    """Tell which of `(A, 256)` and `(B, 256)` shapes are nearly the same: `(A, B)`."""
    alike = _both(first, second, _ALIKE, _ALIKE_DETAILS)
    alike |= _both(_trimmed(first), second, _ALIKE, _ALIKE_DETAILS)
    alike |= _both(first, _trimmed(second), _ALIKE, _ALIKE_DETAILS)
    return alike


def _both(first: _Floats, second: _Floats, least: float, least_details: float) -> _Mask:
    """Tell where both correlations of `(A, 256)` with `(B, 256)` are high enough: `(A, B)`."""
    enough = first @ second.T >= least
    rows, columns = _where(enough)
    if not len(rows):  # as nearly always; the steps of none take their time, too
        return enough
    details = _steps(first[rows]) @ _steps(second[columns]).T
    enough[np.ix_(rows, columns)] &= details >= least_details
    return enough


def _where(mask: _Mask) -> tuple[Indices, Indices]:
    """Give the rows and the columns with anything in them: the rest needs no closer look."""
    return np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))


def _steps(shapes: _Floats) -> _Floats:
    """Give the steps from cell to cell, none too large: `(A, 256)` to `(A, 480)`, unit norm."""
    square = shapes.reshape(-1, FINGERPRINT_SIDE, FINGERPRINT_SIDE)
    down, across = np.diff(square, axis=1), np.diff(square, axis=2).swapaxes(1, 2)
    steps = np.concatenate([down, across], axis=1)  # (A, 30, 16), in no order that matters
    steps = steps.reshape(len(steps), 2 * FINGERPRINT_SIDE * (FINGERPRINT_SIDE - 1))
    size = np.abs(steps)
    largest = np.maximum(
        _LARGEST_STEP * np.median(size, axis=1), _LARGEST_STEP_OF_FEW * size.mean(axis=1)
    )[:, None]
    return _unit(np.clip(steps, -largest, largest))


def _trimmed(shapes: _Floats) -> _Floats:
    """Cut `_TRIM` off each side and scale up again, linearly: `(A, 256)` to the same, unit."""
    square = shapes.reshape(-1, FINGERPRINT_SIDE, FINGERPRINT_SIDE)
    trimmed = np.matmul(np.matmul(_TRIMMING, square), _TRIMMING.T).reshape(shapes.shape)
    return _unit(trimmed - trimmed.mean(axis=1, keepdims=True))


def _unit(vectors: _Floats) -> _Floats:
    norm = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True, dtype=np.float32))
    unit: _Floats = (vectors / np.maximum(norm, np.float32(1e-6))).astype(np.float32, copy=False)
    return unit


def _trimming() -> _Floats:
    """Make the `(16, 16)` weights that scale the middle of 16 cells up to all of them."""
    cells = np.arange(FINGERPRINT_SIDE)
    middle = (FINGERPRINT_SIDE - 1) / 2
    wanted = middle + (cells - middle) * (1 - 2 * _TRIM)
    weights: _Floats = np.maximum(0, 1 - np.abs(wanted[:, None] - cells)).astype(np.float32)
    return weights


_TRIMMING: Final = _trimming()
