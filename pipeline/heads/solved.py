"""The best head for features that are already there, computed instead of stepped towards.

Behind a frozen backbone the head is logistic regression: a convex problem with one optimum, which
L-BFGS (Liu and Nocedal 1989, "On the limited memory BFGS method for large scale optimization")
reaches in a few dozen looks at all photos, where steps batch by batch take thousands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from pipeline.evaluation.calibration import refined_loss
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.heads.stepped import cross_entropy, rows_at_a_time, score
from pipeline.network.head import Array, Head, num_outputs
from pipeline.progress import Report, Stage, Step

# From strong to weak. The best for 2,000 photos of cats and dogs is near 0.05; for ten, near 0.003,
# and stronger ones than these would only follow an unlucky photo among few to validate with.
_STRENGTHS: Final[tuple[float, ...]] = tuple(10.0 ** (power / 2) for power in range(0, -13, -1))
_REFINED: Final = (10**0.25, 10**-0.25)  # times the best strength: halfway to its neighbours
_PATIENCE: Final = 2  # strengths in a row that are worse than the best end the search
_MOST_POINTS: Final = 30
_STAGE: Final = Stage(Step.SOLVING)

_Split = tuple[NDArray[np.floating], NDArray[np.integer]]  # features and labels

# When the solver ends: after so many iterations, on ground this flat, or with gains this small
# (in nats; float32 sees no less than 1e-12). To compare strengths, three digits of the loss
# are enough, 15 iterations from one to the next. From nothing to the optimum, 50 are usual.
_COMPARE: Final = {"maxiter": 50, "gtol": 1e-5, "ftol": 1e-7}
_SOLVE: Final = {"maxiter": 300, "gtol": 1e-8, "ftol": 1e-12}


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver leaves.

    Attributes:
        head: The head at the optimum.
        strength: Of the penalty on its kernel, see `Problem`.
        path: From the first iteration at that strength to the optimum, at most 30 points.
    """

    head: Head
    strength: float
    path: list[EpochScores]


class Problem:
    """L2-regularised logistic regression on centred features, in one common unit.

    The objective is `mean cross-entropy + strength / 2 * unit**2 * sum(kernel**2)`; the bias is
    free. scikit-learn's LogisticRegression has the same with `C = 1 / (N * strength * unit**2)`.
    The unit is the root mean square of all deviations from a feature's mean, so that a strength
    means the same for any network. It is one for all features: giving each its own (standardising)
    is no better with many photos, and with few it blows up what happens to differ little.

    Attributes:
        size: Length of a vector that describes a head: kernel times unit, bias behind centring.
        unit: See above; 1 where no feature differs between photos.
    """

    def __init__(
        self, features: NDArray[np.floating], labels: NDArray[np.integer], num_classes: int
    ) -> None:
        """Look at the features once.

        Args:
            features: `(N, F)`.
            labels: `(N,)` class indices.
            num_classes: Classes, at least 2.
        """
        self._features = np.ascontiguousarray(features, np.float32)
        self._labels = labels
        self._shape = (self._features.shape[1], num_outputs(num_classes))
        self._mean = self._features.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.unit = self._deviation()
        self.size = (self._shape[0] + 1) * self._shape[1]

    def _deviation(self) -> float:
        """The unit, from all features at once."""
        rows = rows_at_a_time(self._shape[0])
        squares = 0.0
        for start in range(0, len(self._features), rows):
            centred = self._features[start : start + rows] - self._mean
            squares += float(np.vdot(centred, centred))
        deviation = float(np.sqrt(squares / self._features.size))
        # What is left of a constant in float32 is no deviation.
        return deviation if deviation > 1e-5 * float(np.abs(self._mean).max()) else 1.0

    def objective(
        self, vector: NDArray[np.float64], strength: float
    ) -> tuple[float, NDArray[np.float64]]:
        """The objective, and its gradient `(size,)`, at the head that `vector` describes."""
        kernel, bias = self._split(vector)
        rows = rows_at_a_time(len(bias))
        loss = 0.0
        slopes = np.zeros(self._shape, np.float32)
        slopes_of_bias = np.zeros(len(bias))
        for start in range(0, len(self._labels), rows):
            block = self._features[start : start + rows]
            share = len(block) / len(self._labels)
            # The rest in float64: near the optimum, rounding would hide the way down.
            logits = (block @ kernel).astype(np.float64) + bias
            mean, slope = cross_entropy(logits, self._labels[start : start + rows])
            slope *= share
            loss += share * mean
            slopes += block.T @ slope.astype(np.float32)
            slopes_of_bias += slope.sum(axis=0)
        slopes -= np.outer(self._mean, slopes_of_bias).astype(np.float32)
        weights = vector[: slopes.size]
        gradient = np.concatenate([slopes.ravel() / self.unit + strength * weights, slopes_of_bias])
        return loss + strength / 2 * float(weights @ weights), gradient

    def head(self, vector: NDArray[np.float64]) -> Head:
        """The head for features as they come that `vector` describes."""
        kernel, bias = self._split(vector)
        return Head(kernel, bias.astype(np.float32))

    def _split(self, vector: NDArray[np.float64]) -> tuple[Array, NDArray[np.float64]]:
        """Kernel and bias for features as they come."""
        size = self._shape[0] * self._shape[1]
        kernel = (vector[:size].reshape(self._shape) / self.unit).astype(np.float32)
        return kernel, vector[size:] - self._mean.astype(np.float64) @ kernel


