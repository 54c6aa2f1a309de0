"""The best head for features that are already there, computed instead of stepped towards.

The strength of its penalty is looked for on the validation photos; the way to the optimum at that
strength is the run's curve.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.evaluation.calibration import refined_loss
from pipeline.evaluation.class_weights import photo_weights
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.heads.logistic_regression import SOLVE, Problem
from pipeline.heads.stepped import score
from pipeline.heads.strength import MOST_TRIED, Trial, best_strength
from pipeline.network.head import Head
from pipeline.progress import Report, Stage, Step

_MOST_POINTS: Final = 30
_STAGE: Final = Stage(Step.SOLVING)

# Features, labels, and how much each photo counts; None: all alike.
_Split = tuple[NDArray[np.floating], NDArray[np.integer], NDArray[np.floating] | None]


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver leaves.

    Attributes:
        head: The head at the optimum.
        strength: Of the penalty on its kernel, see `Problem`.
        path: From the first iteration at that strength to the optimum, at most 30 points.
        logits: `(M, L)` float32 of the validation photos at each of them.
    """

    head: Head
    strength: float
    path: list[EpochScores]
    logits: list[NDArray[np.float32]]


def solve(
    training: NDArray[np.floating],
    labels: NDArray[np.integer],
    validation: NDArray[np.floating],
    validation_labels: NDArray[np.integer],
    num_classes: int,
    report: Report,
    balanced: bool = False,
    strength: float | None = None,
) -> Solved:
    """Find the best head; the same photos give the same head.

    Unless it is given, the strength of the penalty is the one with the lowest loss on the
    validation photos.

    Args:
        training: `(N, F)` pooled features.
        labels: `(N,)` class indices; every class is there.
        validation: `(M, F)`, at least one photo.
        validation_labels: `(M,)` class indices.
        num_classes: Classes, at least 2.
        report: Told how far it is, several times a second; may raise `Stopped`.
        balanced: Whether every class counts alike, however many photos it has: in training, in
            the losses of the path and in the choice of the strength.
        strength: Of the penalty, where it is chosen already.

    Returns:
        The head, the strength and the path. Nothing in them is finite if a feature is not.

    Raises:
        Stopped: If `report` raises it.
    """
    # NumPy and SciPy bring a pool of threads each, and each burns what the other waits for:
    # on a busy machine 10 s instead of 0.3. The products are too small for threads anyway.
    with threadpool_limits(1, user_api="blas"):
        weights, judged = (
            photo_weights(classes) if balanced else None for classes in (labels, validation_labels)
        )
        problem = Problem(training, labels, num_classes, weights=weights)
        planned = MOST_TRIED + 1  # and the path that is recorded
        if strength is None:
            trial = Trial(problem, validation, validation_labels, judged)
            strength = best_strength([trial], lambda tried: report(_STAGE, tried, planned)).value
        splits = (training, labels, weights), (validation, validation_labels, judged)
        path = _Path(problem, *splits)

        def record(vector: NDArray[np.float64]) -> None:
            report(_STAGE, planned - 1, planned)
            path.add(vector)

        vector = problem.optimum(strength, np.zeros(problem.size), SOLVE, record)
        points, logits = path.end(vector)
    return Solved(problem.head(vector), strength, points, logits)


class _Path:
    """The way of the solver: every iteration, or every second, fourth ... of a long way."""

    def __init__(self, problem: Problem, *splits: _Split) -> None:
        self._problem = problem
        self._splits = splits  # training and validation
        self._began = time.perf_counter()
        # With seconds from the beginning, and what is said of the validation photos.
        self._points: list[tuple[EpochScores, NDArray[np.float32]]] = []
        self._iterations = 0
        self._stride = 1
        self._complete = False  # whether the last iteration is a point

    def add(self, vector: NDArray[np.float64]) -> None:
        """Take note of an iteration."""
        self._complete = self._iterations % self._stride == 0
        if self._complete:
            self._score(vector)
        self._iterations += 1
        if len(self._points) == _MOST_POINTS:
            self._points = self._points[::2]
            self._stride *= 2
            self._complete = False

    def end(
        self, vector: NDArray[np.float64]
    ) -> tuple[list[EpochScores], list[NDArray[np.float32]]]:
        """All points, and the logits at each; the optimum, `vector`, is the last."""
        if not self._complete:  # or no iteration at all: features that tell nothing
            self._score(vector)
        points, logits = map(list, zip(*self._points, strict=True))
        starts = [0.0, *(point.seconds for point in points)]
        apart = [
            replace(point, seconds=point.seconds - start)
            for point, start in zip(points, starts, strict=False)
        ]
        return apart, logits

    def _score(self, vector: NDArray[np.float64]) -> None:
        head = self._problem.head(vector)
        training, validation = (score(head, *split)[:2] for split in self._splits)
        features, labels, weights = self._splits[1]
        logits = head.logits(features)
        refined = refined_loss(labels, logits, weights)
        seconds = time.perf_counter() - self._began
        self._points.append((EpochScores(*training, *validation, seconds, refined), logits))
