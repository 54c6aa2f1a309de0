"""Numbers for a backbone that were drawn, not learned; none of them is 0, 1 or a repeat."""

from __future__ import annotations

import numpy as np

from pipeline.network.convolutions import DEPTHWISE, FULL, convolutions
from pipeline.network.tensors import Tensors


def random_tensors(alpha: float, seed: int = 0) -> Tensors:
    """Every tensor of the backbone, under Keras's names.

    The kernels keep the size of what flows through them, and batch normalization does
    something to every channel, so that a mistake anywhere shows in the last map.
    """
    rng = np.random.default_rng(seed)
    tensors: Tensors = {}
    received = 3
    for conv in convolutions(alpha, 96):  # the image size changes no tensor
        channels = conv.output_shape[2]
        side = 3 if conv.kind in (DEPTHWISE, FULL) else 1
        shape = (side, side, received, 1 if conv.kind == DEPTHWISE else channels)
        fan_in = side * side * (1 if conv.kind == DEPTHWISE else received)
        drawn = {
            f"{conv.name}/kernel": rng.normal(0, fan_in**-0.5, shape),
            f"{conv.normalization}/gamma": rng.uniform(0.5, 1.5, channels),
            f"{conv.normalization}/beta": rng.normal(0, 0.5, channels),
            f"{conv.normalization}/moving_mean": rng.normal(0, 0.3, channels),
            f"{conv.normalization}/moving_variance": rng.uniform(0.3, 1.5, channels),
        }
        tensors |= {name: values.astype(np.float32) for name, values in drawn.items()}
        received = channels
    return tensors
