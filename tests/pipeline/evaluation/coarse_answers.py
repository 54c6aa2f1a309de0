"""Answers of a network that knows half of it, coarse so that many are the same."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from numpy.typing import NDArray

# No deadline: a busy machine is no failure.
brief = settings(max_examples=60, deadline=None)
Answers = tuple[NDArray[np.int64], NDArray[np.float32]]


def answers(classes: int, photos: int = 300, seed: int = 0) -> Answers:
    """Truth and probabilities that know it half; coarse, so that many are the same."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, photos)
    weights = rng.integers(1, 9, (photos, classes)).astype(np.float32)
    weights[np.arange(photos), truth] += 3
    return truth, weights / weights.sum(axis=1, keepdims=True)


def of_two(positive: list[float]) -> NDArray[np.float32]:
    """`(N, 2)` float32 of class 1's probabilities."""
    chances = np.array(positive, np.float32)
    return np.stack([1 - chances, chances], axis=1)
