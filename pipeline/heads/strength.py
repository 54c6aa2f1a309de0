"""How strongly a head's numbers are held down: the strength that serves photos not learned from.

One set of photos to learn from and one to ask about is a trial; k folds of the same photos are k
trials, searched side by side and judged by all their answers together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.heads.logistic_regression import COMPARE, Problem
from pipeline.heads.stepped import score

# From strong to weak. The best for 2,000 photos of cats and dogs is near 0.05; for ten, near 0.003,
# and stronger ones than these would only follow an unlucky photo among few to validate with.
STRENGTHS: Final[tuple[float, ...]] = tuple(10.0 ** (power / 2) for power in range(0, -13, -1))
_REFINED: Final = (10**0.25, 10**-0.25)  # times the best strength: halfway to its neighbours
_PATIENCE: Final = 2  # strengths in a row that are worse than the best end the search
MOST_TRIED: Final = len(STRENGTHS) + len(_REFINED)

_Vectors = list[NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Trial:
    """Photos to learn from, and others to ask about.

    Attributes:
        problem: Those to learn from.
        features: `(M, F)` of those to ask about, at least one.
        labels: `(M,)` their class indices.
        weights: `(M,)` how much each of them counts; None: all alike.
    """

    problem: Problem
    features: NDArray[np.floating]
    labels: NDArray[np.integer]
    weights: NDArray[np.floating] | None = None


@dataclass(frozen=True, slots=True)
class Strength:
    """What the search leaves.

    Attributes:
        value: The strength with the lowest mean loss over the photos asked about; of equals, the
            strongest.
        logits: `(M, L)` float32 for each trial, what its head says at that strength.
    """

    value: float
    logits: list[NDArray[np.float32]]


def best_strength(trials: Sequence[Trial], tell: Callable[[int], None]) -> Strength:
    """Look for the strength that is best for photos not learned from.

    Args:
        trials: At least one.
        tell: Told in every iteration how many strengths were tried, `MOST_TRIED` at most; may
            raise.
    """
    tried = 0

    def attempt(strength: float, starts: _Vectors) -> tuple[_Vectors, float]:
        nonlocal tried
        vectors = [
            trial.problem.optimum(strength, start, COMPARE, lambda _: tell(tried))
            for trial, start in zip(trials, starts, strict=True)
        ]
        tried += 1
        tell(tried)
        return vectors, _mean_loss(trials, vectors)

    vectors: _Vectors = [np.zeros(trial.problem.size) for trial in trials]
    best, lowest, found = STRENGTHS[0], np.inf, vectors
    worse = 0
    for strength in STRENGTHS:  # each starts where the last one ended, which is near
        vectors, loss = attempt(strength, vectors)
        worse = worse + 1 if loss >= lowest else 0
        if loss < lowest:
            best, lowest, found = strength, loss, vectors
        if worse == _PATIENCE:
            break
    middle, near = best, found
    for strength in [middle * factor for factor in _REFINED]:
        vectors, loss = attempt(strength, near)
        if loss < lowest:
            best, lowest, found = strength, loss, vectors
    logits = [
        trial.problem.head(vector).logits(trial.features)
        for trial, vector in zip(trials, found, strict=True)
    ]
    return Strength(best, logits)


def _mean_loss(trials: Sequence[Trial], vectors: _Vectors) -> float:
    """Mean cross-entropy over all photos asked about."""
    losses = [
        score(trial.problem.head(vector), trial.features, trial.labels, trial.weights)[0]
        for trial, vector in zip(trials, vectors, strict=True)
    ]
    sizes = [
        float(len(trial.labels) if trial.weights is None else trial.weights.sum())
        for trial in trials
    ]
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)
