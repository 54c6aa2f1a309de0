"""Photos that are nearly the same: a shot saved twice, scaled, brightened, slightly cropped.

`pipeline.photos.shapes` says when two are. Here everything is compared with everything, tile by
tile: which pairs there are, which photos belong together, and which have a copy elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from threadpoolctl import threadpool_limits

from pipeline.photos.dense_parts import dense_parts
from pipeline.photos.shapes import Indices, Shapes, alike, shapes

# Larger groups stay together where most of their photos are alike in pairs, as those of a burst
# are: of all pairs, so many. Else they are chains where every photo resembles the next but not
# the last: of scikit-learn's 1,797 handwritten digits 1,526 form one, in which 1.6 % of the pairs
# are alike. Cut into dense parts, 99 of them are the most that stay together.
_DENSE: Final = 0.5
_LARGEST_CHAIN: Final = 20
# What differs in a chain of more photos is not cut with care, which needs N * N / 8 bytes of
# memory (32 MB): only what is practically the same stays together.
_MOST_CUT: Final = 2**14
_TILE: Final = 1024  # photos: a tile of correlations is 4 MB, and stays in the cache
_PAIRS_AT_ONCE: Final = 2**18  # joined in one go: 4 MB of indices


class _Found(NamedTuple):
    """Pairs i < j, and which of them are practically the same photo."""

    pairs: Indices  # (P, 2)
    same: NDArray[np.bool_]  # (P,)


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
        found = [tile.pairs for tile in _tiles(shapes(fingerprints))]
    together = np.concatenate([np.empty((0, 2), np.int64), *found])
    return together[np.lexsort((together[:, 1], together[:, 0]))]


class Lookalikes(NamedTuple):
    """Which photos of N look nearly the same.

    Attributes:
        groups: As `groups` gives them.
        linked: `(N,)` int64: the same before chains are cut. Two that are alike have one number.
    """

    groups: Indices
    linked: Indices


def groups(fingerprints: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Put photos that are nearly the same into one group, also over a third photo.

    A group of more than 20 in which fewer than half of all pairs are alike is a chain; it is cut
    into parts in which every photo is like at least half of the others.

    Args:
        fingerprints: `(N, 256)` uint8 grey levels in [0, 255], as `Canonical.fingerprint`.

    Returns:
        `(N,)` int64 group of each photo: the smallest index in [0, N) among its members. A
        photo without lookalikes has its own index.
    """
    return lookalikes(fingerprints).groups


def lookalikes(fingerprints: NDArray[np.uint8]) -> Lookalikes:
    """Find groups, and what is linked over any number of other photos; see `groups`."""
    count = len(fingerprints)
    linked, same = np.arange(count), np.arange(count)
    partners = np.zeros(count, np.int64)  # how many each photo is like
    with _one_thread():
        compared = shapes(fingerprints)
        for found in _batches(_tiles(compared, same, partners)):
            linked = joined(linked, found.pairs)
            # In place: what the tiles to come need not compare any more.
            same[:] = joined(same, found.pairs[found.same])
        size = np.bincount(linked, minlength=count)
        twice_the_pairs = np.bincount(linked, partners, minlength=count)
        chains = (size > _LARGEST_CHAIN) & (twice_the_pairs < _DENSE * size * (size - 1))
        group = linked.copy()
        for chain in np.flatnonzero(chains):
            members = np.flatnonzero(linked == chain)
            group[members] = _cut(compared, members, same)
    return Lookalikes(group, linked)


def distinct(fingerprints: Sequence[bytes]) -> list[int]:
    """Which of some photos look like no earlier one, ascending; always the first.

    Args:
        fingerprints: Of a few hundred photos, as `Canonical.fingerprint`.
    """
    prints = np.frombuffer(b"".join(fingerprints), np.uint8).reshape(len(fingerprints), -1)
    like: dict[int, set[int]] = {}
    for one, other in pairs(prints).tolist():
        like.setdefault(other, set()).add(one)
    kept: list[int] = []
    seen: set[bytes] = set()  # what is blank is like nothing, but may come again
    for place, print_ in enumerate(fingerprints):
        if print_ not in seen and like.get(place, set()).isdisjoint(kept):
            kept.append(place)
            seen.add(print_)
    return kept


