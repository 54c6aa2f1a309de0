"""Heads asked about real photos that no set was drawn from."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.heads.cross_validation import solve_by_folds
from pipeline.progress import silent
from tests.benchmarks.honesty.pet_features import KINDS, pet_features

EACH: Final = 4_000  # photos of each kind that are looked at
DRAWN_FROM: Final = 2_000  # of these, the first; the others are asked about


def drawn(random: np.random.Generator, *counts: int) -> list[NDArray[np.float32]]:
    """Features of so many photos of each kind, `(count, F)` each, for a set."""
    every = pet_features(EACH)
    return [
        every[kind][random.permutation(DRAWN_FROM)[:count]]
        for kind, count in zip(KINDS, counts, strict=True)
    ]


def score(features: NDArray[np.float32], labels: NDArray[np.integer]) -> float:
    """Share of the fresh photos that a head calls right which learned from `(N, F)` features.

    Half of them where a kind has fewer than two photos to learn from.
    """
    if np.bincount(labels, minlength=2).min() < 2:
        return 0.5
    with threadpool_limits(1, user_api="blas"):
        head = solve_by_folds(features, labels, np.arange(len(labels)), 2, 0, silent).head
    every = pet_features(EACH)
    right = [
        (head.logits(every[kind][DRAWN_FROM:])[:, 0] > 0) == bool(place)
        for place, kind in enumerate(KINDS)
    ]
    return float(np.mean(right))
