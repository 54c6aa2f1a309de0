"""Folds: which photos are asked about together, so that each is asked about once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FOLDS: Final = 5
# A class of fewer scenes gives up one at a time (leave-one-group-out): of five photos, folds of a
# fifth would take one anyway; of nine, two would be too many.
_FEW_SCENES: Final = 2 * FOLDS


def assign_folds(
    labels: NDArray[np.integer], groups: NDArray[np.integer], seed: int
) -> NDArray[np.int64]:
    """Divide photos into folds, each with its share of every class, lookalikes kept together.

    There are five; as many as the scenes of the smallest class where that has six to nine. A class
    that shows one scene alone could not be asked about without being unknown: its photos are
    divided one by one, so some have a lookalike among those learned from; see `apart`.

    Args:
        labels: `(N,)` class indices.
        groups: `(N,)` equal numbers for photos that look nearly the same.
        seed: Of the random choice; the same arguments give the same folds.

    Returns:
        `(N,)` fold of each photo, from 0. A class of two scenes or more is never whole in one.
    """
    classes, places = np.unique(labels, return_inverse=True)
    scenes = _scenes(places, groups, len(classes))
    counts = np.zeros((scenes.max(initial=-1) + 1, len(classes)), np.int64)
    np.add.at(counts, (scenes, places), 1)
    per_class = np.count_nonzero(counts, axis=0)
    smallest = int(per_class.min(initial=_FEW_SCENES))
    folds = max(FOLDS, smallest) if smallest < _FEW_SCENES else FOLDS
    filled = np.zeros((folds, len(classes)), np.int64)
    given = np.empty(len(counts), np.int64)
    shuffled = np.random.default_rng(seed).permutation(len(counts))
    # Large scenes first: small ones fill what these leave uneven.
    for scene in shuffled[np.argsort(-counts[shuffled].sum(axis=1), kind="stable")]:
        shown = counts[scene] > 0
        # The fold that has least of these classes; of equals, the emptiest.
        shares = (filled[:, shown] / counts[:, shown].sum(axis=0)).sum(axis=1)
        given[scene] = np.lexsort((filled.sum(axis=1), shares))[0]
        filled[given[scene]] += counts[scene]
    return given[scenes]


def _scenes(
    labels: NDArray[np.int64], groups: NDArray[np.integer], num_classes: int
) -> NDArray[np.int64]:
    """What stays together, numbered from 0: groups, or single photos of a class with one group."""
    marks = np.stack([groups, np.full(len(groups), -1)], axis=1)
    for class_index in range(num_classes):
        mine = np.flatnonzero(labels == class_index)
        if len(np.unique(groups[mine])) < 2:
            marks[mine, 1] = mine
    _, scenes = np.unique(marks, axis=0, return_inverse=True)
    return np.asarray(scenes.reshape(-1), np.int64)


def apart(folds: NDArray[np.integer], groups: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which photos have a lookalike in another fold, so among those that their judge learned from.

    Args:
        folds: `(N,)` as `assign_folds` gives them.
        groups: `(N,)` equal numbers for photos that look nearly the same.

    Returns:
        `(N,)` bool.
    """
    _, group = np.unique(groups, return_inverse=True)
    count = group.max(initial=-1) + 1
    lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(lowest, group, folds)
    np.maximum.at(highest, group, folds)
    return np.asarray((lowest < highest)[group], np.bool_)
