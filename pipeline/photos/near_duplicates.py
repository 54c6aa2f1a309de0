"""Photos that are nearly the same: a shot saved twice, scaled, brightened, slightly cropped.

Two fingerprints are compared twice, and both comparisons have to agree. Their correlation
tells whether light and dark lie alike, whatever the brightness and the contrast; the
correlation of their steps from cell to cell tells whether the details do, which different pets
under the same dark sky fail. Colours are not seen, and photos that are mirrored, clearly turned
or cropped at one side only are not found.

The numbers below were measured on the 17,999 cats and dogs of Kaggle's PetImages and on
variants of 500 of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from threadpoolctl import threadpool_limits

from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES, FINGERPRINT_SIDE

_Floats: TypeAlias = NDArray[np.float32]
_Indices: TypeAlias = NDArray[np.int64]
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
# Larger groups are chains where every photo resembles the next but not the last (handwritten
# digits form groups of hundreds): only photos that are practically the same stay together.
_LARGEST_CHAIN: Final = 20
# Standard deviation in grey levels. Below, rounding to whole levels is too much of the shape:
# at 1.5 a third of the photos is not found again, at 2 one in 15, at 3 all are.
_FLAT: Final = 2.0
_FLAT_LEVELS: Final = 2.0  # between two blank photos of the same colour, saved twice
_TILE: Final = 1024  # photos: a tile of correlations is 4 MB, and stays in the cache
_PAIRS_AT_ONCE: Final = 2**18  # joined in one go: 4 MB of indices


class _Found(NamedTuple):
    """Pairs i < j of one tile, and which of them are practically the same photo."""

    pairs: _Indices  # (P, 2)
    same: _Mask  # (P,)


class _Shapes(NamedTuple):
    """What is compared of N fingerprints."""

    unit: _Floats  # (N, 256), zero mean and unit norm, all 0 where there is no shape
    level: _Floats  # (N,) mean grey level, in [0, 255]
    flat: _Mask  # (N,) whether there is no shape
    settled: _Indices  # (N,) photos with the same number need not be compared any more

    def part(self, start: int) -> _Shapes:
        some = slice(start, start + _TILE)
        return _Shapes(self.unit[some], self.level[some], self.flat[some], self.settled[some])


def pairs(fingerprints: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Find all pairs of photos that are nearly the same.

    Every pair is listed: in a set of copies of one photo that is N * (N - 1) / 2 of them.
    `groups` needs little memory even then.

    Args:
        fingerprints: `(N, 256)` uint8 grey levels in [0, 255], as `Canonical.fingerprint`.

    Returns:
        `(P, 2)` int64 indices i < j in [0, N), sorted by i, then j.
    """
    with _one_thread():
        found = [tile.pairs for tile in _tiles(fingerprints, np.arange(len(fingerprints)))]
    together = np.concatenate([np.empty((0, 2), np.int64), *found])
    return together[np.lexsort((together[:, 1], together[:, 0]))]


