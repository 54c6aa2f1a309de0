"""The tail: the part of the network above the cut, fine-tuned on what the part below made.

The numbers are those of Keras's `fit` with frozen batch normalization, step by step, at a
fraction of the time. Only what is released gets a gradient. A frozen batch normalization is a
factor in the kernel before it and an offset, so only kernels are left to multiply with; what
changes is the kernel itself, without the factor, so RMSprop takes the very steps that it takes
in Keras. A 1 x 1 convolution is a matrix product, which TensorFlow does faster under that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.heads.stepped import EPSILON, RHO
from pipeline.learning.lean_tensorflow import tf
from pipeline.learning.tail_layer import tail_layer
from pipeline.network.convolutions import convolutions
from pipeline.network.head import Head
from pipeline.network.mobilenet_v2 import GREY
from pipeline.network.names import HEAD_BIAS, HEAD_KERNEL, OPTIMIZER
from pipeline.network.tensors import Tensors
from pipeline.settings.train_config import FINE_TUNING, TrainConfig

_NOW: Final = "now/"  # follows in the name of a weight that is kept beside its average
_MOMENTUM: Final = 0.99  # of the average: it looks back over some hundred steps
_EPOCHS_APART: Final = 2**32  # no epoch has as many batches


class Tail:
    """Everything above the cut, and the optimizer that teaches it."""

    def __init__(
        self,
        tensors: Tensors,
        head: Head,
        config: TrainConfig,
        num_classes: int,
        cut: int,
        class_weights: NDArray[np.floating] | None = None,
    ) -> None:
        """Start from these weights; the arrays stay as they are.

        Args:
            tensors: The backbone's, by "layer/weight".
            head: The head.
            config: Gives learning rate, dropout and `fine_tune_at`.
            num_classes: Classes of the photo set, at least 2.
            cut: How many convolutions lie below, 0 to 51; see `convolutions.frozen_convolutions`.
                At 0 the photos themselves come in.
            class_weights: `(num_classes,)` how much a photo of each class counts, in steps and
                in their loss; None: all alike.
        """
        every = convolutions(config.alpha, config.image_size_px)
        self._config, self._num_classes, self._cut = config, num_classes, cut
        self._layers = [
            tail_layer(tensors, conv, conv.first >= config.fine_tune_at) for conv in every[cut:]
        ]
        self._class_weights = None
        if class_weights is not None:
            self._class_weights = tf.constant(class_weights, tf.float32)
        self._head = (tf.Variable(head.kernel), tf.Variable(head.bias))
        self._released = {
            f"{layer.convolution.name}/kernel": layer.kernel
            for layer in self._layers
            if layer.factor is not None
        } | dict(zip((HEAD_KERNEL, HEAD_BIAS), self._head, strict=True))
        weights = self._released.values()
        self._velocities = [tf.Variable(tf.zeros_like(weight)) for weight in weights]
        # Room for each step, which without momentum nothing remembers.
        self._strides = [tf.Variable(tf.zeros_like(weight)) for weight in weights]
        # Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging".
        self._averages = [tf.Variable(one) for one in weights if config.weight_averaging]
        self._scores = tf.Variable(np.zeros(3))  # summed loss, photos predicted correctly, photos
        self._draw = np.zeros(2, np.int64)  # what decides a step's dropout
        side = config.image_size_px
        shape = every[cut - 1].output_shape if cut else (side, side, 3)
        inputs = tf.TensorSpec((None, *shape), tf.float32)
        labels = tf.TensorSpec((None,), tf.int32)
        draw = tf.TensorSpec((2,), tf.int64)
        # Not XLA: on a CPU it takes more than ten times as long.
        self._compiled_step = tf.function(
            self._step, input_signature=(inputs, labels, draw), autograph=False
        )
        self._compiled_answer = tf.function(
            self._answer, input_signature=(inputs,), autograph=False
        )

    def start_epoch(self, seed: int, epoch: int) -> None:
        """Begin an epoch: from here on, seed, epoch and step decide what dropout hides."""
        self._draw = np.array([seed, epoch * _EPOCHS_APART], np.int64)

    def step(self, inputs: NDArray[Any], labels: NDArray[np.integer]) -> None:
        """Learn from one batch.

        Args:
            inputs: What the cut gives for the photos, `(B, h, w, c)` float16 or float32; with
                the cut at 0 the photos, `(B, S, S, 3)` uint8 RGB in [0, 255].
            labels: `(B,)` class indices.

        Raises:
            MemoryError: If there is too little memory.
        """
        with _memory():
            self._compiled_step(_floats(inputs), labels.astype(np.int32), self._draw)
        self._draw[1] += 1

    def read_scores(self) -> tuple[float, float]:
        """Mean loss and share predicted correctly (0 to 1) of the photos since the last reading.

        Both are those of the batches as they came, with dropout and before their steps. The loss
        is not finite once the numbers have run away; without photos both are NaN.
        """
        loss, right, photos = self._scores.numpy()
        self._scores.assign(np.zeros(3))
        with np.errstate(invalid="ignore"):
            return float(loss / photos), float(right / photos)

    def logits(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """What the network answers, without dropout.

        Args:
            inputs: As for `step`; memory grows with their number, so a few dozen at a time.

        Returns:
            `(N, L)` float32; with one column, positive means class 1.

        Raises:
            MemoryError: If there is too little memory.
        """
        with _memory():
            answers: NDArray[np.float32] = self._compiled_answer(_floats(inputs)).numpy()
        return answers

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Answer with the averaged weights inside the block, where they are averaged."""
        now = [weight.numpy() for weight in self._released.values() if self._averages]
        for weight, average in zip(self._released.values(), self._averages, strict=False):
            weight.assign(average)
        try:
            yield
        finally:
            for weight, value in zip(self._released.values(), now, strict=False):
                weight.assign(value)

    def tensors(self) -> Tensors:
        """Released kernels and the head by "layer/weight", as copies; averaged if so set."""
        kept = self._averages or self._released.values()
        return {name: weight.numpy() for name, weight in zip(self._released, kept, strict=True)}

    def assign(self, tensors: Tensors) -> None:
        """Take over what `tensors` gave; other tensors are passed over.

        Raises:
            RunError: If something is missing or of another shape.
        """
        _assign(self._released, tensors)
        for weight, average in zip(self._released.values(), self._averages, strict=False):
            average.assign(weight)

    def optimizer_tensors(self) -> Tensors:
        """What the optimizer remembers, as copies: "optimizer/0" and so on.

        Where weights are averaged, those of the moment are among it.
        """
        return {name: variable.numpy() for name, variable in self._optimizer.items()}

    def assign_optimizer(self, tensors: Tensors) -> None:
        """Let the optimizer go on where `optimizer_tensors` was taken; others are passed over.

        Raises:
            RunError: If something is missing or of another shape.
        """
        _assign(self._optimizer, tensors)

    @property
    def _optimizer(self) -> dict[str, Any]:
        kept = {f"{OPTIMIZER}{index}": value for index, value in enumerate(self._velocities)}
        if self._averages:
            kept |= {f"{OPTIMIZER}{_NOW}{name}": one for name, one in self._released.items()}
        return kept

    def _step(self, inputs: Any, labels: Any, draw: Any) -> None:
        weights = list(self._released.values())
        with tf.GradientTape() as tape:
            pooled = tf.nn.experimental.stateless_dropout(
                self._pooled(inputs), self._config.dropout, seed=draw, rng_alg="philox"
            )
            losses, right = self._judged(self._asked(pooled), labels)
            if self._class_weights is not None:
                losses *= tf.gather(self._class_weights, labels)
            loss = tf.reduce_mean(losses)
        self._descend(weights, tape.gradient(loss, weights))
        for average, weight in zip(self._averages, weights, strict=False):
            average.assign_sub((1 - _MOMENTUM) * (average - weight))
        sums = tf.reduce_sum(losses), tf.reduce_sum(tf.cast(right, tf.float32)), tf.size(labels)
        self._scores.assign_add(tf.stack([tf.cast(value, tf.float64) for value in sums]))

    def _answer(self, inputs: Any) -> Any:
        return self._asked(self._pooled(inputs))

    def _pooled(self, inputs: Any) -> Any:
        """`(B, h, w, c)` float32 at the cut -> `(B, F)` float32."""
        results = {self._cut - 1: inputs if self._cut else inputs / GREY - 1}
        for place, layer in enumerate(self._layers, self._cut):
            result = layer(results[place - 1])
            added = layer.convolution.adds
            results[place] = result if added is None else result + results[added]
        return tf.reduce_mean(results[place], (1, 2))

    def _asked(self, pooled: Any) -> Any:
        kernel, bias = self._head
        return tf.nn.bias_add(tf.matmul(pooled, kernel), bias)

    def _judged(self, logits: Any, labels: Any) -> tuple[Any, Any]:
        """`(B,)` loss of each photo, and whether it was predicted correctly."""
        if self._num_classes == 2:
            column = logits[:, 0]
            losses = tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(labels, tf.float32), column)
            return losses, tf.equal(column > 0, labels > 0)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        return losses, tf.equal(tf.argmax(logits, 1, tf.int32), labels)

    def _descend(self, weights: list[Any], gradients: list[Any]) -> None:
        """RMSprop (Hinton 2012, lecture 6e), with epsilon where Keras has it: under the root."""
        rate = self._config.phase_learning_rates[FINE_TUNING]
        for weight, velocity, stride, gradient in zip(
            weights, self._velocities, self._strides, gradients, strict=True
        ):
            # One pass over the numbers instead of eight.
            tf.raw_ops.ResourceApplyRMSProp(
                var=weight.handle,
                ms=velocity.handle,
                mom=stride.handle,
                lr=rate,
                rho=RHO,
                momentum=0.0,
                epsilon=EPSILON,
                grad=gradient,
            )


def _floats(inputs: NDArray[Any]) -> NDArray[np.float32]:
    return inputs.astype(np.float32, copy=False)


def _assign(variables: dict[str, Any], tensors: Tensors) -> None:
    for name, variable in variables.items():
        if name not in tensors or tensors[name].shape != tuple(variable.shape):
            raise RunError("The last checkpoint is damaged. Train the run again.")
    for name, variable in variables.items():
        variable.assign(tensors[name])


@contextmanager
def _memory() -> Iterator[None]:
    """Name a lack of memory as Python does, for callers that know no TensorFlow."""
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error
