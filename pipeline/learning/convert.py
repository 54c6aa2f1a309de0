"""From Keras to LiteRT: one file that answers without TensorFlow, with the same numbers.

Each file takes "photos", `(n, S, S, 3)` float32 RGB in [0, 255], in batches of any size, and
names its outputs. Dropout is off and batch normalization uses what it learned.
"""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf

from pipeline.errors import RunError
from pipeline.learning.network import Network
from pipeline.litert import FEATURE_MAP, INPUT, LOGITS, POOLED, PROBABILITIES, LitertNetwork

_CHECKED_PHOTOS: Final = 8
_TOLERANCE: Final = 1e-3  # of the largest value of an output; 2e-5 is usual
_SMALL: Final = 0.1  # below it, what counts is the difference itself


def to_litert(network: Network) -> bytes:
    """The classifier as a LiteRT file.

    Returns:
        A file with the outputs "logits" `(n, 1)` or `(n, num_classes)`, "feature_map"
        `(n, h, w, F)` (the backbone's last map) and "pooled" `(n, F)`, all float32.

    Raises:
        RunError: If the file does not give Keras's numbers.
    """
    model = network.model
    # The backbone's own `output` belongs to its inner graph; the pooling layer's input is
    # the same map in the graph of the whole model.
    pooling = next(
        layer for layer in model.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D)
    )
    outputs = {LOGITS: model.output, FEATURE_MAP: pooling.input, POOLED: pooling.output}
    return _convert(keras.Model(model.input, outputs))


def to_litert_backbone(backbone: keras.Model) -> bytes:
    """A bare backbone as a LiteRT file, with the rescaling of photos built in.

    Args:
        backbone: `(N, S, S, 3)` in [-1, 1] -> `(N, h, w, F)`.

    Returns:
        A file with the output "feature_map" `(n, h, w, F)` float32.

    Raises:
        RunError: If the file does not give Keras's numbers.
    """
    return _convert(_rescaled(backbone, FEATURE_MAP))


def to_litert_imagenet(with_top: keras.Model) -> bytes:
    """ImageNet's network with its top as a LiteRT file, with the rescaling built in.

    Args:
        with_top: `(N, S, S, 3)` in [-1, 1] -> `(N, 1000)` probabilities.

    Returns:
        A file with the output "probabilities" `(n, 1000)` float32.

    Raises:
        RunError: If the file does not give Keras's numbers.
    """
    return _convert(_rescaled(with_top, PROBABILITIES))


def _rescaled(model: keras.Model, output: str) -> keras.Model:
    photos = keras.Input(model.input_shape[1:])
    rescaled = keras.layers.Rescaling(1 / 127.5, offset=-1)(photos)
    return keras.Model(photos, {output: model(rescaled)})


def _convert(model: keras.Model) -> bytes:
    """The file for a model with named outputs, checked against the model."""
    photos = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, name=INPUT)
    serving = tf.function(
        lambda photos: model(photos, training=False), input_signature=[photos], autograph=False
    )
    # Not the model itself: its variables would be saved under names that the converter does
    # not find, and every number in the file would silently be NaN (TensorFlow 2.21).
    tracked = tf.Module()
    tracked.variables_of_model = [variable.value for variable in model.variables]
    tracked.serving = serving
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [serving.get_concrete_function()], tracked
    )
    content: bytes = converter.convert()
    _check(content, model)
    return content


def _check(content: bytes, model: keras.Model) -> None:
    """Refuse a file that gives other numbers than Keras on a few pictures of noise."""
    shape = (_CHECKED_PHOTOS, *model.input_shape[1:])
    photos = np.random.default_rng(0).integers(0, 256, shape).astype(np.float32)
    expected: dict[str, Any] = model(photos, training=False)
    received = LitertNetwork(content).run(photos, list(expected))
    for (name, tensor), values in zip(expected.items(), received, strict=True):
        wanted = np.asarray(tensor)
        difference = float(np.abs(values - wanted).max())
        # Written so that NaN is refused too.
        if not difference <= _TOLERANCE * max(_SMALL, float(np.abs(wanted).max())):
            raise RunError(
                f"The converted network gives other {name} than the trained one (by "
                f"{difference:.4g}). The training itself is kept; please report this."
            )
