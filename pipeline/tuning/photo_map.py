"""Where photos lie on a map: those that look alike to a network lie near each other.

It is drawn in the two directions in which the features differ most (principal components), and
is the same for the same photos in the same order, to within rounding.

How alike two photos are is the angle between their features, as in `classify.similar_photos`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.novelty import of_length_one

NEIGHBOURS: Final = 10  # photos that a photo is held against
_SPARE: Final = 10  # more directions while they are sought, so that the last ones are right, too
_SEARCHES: Final = 4  # rounds
_SEED: Final = 0

Places = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The directions in which photos differ most.

    Attributes:
        mean: `(F,)` float32, the middle of the photos.
        axes: `(K, F)` float32, each of length 1, at right angles, the most telling first.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]

    def of(self, pooled: NDArray[np.floating]) -> NDArray[np.float32]:
        """`(N, K)` float32: where photos lie, from their `(N, F)` features."""
        return np.asarray((comparable(pooled) - self.mean) @ self.axes.T)


def plane(pooled: NDArray[np.floating], directions: int = 2) -> Plane:
    """Find the directions in which photos differ most.

    Args:
        pooled: `(N, F)` features, at least one photo.
        directions: How many; there may be fewer.
    """
    rows = comparable(pooled)
    mean = rows.mean(axis=0)
    rows = rows - mean
    count = max(1, min(directions, len(rows) - 1, rows.shape[1]))
    # Halko, Martinsson, Tropp 2011: a random start and some rounds find them to five digits, at
    # a fraction of what all directions cost.
    width = min(count + _SPARE, rows.shape[1])
    found = np.random.default_rng(_SEED).standard_normal((rows.shape[1], width), np.float32)
    for _ in range(_SEARCHES):
        found = np.linalg.qr(rows.T @ (rows @ found))[0]
    turned = np.linalg.svd(rows @ found, full_matrices=False)[2]
    axes = (found @ turned.T).T[:count]
    # The sign is chance; the largest number of each shall be positive.
    largest = np.abs(axes).argmax(axis=1)
    axes[axes[np.arange(len(axes)), largest] < 0] *= -1
    return Plane(mean, np.ascontiguousarray(axes, np.float32))


def on_plane(pooled: NDArray[np.floating]) -> Places:
    """`(N, 2)` float32: where photos lie by the two directions in which they differ most."""
    found = np.zeros((len(pooled), 2), np.float32)
    flat = plane(pooled).of(pooled)
    found[:, : flat.shape[1]] = flat  # two photos differ in one direction only
    return found


def share_alike(places: Places, labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """`(N,)` float32 in [0, 1]: of the nearest photos on a map, the share with the same label.

    Args:
        places: `(N, 2)`, the map.
        labels: `(N,)`, class of each photo.
    """
    from scipy.spatial import cKDTree  # a third of a second; the front page need not wait for it

    count = min(NEIGHBOURS, len(places) - 1)
    if count < 1:
        return np.ones(len(places), np.float32)
    near = cKDTree(places).query(places, count + 1)[1]
    alike = labels[near] == labels[:, np.newaxis]  # each photo lies nearest to itself
    return np.asarray((alike.sum(axis=1) - 1) / count, np.float32)


def comparable(pooled: NDArray[np.floating]) -> NDArray[np.float32]:
    """Features whose distance tells how alike photos are: each row of length 1."""
    return of_length_one(np.asarray(pooled, np.float32)).astype(np.float32, copy=False)
