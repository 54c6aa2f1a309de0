"""The numbers of a finished run's network.

A training leaves them in `network.safetensors`: the backbone as after the best epoch, batch
normalization apart, and the head. Where that file is missing or damaged (the example that comes
with PawTune has none), they are taken from the bundle's LiteRT file. There, batch normalization
is folded into the convolutions, so it is given back as one that only shifts: the same function,
in other numbers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.classify.bundle import Bundle
from pipeline.errors import RunError
from pipeline.network.batch_norm import EPSILON
from pipeline.network.convolutions import DEPTHWISE, convolutions
from pipeline.network.head import Head
from pipeline.network.litert_runner import LitertNetwork
from pipeline.network.mobilenet_v2 import GREY
from pipeline.network.names import HEAD, HEAD_BIAS, HEAD_KERNEL, NETWORK_FILE
from pipeline.network.tensors import Tensors, read_tensors


def network_numbers(run_folder: Path, bundle: Bundle) -> tuple[Tensors, Head]:
    """Backbone, by "layer/weight", and head.

    Args:
        run_folder: Where the training left its files.
        bundle: What it left for answering.

    Raises:
        RunError: If they are nowhere.
    """
    try:
        tensors, _ = read_tensors(run_folder / NETWORK_FILE)
        head = Head.from_tensors(tensors)
    except RunError:
        return _from_litert(bundle)
    return {name: value for name, value in tensors.items() if not name.startswith(HEAD)}, head


def _from_litert(bundle: Bundle) -> tuple[Tensors, Head]:
    tensors: Tensors = {}
    alpha = float(bundle.manifest["config"]["alpha"])
    try:
        network = LitertNetwork(bundle.model())
        for place, conv in enumerate(convolutions(alpha, bundle.image_size_px)):
            kernel = network.constant(f"{conv.name}/kernel")
            bias = network.constant(f"{conv.name}/bias")
            if conv.kind == DEPTHWISE:
                kernel = kernel.reshape(3, 3, -1, 1)
            else:
                kernel = kernel.transpose(1, 2, 3, 0)  # (height, width, received, channels)
            ones = np.ones_like(bias)
            # The rescaling's division is in the first kernel, too.
            tensors |= {
                f"{conv.name}/kernel": kernel if place else kernel * np.float32(GREY),
                f"{conv.normalization}/gamma": ones * np.float32(np.sqrt(1 + EPSILON)),
                f"{conv.normalization}/beta": bias,
                f"{conv.normalization}/moving_mean": 0 * ones,
                f"{conv.normalization}/moving_variance": ones,
            }
        return tensors, Head(network.constant(HEAD_KERNEL).T, network.constant(HEAD_BIAS))
    except ValueError as error:
        raise RunError(
            "The numbers of this run's network are not there any more, so it cannot be written "
            "for other programs. Export the model bundle, or train the run again."
        ) from error
