"""The run's network as a plain Keras model, built by our own code from plain numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.evaluation.metrics import probabilities
from pipeline.exporting.keras_file import make_portable
from pipeline.network.head import Head
from pipeline.network.mobilenet_v2 import GREY
from pipeline.network.tensors import Tensors
from pipeline.settings.train_config import TrainConfig

_BATCH: Final = 32


def build(config: TrainConfig, num_outputs: int, temperature: float) -> Any:
    """The network without its numbers: a functional `keras.Model`.

    It takes `(N, S, S, 3)` RGB in [0, 255] and gives `(N, L)` logits. Its last layer divides them
    by the run's temperature, so that sigmoid (of one logit) or softmax gives the very
    probabilities that the app shows.

    Args:
        config: Gives width, image size and dropout.
        num_outputs: Logits, L: one for two classes.
        temperature: What logits are divided by.
    """
    from pipeline.learning.standard_keras import keras

    side = config.image_size_px
    backbone = keras.applications.MobileNetV2(
        input_shape=(side, side, 3), alpha=config.alpha, include_top=False, weights=None
    )
    for layer in backbone.layers:
        # `fit` would change its statistics, whatever `training=False` says (keras#20285).
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    photos = keras.Input((side, side, 3), name="photos")
    x = keras.layers.Rescaling(1 / GREY, offset=-1, name="rescaling")(photos)
    x = backbone(x, training=False)
    x = keras.layers.GlobalAveragePooling2D(name="pooling")(x)
    x = keras.layers.Dropout(config.dropout, name="dropout")(x)
    x = keras.layers.Dense(num_outputs, name="head")(x)
    logits = keras.layers.Rescaling(1 / temperature, name="temperature")(x)
    return keras.Model(photos, logits, name="pawtune")


def fill(model: Any, tensors: Tensors, head: Head) -> None:
    """Give a model that `build` made its numbers.

    Raises:
        RunError: If they belong to another network.
    """
    every = {**tensors, **head.tensors()}
    for name, weight in _weights(model).items():
        if name not in every or every[name].shape != tuple(weight.shape):
            raise RunError(f"The numbers of {name} belong to another network. Train the run again.")
        weight.assign(every[name])


def write(model: Any, path: Path, labels: dict[str, Any]) -> None:
    """Write a `.keras` file with its labels, and put back into `model` what the file has.

    Nothing in PawTune opens a model file as a whole: what is read are numbers, into the network
    that our own code has built. So a comparison afterwards is one of the file.
    """
    model.save(path)
    make_portable(path, labels)
    for weight in _weights(model).values():
        weight.assign(np.zeros(weight.shape, np.float32))
    model.load_weights(path)


def ask(model: Any, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Probabilities `(N, C)` of photos `(N, S, S, 3)` uint8 RGB in [0, 255]."""
    logits = model.predict(photos.astype(np.float32), batch_size=_BATCH, verbose=0)
    return probabilities(np.asarray(logits))


def _weights(model: Any) -> dict[str, Any]:
    """Every weight by "layer/weight", those of the backbone inside included."""
    layers = [inner for layer in model.layers for inner in getattr(layer, "layers", [layer])]
    return {f"{layer.name}/{weight.name}": weight for layer in layers for weight in layer.weights}
