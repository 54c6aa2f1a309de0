"""The head: one dense layer on pooled features, and what its tensors are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.network.names import HEAD_BIAS, HEAD_KERNEL
from pipeline.network.tensors import Tensors

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """A dense layer on pooled features.

    Attributes:
        kernel: `(F, L)` float32; L is 1 for two classes, else the number of classes.
        bias: `(L,)` float32.
    """

    kernel: Array
    bias: Array

    @staticmethod
    def initial(num_features: int, num_classes: int, seed: int) -> Head:
        """A head that knows nothing, drawn as Keras draws a `Dense` layer's.

        The kernel is uniform within sqrt(6 / (F + L)) of 0 (Glorot and Bengio 2010,
        "Understanding the difficulty of training deep feedforward neural networks",
        equation 16), the bias 0.

        Args:
            num_features: Values per photo, F.
            num_classes: Classes, at least 2.
            seed: Decides every number; Keras draws others from the same seed.
        """
        outputs = num_outputs(num_classes)
        limit = np.sqrt(6.0 / (num_features + outputs))
        drawn = np.random.default_rng(seed).uniform(-limit, limit, (num_features, outputs))
        return Head(drawn.astype(np.float32), np.zeros(outputs, np.float32))

    def logits(self, pooled: NDArray[np.floating]) -> Array:
        """What the head makes of pooled features.

        Args:
            pooled: `(N, F)`, 0 to 6 behind MobileNetV2.

        Returns:
            `(N, L)` float32; with one column, positive means class 1.
        """
        answers: Array = np.asarray(pooled, np.float32) @ self.kernel + self.bias
        return answers

    def tensors(self) -> Tensors:
        """Its numbers under "head/kernel" and "head/bias"."""
        return {HEAD_KERNEL: self.kernel, HEAD_BIAS: self.bias}

    @staticmethod
    def from_tensors(tensors: Tensors) -> Head:
        """The head among a network's numbers, as copies.

        Raises:
            RunError: If there is none.
        """
        kernel, bias = tensors.get(HEAD_KERNEL), tensors.get(HEAD_BIAS)
        if kernel is None or bias is None or kernel.ndim != 2 or bias.shape != kernel.shape[1:]:
            raise RunError("The run's numbers have no head. Train the run again.")
        return Head(np.array(kernel, np.float32), np.array(bias, np.float32))


def num_outputs(num_classes: int) -> int:
    """How many logits the head has, L: one where there are two classes."""
    return 1 if num_classes == 2 else num_classes
