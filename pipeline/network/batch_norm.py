"""Folds frozen batch normalization into the convolution before it.

After Jacob et al. 2017, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference" (arXiv:1712.05877, section 3.2). No TensorFlow in here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.network.convolutions import DEPTHWISE, Convolution
from pipeline.network.names import STATISTICS
from pipeline.network.tensors import Tensors

EPSILON: Final = 1e-3  # of MobileNetV2's batch normalization


def scale_and_shift(
    tensors: Tensors, conv: Convolution
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What a convolution's frozen batch normalization does: `y = x * scale + shift`.

    Returns:
        Two `(channels,)` float32.
    """
    gamma, beta, mean, variance = (
        np.asarray(tensors[f"{conv.normalization}/{weight}"], np.float64) for weight in STATISTICS
    )
    scale = gamma / np.sqrt(variance + EPSILON)
    return scale.astype(np.float32), (beta - mean * scale).astype(np.float32)


def fold(tensors: Tensors, conv: Convolution) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A convolution's kernel with the scale in it, and its offset.

    Args:
        tensors: The backbone's, by "layer/weight".
        conv: The convolution.

    Returns:
        The kernel in Keras's shape, `(k, k, received, channels)` or, depthwise,
        `(3, 3, channels, 1)`, and the offset `(channels,)`; both float32.
    """
    scale, shift = scale_and_shift(tensors, conv)
    kernel = np.asarray(tensors[f"{conv.name}/kernel"], np.float32)
    factors: Any = scale[:, np.newaxis] if conv.kind == DEPTHWISE else scale
    return kernel * factors, shift
