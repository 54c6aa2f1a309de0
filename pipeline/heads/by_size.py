"""Heads that learn from fewer photos: every photo is judged, at several sizes of a set."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.evaluation.metrics import probabilities
from pipeline.heads.cross_validation import compact, solve_by_folds
from pipeline.heads.folds import assign_folds
from pipeline.heads.logistic_regression import COMPARE, Problem
from pipeline.heads.subsets import LEAST, share_of
from pipeline.progress import Report, Stage, Step, silent

SHARES: Final = (0.1, 0.25, 0.5, 1.0)  # of the photos to learn from
DRAWS: Final = 5
MOST_PHOTOS: Final = 2_000  # of a larger set so many are drawn: they take some ten seconds
_STAGE: Final = Stage(Step.TRYING_SIZES)

Features = NDArray[np.floating]
Labels = NDArray[np.integer]
Groups = NDArray[np.integer]


class BySize(NamedTuple):
    """Answers about the same photos by heads that learned from fewer and fewer others.

    Attributes:
        photos: `(M,)` int64, which photos were asked about: all, or `MOST_PHOTOS` of them.
        sizes: `(S,)` mean number of photos that a head learned from, ascending.
        right: `(S, D, M)` bool, whether each photo was predicted correctly, for each of D draws.
    """

    photos: NDArray[np.int64]
    sizes: NDArray[np.float64]
    right: NDArray[np.bool_]


def judge_by_size(
    features: Features,
    labels: Labels,
    groups: Groups,
    num_classes: int,
    seed: int,
    report: Report,
) -> BySize:
    """Judge every photo by heads that learned from a tenth of the others, a quarter, half, all.

    In each draw the photos are divided into folds anew, lookalikes together. Of what is not asked
    about, each class gives its share, scene by scene; the smaller choice is part of the larger.

    Args:
        features: `(N, F)` pooled features.
        labels: `(N,)` class indices; at least two photos of every class.
        groups: `(N,)` equal numbers for photos that look nearly the same.
        num_classes: Classes, at least 2.
        seed: Of the draws.
        report: Told how far it is; may raise `Stopped`.

    Returns:
        The answers; sizes at which a class would have too few photos to learn from are left out.

    Raises:
        Stopped: If `report` raises it.
    """
    photos = _some(labels, seed)
    known, scenes = labels[photos], groups[photos]
    shares = [share for share in SHARES if _enough(known, share)]
    right = np.zeros((len(shares), DRAWS, len(photos)), np.bool_)
    sizes = np.zeros((len(shares), DRAWS))
    with threadpool_limits(1, user_api="blas"):  # see `solved.solve`
        small = compact(features[photos])
        for draw in range(DRAWS):
            folds = assign_folds(known, scenes, seed + draw)
            order = np.random.default_rng((seed, draw)).permutation(len(photos))
            for place, share in enumerate(shares):
                report(_STAGE, draw + sum(shares[:place]) / sum(shares), DRAWS)
                strength = None
                for fold in range(int(folds.max()) + 1):
                    asked = np.flatnonzero(folds == fold)
                    learned = share_of(order[folds[order] != fold], known, scenes, share)
                    problem = Problem(
                        small[learned], known[learned], num_classes, features.shape[1]
                    )
                    if strength is None:
                        # One for all folds of a draw: choosing it anew takes five times as long,
                        # and one number learns no photo by heart.
                        strength = solve_by_folds(
                            small[learned], known[learned], scenes[learned], num_classes, seed,
                            silent, num_features=features.shape[1],
                        ).strength  # fmt: skip
                    zero = np.zeros(problem.size)
                    vector = problem.optimum(strength, zero, COMPARE, lambda _: None)
                    logits = problem.head(vector).logits(small[asked])
                    right[place, draw, asked] = probabilities(logits).argmax(1) == known[asked]
                    sizes[place, draw] += len(learned) * len(asked) / len(photos)
    return BySize(photos, sizes.mean(axis=1), right)


def _some(labels: Labels, seed: int) -> NDArray[np.int64]:
    """All photos, or `MOST_PHOTOS` of them, each class with its share."""
    if len(labels) <= MOST_PHOTOS:
        return np.arange(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    scenes = np.arange(len(labels))
    return np.sort(share_of(order, labels, scenes, MOST_PHOTOS / len(labels)))


def _enough(labels: Labels, share: float) -> bool:
    """Whether every class would have photos to learn from, if a fold of them is asked about."""
    sizes = np.bincount(labels)
    return bool((np.floor(share * 0.75 * sizes[sizes > 0]) >= LEAST).all()) or share == 1.0
