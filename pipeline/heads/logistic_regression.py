"""Logistic regression on kept features: the objective whose optimum is the best head.

Behind a frozen backbone the head is a convex problem with one optimum, which L-BFGS (Liu and
Nocedal 1989, "On the limited memory BFGS method for large scale optimization") reaches in a few
dozen looks at all photos, where steps batch by batch take thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipeline.heads.cross_entropy import cross_entropy
from pipeline.heads.stepped import rows_at_a_time
from pipeline.network.head import Array, Head, num_outputs

# When the solver ends: after so many iterations, on ground this flat, or with gains this small
# (in nats; float32 sees no less than 1e-12). To compare strengths, three digits of the loss
# are enough, 15 iterations from one to the next. From nothing to the optimum, 50 are usual.
COMPARE: Final[Mapping[str, float]] = {"maxiter": 50, "gtol": 1e-5, "ftol": 1e-7}
SOLVE: Final[Mapping[str, float]] = {"maxiter": 300, "gtol": 1e-8, "ftol": 1e-12}


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
        self,
        features: NDArray[np.floating],
        labels: NDArray[np.integer],
        num_classes: int,
        num_features: int | None = None,
        weights: NDArray[np.floating] | None = None,
    ) -> None:
        """Look at the features once.

        Args:
            features: `(N, F)`.
            labels: `(N,)` class indices.
            num_classes: Classes, at least 2.
            num_features: Features that the unit is the mean of, where `features` are fewer
                coordinates of the same photos; see `cross_validation.compact`.
            weights: `(N,)` how much each photo counts: one with 2 is as good as there twice.
                None: all alike.
        """
        self._features = np.ascontiguousarray(features, np.float32)
        self._labels = labels
        self._weights = np.ones(len(labels)) if weights is None else weights / weights.mean()
        self._shape = (self._features.shape[1], num_outputs(num_classes))
        self._mean = self._weights.astype(np.float32) @ self._features / np.float32(len(labels))
        self.unit = self._deviation(num_features or self._shape[0])
        self.size = (self._shape[0] + 1) * self._shape[1]

    def _deviation(self, num_features: int) -> float:
        """The unit, from all features at once."""
        rows = rows_at_a_time(self._shape[0])
        squares = 0.0
        for start in range(0, len(self._features), rows):
            centred = self._features[start : start + rows] - self._mean
            centred *= np.sqrt(self._weights[start : start + rows, np.newaxis])
            squares += float(np.vdot(centred, centred))
        deviation = float(np.sqrt(squares / (len(self._features) * num_features)))
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
            here = slice(start, start + rows)
            block = self._features[here]
            share = len(block) / len(self._labels)
            # The rest in float64: near the optimum, rounding would hide the way down.
            logits = (block @ kernel).astype(np.float64) + bias
            mean, slope = cross_entropy(logits, self._labels[here], self._weights[here])
            slope *= share
            loss += share * mean
            slopes += block.T @ slope.astype(np.float32)
            slopes_of_bias += slope.sum(axis=0)
        slopes -= np.outer(self._mean, slopes_of_bias).astype(np.float32)
        weights = vector[: slopes.size]
        gradient = np.concatenate([slopes.ravel() / self.unit + strength * weights, slopes_of_bias])
        return loss + strength / 2 * float(weights @ weights), gradient

    def optimum(
        self,
        strength: float,
        start: NDArray[np.float64],
        until: Mapping[str, float],
        each: Callable[[NDArray[np.float64]], None],
    ) -> NDArray[np.float64]:
        """The vector where the objective is lowest, or as near as `until` lets it go.

        Args:
            strength: Of the penalty.
            start: `(size,)`, where the search begins.
            until: `COMPARE` or `SOLVE`.
            each: Told the vector after every iteration; may raise.
        """
        vector: NDArray[np.float64] = minimize(
            self.objective,
            start,
            args=(strength,),
            jac=True,
            method="L-BFGS-B",
            callback=each,
            # Where rounding hides the way down, more tries along a line do not find it.
            options={"maxls": 10, **until},
        ).x
        return vector

    def head(self, vector: NDArray[np.float64]) -> Head:
        """The head for features as they come that `vector` describes."""
        kernel, bias = self._split(vector)
        return Head(kernel, bias.astype(np.float32))

    def _split(self, vector: NDArray[np.float64]) -> tuple[Array, NDArray[np.float64]]:
        """Kernel and bias for features as they come."""
        size = self._shape[0] * self._shape[1]
        kernel = (vector[:size].reshape(self._shape) / self.unit).astype(np.float32)
        return kernel, vector[size:] - self._mean.astype(np.float64) @ kernel
