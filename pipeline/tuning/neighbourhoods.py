"""A map of photos that keeps neighbours together: t-SNE, worked out in seconds to minutes.

It says nothing of how far apart two groups are, nor how large one is. It begins with the map of
`photo_map.on_plane`, draws nothing by chance and computes in one thread, so the same photos in the
same order give the same map.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.progress import Report, Stage, Step, silent
from pipeline.tuning import photo_map
from pipeline.tuning.photo_map import Places

FEWEST: Final = 20  # photos: below, there are no neighbourhoods to speak of
_PERPLEXITY: Final = 30.0  # neighbours that count for each photo, as t-SNE's authors advise
_WITHIN: Final = 3  # times as many are looked at, and there must be so many
_DIRECTIONS: Final = 50  # of the features; what lies beyond is mostly noise
_CHUNK: Final = 1024  # photos compared with all others at a time: 74 MB of 18,000
_GRID_FROM: Final = 5_000  # photos: above, t-SNE's grid is quicker than its tree
_START_SPREAD: Final = 1e-4  # of the first map, as is usual: larger ones do not unfold
# Iterations, exaggeration and momentum, as is usual.
_ROUNDS: Final = ((250, 12.0, 0.5), (500, 1.0, 0.8))
_TELL_EVERY: Final = 10  # iterations


def neighbourhoods(
    pooled: NDArray[np.floating], report: Report = silent, start: Places | None = None
) -> Places:
    """Work out a map that keeps neighbours together.

    Args:
        pooled: `(N, F)` features.
        report: Told how far it is; may raise `Stopped`.
        start: `(N, 2)`, a map to begin with, so that photos stay near their old places; None
            begins with the plane.

    Returns:
        `(N, 2)` float32; the plane itself where there are fewer than `FEWEST` photos.

    Raises:
        Stopped: From `report`.
    """
    plane = photo_map.on_plane(pooled)
    if len(pooled) < FEWEST:
        return plane
    from openTSNE import TSNEEmbedding  # two seconds, scikit-learn with it
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    report(Stage(Step.DRAWING_MAP))
    perplexity = min(_PERPLEXITY, (len(pooled) - 1) / _WITHIN)
    near, away = nearest(photo_map.plane(pooled, _DIRECTIONS).of(pooled), int(_WITHIN * perplexity))
    affinities = PerplexityBasedNN(
        perplexity=perplexity, knn_index=PrecomputedNeighbors(near, away), n_jobs=1
    )
    begin = plane if start is None else start
    first = (begin - begin.mean(axis=0)).astype(np.float64)
    first *= _START_SPREAD / max(float(first[:, 0].std()), 1e-12)
    grid = len(pooled) > _GRID_FROM
    embedding = TSNEEmbedding(
        first, affinities, negative_gradient_method="fft" if grid else "bh", n_jobs=1
    )
    done, total = 0, sum(iterations for iterations, _, _ in _ROUNDS)
    for iterations, exaggeration, momentum in _ROUNDS:

        def tell(iteration: int, *_: Any, done: int = done) -> bool:
            report(Stage(Step.DRAWING_MAP), done + iteration, total)
            return False

        embedding.optimize(
            iterations,
            exaggeration=exaggeration,
            momentum=momentum,
            inplace=True,
            callbacks=[tell],
            callbacks_every_iters=_TELL_EVERY,
        )
        done += iterations
    return np.asarray(embedding, np.float32)


def nearest(
    places: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest other photos of each, nearest first: `(N, count)` which, and how far.

    Args:
        places: `(N, K)`.
        count: Below N.
    """
    lengths = np.square(places).sum(axis=1)
    which = np.empty((len(places), count), np.int64)
    away = np.empty((len(places), count))
    for begin in range(0, len(places), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        squares = lengths[part, np.newaxis] + lengths - 2 * places[part] @ places.T
        rows = np.arange(len(squares))
        squares[rows, begin + rows] = np.inf  # itself
        some = np.argpartition(squares, count - 1, axis=1)[:, :count]
        found = np.take_along_axis(squares, some, axis=1)
        order = np.argsort(found, axis=1, kind="stable")
        which[part] = np.take_along_axis(some, order, axis=1)
        away[part] = np.sqrt(np.maximum(np.take_along_axis(found, order, axis=1), 0))
    return which, away


def aligned(places: Places, others: Places) -> Places:
    """A map turned, mirrored, scaled and moved so that its photos lie nearest to another's.

    Args:
        places: `(N, 2)`.
        others: `(N, 2)`, of the same photos.
    """
    middle, target = others.mean(axis=0), others - others.mean(axis=0)
    here = places - places.mean(axis=0)
    left, lengths, right = np.linalg.svd(here.T @ target)
    scale = lengths.sum() / max(float(np.square(here).sum()), 1e-12)
    return np.asarray(scale * here @ (left @ right) + middle, np.float32)


def put(
    pooled: NDArray[np.floating], known: NDArray[np.floating], places: Places, count: int = 5
) -> tuple[Places, NDArray[np.int64]]:
    """Where other photos lie on a map, by the photos of the map that they are most like.

    Args:
        pooled: `(M, F)` features of the other photos.
        known: `(N, F)` features of photos on the map.
        places: `(N, 2)`, where those lie.
        count: How many neighbours each has; fewer where there are fewer.

    Returns:
        `(M, 2)` float32 and `(M, count)` int64: which are nearest, nearest first.
    """
    alike = photo_map.comparable(pooled) @ photo_map.comparable(known).T
    near = np.argsort(-alike, axis=1, kind="stable")[:, :count]
    squares = 2 - 2 * np.take_along_axis(alike, near, axis=1)
    # The nearest counts most, and one at no distance alone.
    weights = 1 / (np.maximum(squares, 0) + 1e-4)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray((weights[:, :, np.newaxis] * places[near]).sum(axis=1), np.float32), near