def solve(
    training: NDArray[np.floating],
    labels: NDArray[np.integer],
    validation: NDArray[np.floating],
    validation_labels: NDArray[np.integer],
    num_classes: int,
    report: Report,
) -> Solved:
    """Find the best head; the same photos give the same head.

    The strength of the penalty is the one with the lowest loss on the validation photos.

    Args:
        training: `(N, F)` pooled features.
        labels: `(N,)` class indices; every class is there.
        validation: `(M, F)`, at least one photo.
        validation_labels: `(M,)` class indices.
        num_classes: Classes, at least 2.
        report: Told how far it is, several times a second; may raise `Stopped`.

    Returns:
        The head, the strength and the path. Nothing in them is finite if a feature is not.

    Raises:
        Stopped: If `report` raises it.
    """
    # NumPy and SciPy bring a pool of threads each, and each burns what the other waits for:
    # on a busy machine 10 s instead of 0.3. The products are too small for threads anyway.
    with threadpool_limits(1, user_api="blas"):
        problem = Problem(training, labels, num_classes)
        search = _Search(problem, (validation, validation_labels), report)
        strength = search.best_strength()
        path = _Path(problem, (training, labels), (validation, validation_labels))

        def record(vector: NDArray[np.float64]) -> None:
            search.tell()
            path.add(vector)

        vector = _optimum(problem, strength, np.zeros(problem.size), _SOLVE, record)
        points = path.end(vector)
    return Solved(problem.head(vector), strength, points)


def _optimum(
    problem: Problem,
    strength: float,
    start: NDArray[np.float64],
    until: Mapping[str, float],
    each: Callable[[NDArray[np.float64]], None],
) -> NDArray[np.float64]:
    """Where the objective is lowest, or as near as `until` lets it go from `start`."""
    vector: NDArray[np.float64] = minimize(
        problem.objective,
        start,
        args=(strength,),
        jac=True,
        method="L-BFGS-B",
        callback=each,
        # Where rounding hides the way down, more tries along a line do not find it.
        options={"maxls": 10, **until},
    ).x
    return vector


class _Search:
    """Looks for the strength that is best for photos not learned from."""

    def __init__(self, problem: Problem, validation: _Split, report: Report) -> None:
        self._problem = problem
        self._validation = validation
        self._report = report
        self._tried = 0
        self._planned = len(_STRENGTHS) + len(_REFINED) + 1  # and the path that is recorded

    def tell(self) -> None:
        """Tell how far the whole work is; may raise `Stopped`."""
        self._report(_STAGE, self._tried, self._planned)

    def best_strength(self) -> float:
        """The strength with the lowest validation loss; of equals, the strongest."""
        best, lowest = _STRENGTHS[0], np.inf
        vector = start = np.zeros(self._problem.size)
        worse = 0
        for strength in _STRENGTHS:  # each starts where the last one ended, which is near
            vector, loss = self._try(strength, vector)
            worse = worse + 1 if loss >= lowest else 0
            if loss < lowest:
                best, lowest, start = strength, loss, vector
            if worse == _PATIENCE:
                break
        for strength in [best * factor for factor in _REFINED]:
            _, loss = self._try(strength, start)
            if loss < lowest:
                best, lowest = strength, loss
        self._tried = self._planned - 1
        return best

    def _try(
        self, strength: float, start: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], float]:
        """The optimum at a strength, and its loss on the validation photos."""
        self.tell()
        vector = _optimum(self._problem, strength, start, _COMPARE, lambda _: self.tell())
        self._tried += 1
        return vector, score(self._problem.head(vector), *self._validation)[0]


class _Path:
    """The way of the solver: every iteration, or every second, fourth ... of a long way."""

    def __init__(self, problem: Problem, *splits: _Split) -> None:
        self._problem = problem
        self._splits = splits  # training and validation
        self._began = time.perf_counter()
        self._points: list[EpochScores] = []  # with seconds from the beginning
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

    def end(self, vector: NDArray[np.float64]) -> list[EpochScores]:
        """All points; the optimum, `vector`, is the last."""
        if not self._complete:  # or no iteration at all: features that tell nothing
            self._score(vector)
        starts = [0.0, *(point.seconds for point in self._points)]
        return [
            replace(point, seconds=point.seconds - start)
            for point, start in zip(self._points, starts, strict=False)
        ]

    def _score(self, vector: NDArray[np.float64]) -> None:
        head = self._problem.head(vector)
        training, validation = (score(head, *split)[:2] for split in self._splits)
        features, labels = self._splits[1]
        refined = refined_loss(labels, head.logits(features))
        seconds = time.perf_counter() - self._began
        self._points.append(EpochScores(*training, *validation, seconds, refined))
