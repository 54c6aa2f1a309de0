"""The head on features that are already there: one dense layer, learned batch by batch.

The same numbers as Keras's `Dense`, `Dropout` and `RMSprop`, at a hundredth of the cost: behind
a frozen backbone a step is two small matrix products, and a framework's bookkeeping is nearly
all that such a step would cost. NumPy alone.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.evaluation.metrics import log_loss, probabilities
from pipeline.network.head import Array, Head
from pipeline.network.names import OPTIMIZER
from pipeline.network.tensors import Tensors

_BLOCK: Final = 2**18  # numbers at a time, so that 1,000 classes fit into memory
RHO: Final = 0.9  # of keras.optimizers.RMSprop, as is the next
EPSILON: Final = 1e-7


def rows_at_a_time(columns: int) -> int:
    """How many rows of a large matrix to work on at once, so that memory stays bounded."""
    return max(1, _BLOCK // columns)


def score(
    head: Head,
    pooled: NDArray[np.floating],
    labels: NDArray[np.integer],
    weights: NDArray[np.floating] | None = None,
) -> tuple[float, float, Array]:
    """Ask a head about photos whose class is known.

    Args:
        head: The head.
        pooled: `(N, F)` features of the photos.
        labels: `(N,)` the class of each.
        weights: `(N,)` how much each counts in the loss; None: all alike.

    Returns:
        Mean cross-entropy, share called right (0 to 1), and `(N, num_classes)` float32
        probabilities, columns in class order.
    """
    rows = rows_at_a_time(len(head.bias))
    answers = np.concatenate(
        [
            probabilities(head.logits(pooled[start : start + rows]))
            for start in range(0, max(1, len(pooled)), rows)
        ]
    )
    right = float(np.mean(answers.argmax(axis=1) == labels))
    return log_loss(labels, answers, weights), right, answers


def cross_entropy(
    logits: NDArray[np.floating],
    labels: NDArray[np.integer],
    weights: NDArray[np.floating] | None = None,
) -> tuple[float, NDArray[np.floating]]:
    """The loss of logits, and how it changes with them.

    Args:
        logits: `(N, L)`.
        labels: `(N,)` class indices.
        weights: `(N,)` what each loss is multiplied by before the mean over all N is taken, as
            in Keras; None: nothing.

    Returns:
        Mean cross-entropy in nats, and its gradient `(N, L)` in the logits' precision.
    """
    if logits.shape[1] == 1:
        truth = labels[:, np.newaxis].astype(logits.dtype)
        powers = np.exp(-np.abs(logits))  # at most 1: cannot overflow
        losses = (np.maximum(logits, 0) - logits * truth + np.log1p(powers))[:, 0]
        slope = np.where(logits >= 0, 1, powers) / (1 + powers) - truth
    else:
        shifted = logits - logits.max(axis=1, keepdims=True)
        slope = np.exp(shifted)
        sums = slope.sum(axis=1, keepdims=True)
        rows = np.arange(len(logits))
        losses = np.log(sums[:, 0]) - shifted[rows, labels]
        slope /= sums
        slope[rows, labels] -= 1
    if weights is not None:
        losses *= weights
        slope *= weights[:, np.newaxis]
    slope /= len(logits)
    return float(losses.mean(dtype=np.float64)), slope


class HeadTrainer:
    """Teaches a head, one batch at a time, as Keras would."""

    def __init__(
        self,
        head: Head,
        learning_rate: float,
        dropout: float,
        class_weights: NDArray[np.floating] | None = None,
    ) -> None:
        """Start from `head`, which stays as it is.

        Args:
            head: Where to start.
            learning_rate: RMSprop's step size.
            dropout: Share of the features hidden in each step, 0 to below 1.
            class_weights: `(num_classes,)` how much a photo of each class counts, in steps and
                in their loss; None: all alike.
        """
        self._weights: list[Array] = [head.kernel.copy(), head.bias.copy()]
        self._velocities: list[Array] = [np.zeros_like(weight) for weight in self._weights]
        self._learning_rate = np.float32(learning_rate)
        self._dropout = np.float32(dropout)
        self._class_weights = class_weights

    @property
    def head(self) -> Head:
        """The head as it is now; later steps do not change it."""
        kernel, bias = self._weights
        return Head(kernel.copy(), bias.copy())

    def step(
        self, pooled: NDArray[np.floating], labels: NDArray[np.integer], rng: np.random.Generator
    ) -> tuple[float, int]:
        """Learn from one batch.

        Args:
            pooled: `(B, F)` features.
            labels: `(B,)` class indices.
            rng: Draws which features are hidden.

        Returns:
            The batch's mean loss, with dropout and before the step, and how many of its photos
            were called right then. The loss is not finite once the numbers have run away.
        """
        features = self._thinned(np.asarray(pooled, np.float32), rng)
        kernel, bias = self._weights
        weights = None if self._class_weights is None else self._class_weights[labels]
        with np.errstate(over="ignore", invalid="ignore"):  # the caller looks at the loss
            logits = features @ kernel + bias
            loss, slope = cross_entropy(logits, labels, weights)
            self._update([features.T @ slope, slope.sum(axis=0)])
        called = logits[:, 0] > 0 if logits.shape[1] == 1 else logits.argmax(axis=1)
        return loss, int(np.count_nonzero(called == labels))

    def state(self) -> Tensors:
        """What the optimizer remembers, as copies: "optimizer/0", "optimizer/1"."""
        return {
            f"{OPTIMIZER}{index}": velocity.copy()
            for index, velocity in enumerate(self._velocities)
        }

    def load_state(self, tensors: Tensors) -> None:
        """Let the optimizer go on where `state` was taken; other tensors are passed over.

        Raises:
            RunError: If something is missing or of another shape.
        """
        for index, velocity in enumerate(self._velocities):
            kept = tensors.get(f"{OPTIMIZER}{index}")
            if kept is None or kept.shape != velocity.shape:
                raise RunError("The last checkpoint is damaged. Train the run again.")
            self._velocities[index] = np.array(kept, np.float32)

    def _thinned(self, features: Array, rng: np.random.Generator) -> Array:
        """Inverted dropout (Srivastava et al. 2014, section 10): what is left is enlarged."""
        if not self._dropout:
            return features
        kept = rng.random(features.shape, np.float32) >= self._dropout
        thinned: Array = features * kept
        thinned *= 1 / (1 - self._dropout)
        return thinned

    def _update(self, gradients: list[NDArray[Any]]) -> None:
        """RMSprop (Hinton 2012, lecture 6e), with epsilon where Keras has it: under the root."""
        for weight, velocity, gradient in zip(
            self._weights, self._velocities, gradients, strict=True
        ):
            velocity *= RHO
            velocity += (1 - RHO) * np.square(gradient)
            gradient *= self._learning_rate
            gradient /= np.sqrt(velocity + np.float32(EPSILON))
            weight -= gradient