def groups(fingerprints: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Put photos that are nearly the same into one group, also over a third photo.

    Groups that would grow beyond 20 photos are held together by practically equal photos only.

    Args:
        fingerprints: `(N, 256)` uint8 grey levels in [0, 255], as `Canonical.fingerprint`.

    Returns:
        `(N,)` int64 group of each photo: the smallest index in [0, N) among its members. A
        photo without lookalikes has its own index.
    """
    alike, same = np.arange(len(fingerprints)), np.arange(len(fingerprints))
    with _one_thread():
        for found in _batches(_tiles(fingerprints, settled=same)):
            alike = _joined(alike, found.pairs)
            # In place: what the tiles to come need not compare any more.
            same[:] = _joined(same, found.pairs[found.same])
    size = np.bincount(alike, minlength=len(alike))
    return np.where(size[alike] > _LARGEST_CHAIN, same, alike)


def _one_thread() -> threadpool_limits:
    """Keep NumPy to one thread: on a busy machine two take 7 s for what one does in 1 s."""
    return threadpool_limits(1, user_api="blas")


def _tiles(fingerprints: NDArray[np.uint8], settled: _Indices) -> Iterator[_Found]:
    """Compare everything with everything, `_TILE` by `_TILE`; only tiles with pairs are given."""
    shapes = _shapes(fingerprints, settled)
    for top in range(0, len(fingerprints), _TILE):
        rows = shapes.part(top)
        for left in range(top, len(fingerprints), _TILE):
            found = _compared(rows, shapes.part(left), on_diagonal=left == top)
            if len(found.pairs):
                yield _Found(found.pairs + np.array([top, left]), found.same)


def _shapes(fingerprints: NDArray[np.uint8], settled: _Indices) -> _Shapes:
    if fingerprints.ndim != 2 or fingerprints.shape[1] != FINGERPRINT_BYTES:
        raise ValueError(f"Expected (N, {FINGERPRINT_BYTES}). Received: {fingerprints.shape}.")
    unit = fingerprints.astype(np.float32)
    level = unit.mean(axis=1)
    unit -= level[:, None]
    norm = np.linalg.norm(unit, axis=1)
    flat = norm < _FLAT * FINGERPRINT_SIDE  # the norm is the deviation times the root of 256
    unit /= np.where(flat, np.inf, norm)[:, None].astype(np.float32)
    return _Shapes(unit, level, flat, settled)


def _compared(rows: _Shapes, columns: _Shapes, on_diagonal: bool) -> _Found:
    unsettled = rows.settled[:, None] != columns.settled
    if on_diagonal:
        unsettled = np.triu(unsettled, 1)
    hopeful = (rows.unit @ columns.unit.T >= _WORTH_A_LOOK) & unsettled
    some_rows, some_columns = _where(hopeful)
    first, second = rows.unit[some_rows], columns.unit[some_columns]
    alike = hopeful[np.ix_(some_rows, some_columns)] & _alike(first, second)
    at_row, at_column = np.nonzero(alike)
    shaped = np.stack([some_rows[at_row], some_columns[at_column]], axis=1)
    same = _both(first, second, _SAME, _SAME_DETAILS)[at_row, at_column]
    flat = _flat_pairs(rows, columns, unsettled)
    return _Found(np.concatenate([shaped, flat]), np.append(same, np.ones(len(flat), np.bool_)))


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
    details = _steps(first[rows]) @ _steps(second[columns]).T
    enough[np.ix_(rows, columns)] &= details >= least_details
    return enough


def _where(mask: _Mask) -> tuple[_Indices, _Indices]:
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


def _flat_pairs(rows: _Shapes, columns: _Shapes, unsettled: _Mask) -> _Indices:
    """Blank photos have no shape to compare: they are alike where they are equally bright."""
    some_rows, some_columns = np.flatnonzero(rows.flat), np.flatnonzero(columns.flat)
    apart = np.abs(rows.level[some_rows][:, None] - columns.level[some_columns])
    alike = (apart <= _FLAT_LEVELS) & unsettled[np.ix_(some_rows, some_columns)]
    at_row, at_column = np.nonzero(alike)
    return np.stack([some_rows[at_row], some_columns[at_column]], axis=1)


def _batches(tiles: Iterator[_Found]) -> Iterator[_Found]:
    """Put small tiles together, as every joining takes time for all N photos."""
    waiting: list[_Found] = []
    for tile in tiles:
        waiting.append(tile)
        if sum(len(each.pairs) for each in waiting) >= _PAIRS_AT_ONCE:
            yield _Found(*map(np.concatenate, zip(*waiting, strict=True)))
            waiting = []
    if waiting:
        yield _Found(*map(np.concatenate, zip(*waiting, strict=True)))


def _joined(groups: _Indices, pairs: _Indices) -> _Indices:
    """Join the groups of every pair; a group is numbered by its smallest member."""
    count = len(groups)
    ends = groups[pairs]
    ends = ends[ends[:, 0] != ends[:, 1]]
    graph = coo_array((np.ones(len(ends), np.bool_), (ends[:, 0], ends[:, 1])), (count, count))
    _, component = connected_components(graph, directed=False)
    _, smallest, position = np.unique(component[groups], return_index=True, return_inverse=True)
    numbers: _Indices = smallest[position]
    return numbers