def copies(
    fingerprints: NDArray[np.uint8],
    labels: NDArray[np.integer],
    these: NDArray[np.integer],
    those: NDArray[np.integer],
) -> NDArray[np.int64]:
    """Find for each of some photos one that is nearly the same, of its own class, among others.

    Args:
        fingerprints: `(N, 256)` uint8 grey levels in [0, 255], as `Canonical.fingerprint`.
        labels: `(N,)` class of each photo.
        these: `(T,)` indices in [0, N) of the photos that are asked about.
        those: `(O,)` indices of the others.

    Returns:
        `(T,)` int64 index of the copy in [0, N); -1 where there is none.
    """
    found = np.full(len(these), -1)
    with _one_thread():
        asked_about = shapes(fingerprints[these])
        for label in np.intersect1d(labels[these], labels[those]):
            others = those[labels[those] == label]
            for left in range(0, len(others), _TILE):
                columns = others[left : left + _TILE]
                seen = shapes(fingerprints[columns])
                asked = np.flatnonzero((labels[these] == label) & (found < 0))
                for top in range(0, len(asked), _TILE):
                    rows = asked[top : top + _TILE]
                    near = alike(asked_about.part(rows), seen).pairs
                    found[rows[near[:, 0]]] = columns[near[:, 1]]
    return found


def _cut(compared: Shapes, members: Indices, same: Indices) -> Indices:
    """Cut a chain into dense parts: the group of each of its members, by its smallest."""
    _, views, view = np.unique(same[members], return_index=True, return_inverse=True)
    part = view
    if len(views) <= _MOST_CUT:
        found = (tile.pairs for tile in _tiles(compared.part(members[views])))
        part = dense_parts(len(views), found)[view]
    _, smallest, position = np.unique(part, return_index=True, return_inverse=True)
    return np.asarray(members[smallest[position]], np.int64)


def _one_thread() -> threadpool_limits:
    """Keep NumPy to one thread: on a busy machine two take 7 s for what one does in 1 s."""
    return threadpool_limits(1, user_api="blas")


def _tiles(
    compared: Shapes, settled: Indices | None = None, partners: Indices | None = None
) -> Iterator[_Found]:
    """Compare everything with everything, `_TILE` by `_TILE`; only tiles with pairs are given.

    Photos with the same number in `settled` are not compared; what each photo is like is counted
    in `partners` all the same.
    """
    for top in range(0, len(compared.unit), _TILE):
        down = slice(top, top + _TILE)
        rows = compared.part(down)
        for left in range(top, len(compared.unit), _TILE):
            across = slice(left, left + _TILE)
            numbers = None if settled is None else (settled[down], settled[across])
            near = alike(rows, compared.part(across), numbers, themselves=left == top)
            corner = np.array([top, left])
            if partners is not None:
                for pairs in (near.pairs, near.known):
                    partners += np.bincount((pairs + corner).ravel(), minlength=len(partners))
            if len(near.pairs):
                yield _Found(near.pairs + corner, near.same)


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


def joined(groups: Indices, pairs: Indices) -> Indices:
    """Join the groups of every pair.

    Args:
        groups: `(N,)` int64: the smallest index in [0, N) among the members of each photo's group.
        pairs: `(P, 2)` int64 indices in [0, N) of photos that belong together.

    Returns:
        `(N,)` int64, numbered in the same way.
    """
    count = len(groups)
    ends = groups[pairs]
    ends = ends[ends[:, 0] != ends[:, 1]]
    graph = coo_array((np.ones(len(ends), np.bool_), (ends[:, 0], ends[:, 1])), (count, count))
    _, component = connected_components(graph, directed=False)
    _, smallest, position = np.unique(component[groups], return_index=True, return_inverse=True)
    numbers: Indices = smallest[position]
    return numbers
