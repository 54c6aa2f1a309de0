"""The head on features that are already there: one dense layer, learned batch by batch.

The same numbers as Keras's `Dense`, `Dropout` and `RMSprop`, at a hundredth of the cost: behind
a frozen backbone a step is two small matrix products, and a framework's bookkeeping is nearly
all that such a step would cost. NumPy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.evaluation.metrics import log_loss, probabilities
from pipeline.heads.cross_entropy import cross_entropies
from pipeline.network.head import Array, Head
from pipeline.network.names import OPTIMIZER
from pipeline.network.tensors import Tensors

_NEAR: Final = 2**15  # numbers of kernels that are worked on at once, see `HeadsTrainer`
_BLOCK: Final = 2**18  # numbers at a time, so that 1,000 classes fit into memory
_DRAWN: Final = 2**16
RHO: Final = 0.9  # of keras.optimizers.RMSprop, as is the next
EPSILON: Final = 1e-7

Drawn = NDArray[np.uint16]


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
        Mean cross-entropy, share predicted correctly (0 to 1), and `(N, num_classes)` float32
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


def draw(like: Array, rng: np.random.Generator) -> Drawn:
    """Numbers from 0 to 65,535, as many as there are features: which are hidden, see `thin_out`.

    Four of them from each number that the generator makes: a float for each feature would be the
    most costly part of a step.
    """
    made = rng.bit_generator.random_raw(-(-like.size // 4))
    return np.asarray(made, "<u8").view("<u2")[: like.size].reshape(like.shape)


def thin_out(features: Array, dropout: float, drawn: Drawn) -> Array:
    """Inverted dropout (Srivastava et al. 2014, section 10): what is left is enlarged.

    Args:
        features: `(B, F)` float32.
        dropout: Share to hide, 0 to below 1; taken to the nearest 65,536th.
        drawn: `(B, F)` uint16, see `draw`.
    """
    hidden = round(dropout * _DRAWN)
    thinned: Array = features * (drawn >= hidden)
    thinned *= np.float32(_DRAWN / (_DRAWN - hidden))
    return thinned


class HeadsTrainer:
    """Teaches several heads on the same batches, each with its learning rate, as Keras would.

    Each gets the numbers that it would get alone, to the last digit: a product of stacked
    matrices is one product for each, in the same order of sums, where one wide matrix would add
    up in another.
    """

    def __init__(
        self,
        heads: Sequence[Head],
        learning_rates: Sequence[float],
        class_weights: NDArray[np.floating] | None = None,
    ) -> None:
        """Start from `heads`, which stay as they are.

        Args:
            heads: Where each starts.
            learning_rates: RMSprop's step size of each.
            class_weights: `(num_classes,)` how much a photo of each class counts, in steps and
                in their loss; None: all alike.
        """
        self._class_weights = class_weights
        # So many at once as stay near the processor: beyond, their numbers come from far in
        # every step, which takes three times as long.
        at_once = max(1, _NEAR // heads[0].kernel.size)
        self._stacks = [
            _Stack(heads[start : start + at_once], learning_rates[start : start + at_once])
            for start in range(0, len(heads), at_once)
        ]

    @property
    def heads(self) -> list[Head]:
        """The heads as they are now; later steps do not change them."""
        return [
            Head(kernel.copy(), bias.copy())
            for stack in self._stacks
            for kernel, bias in zip(*stack.weights, strict=True)
        ]

    @property
    def velocities(self) -> list[list[Array]]:
        """What the optimizer remembers of each head, kernel and bias, to be read or changed."""
        return [
            list(pair) for stack in self._stacks for pair in zip(*stack.velocities, strict=True)
        ]

    def step(
        self, features: Array, labels: NDArray[np.integer]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Learn from one batch.

        Args:
            features: `(B, F)` float32, thinned out already.
            labels: `(B,)` class indices.

        Returns:
            `(H,)` each head's mean loss before the step, and how many photos it predicted correctly
            then. A loss is not finite once that head's numbers have run away.
        """
        weights = None if self._class_weights is None else self._class_weights[labels]
        with np.errstate(over="ignore", invalid="ignore"):  # the caller looks at the loss
            results = [stack.step(features, labels, weights) for stack in self._stacks]
        losses, right = zip(*results, strict=True)
        return np.concatenate(losses), np.concatenate(right)


class _Stack:
    """Some heads whose numbers stand one after the other."""

    def __init__(self, heads: Sequence[Head], learning_rates: Sequence[float]) -> None:
        self.weights: list[Array] = [
            np.stack([head.kernel for head in heads]),
            np.stack([head.bias for head in heads]),
        ]
        self.velocities: list[Array] = [np.zeros_like(weight) for weight in self.weights]
        rates = np.array(learning_rates, np.float32)
        self._rates = [rates[:, np.newaxis, np.newaxis], rates[:, np.newaxis]]

    def step(
        self,
        features: Array,
        labels: NDArray[np.integer],
        weights: NDArray[np.floating] | None,
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """See `HeadsTrainer.step`; `weights` are those of the batch's photos."""
        kernels, biases = self.weights
        logits = features @ kernels + biases[:, np.newaxis]  # (H, B, L)
        losses, slope = cross_entropies(logits, labels, weights)
        self._update([features.T @ slope, slope.sum(axis=1)])
        called = logits[..., 0] > 0 if logits.shape[2] == 1 else logits.argmax(axis=2)
        return losses, np.count_nonzero(called == labels, axis=1)

    def _update(self, gradients: list[NDArray[Any]]) -> None:
        """RMSprop (Hinton 2012, lecture 6e), with epsilon where Keras has it: under the root."""
        for weight, velocity, gradient, rates in zip(
            self.weights, self.velocities, gradients, self._rates, strict=True
        ):
            velocity *= RHO
            velocity += (1 - RHO) * np.square(gradient)
            gradient *= rates
            gradient /= np.sqrt(velocity + np.float32(EPSILON))
            weight -= gradient


class HeadTrainer:
    """Teaches one head, one batch at a time."""

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
            class_weights: See `HeadsTrainer`.
        """
        self._trainer = HeadsTrainer([head], [learning_rate], class_weights)
        self._dropout = dropout

    @property
    def head(self) -> Head:
        """The head as it is now; later steps do not change it."""
        return self._trainer.heads[0]

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
            were predicted correctly then. The loss is not finite once the numbers have run away.
        """
        features = np.asarray(pooled, np.float32)
        if self._dropout:
            features = thin_out(features, self._dropout, draw(features, rng))
        losses, right = self._trainer.step(features, labels)
        return float(losses[0]), int(right[0])

    def state(self) -> Tensors:
        """What the optimizer remembers, as copies: "optimizer/0", "optimizer/1"."""
        return {
            f"{OPTIMIZER}{index}": velocity.copy()
            for index, velocity in enumerate(self._trainer.velocities[0])
        }

    def load_state(self, tensors: Tensors) -> None:
        """Let the optimizer go on where `state` was taken; other tensors are passed over.

        Raises:
            RunError: If something is missing or of another shape.
        """
        for index, velocity in enumerate(self._trainer.velocities[0]):
            kept = tensors.get(f"{OPTIMIZER}{index}")
            if kept is None or kept.shape != velocity.shape:
                raise RunError("The last checkpoint is damaged. Train the run again.")
            velocity[...] = kept
