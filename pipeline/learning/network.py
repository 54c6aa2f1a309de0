"""The network: MobileNetV2 without its top, and a head that is made anew for each photo set.

Rescaling to [-1, 1] is part of the model, so every export carries it. Augmentation is not:
it happens on the way in (see `batches`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from pipeline.config import FEATURE_EXTRACTION, TrainConfig
from pipeline.errors import RunError
from pipeline.files import staged_file

# A keras.json in somebody's home may ask for something else; our numbers need these.
keras.config.set_image_data_format("channels_last")
keras.config.set_floatx("float32")

Tensors = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Network:
    """A classifier and its parts.

    Attributes:
        model: `(N, S, S, 3)` RGB in [0, 255] -> logits, `(N, 1)` float32 for two classes
            (positive means class 1), `(N, num_classes)` otherwise.
        backbone: MobileNetV2 without its top, `(N, S, S, 3)` in [-1, 1] -> `(N, h, w, F)`.
        dropout: What hides features from the head while training.
        head: The dense layer behind the pooled features.
        num_classes: Classes of the photo set.
        logits: Compiled `model` for `(N, S, S, 3)` uint8 photos, without dropout.
    """

    model: keras.Model
    backbone: keras.Model
    dropout: keras.layers.Dropout
    head: keras.layers.Dense
    num_classes: int
    logits: Callable[[Any], Any]


def build_network(config: TrainConfig, num_classes: int, weights: Path | None) -> Network:
    """A network that has seen no photo of this set yet, frozen and compiled for phase 1.

    Args:
        config: The run's settings.
        num_classes: Classes of the photo set, at least 2.
        weights: File of ImageNet weights for the backbone; None starts at random.

    Raises:
        RunError: If `weights` does not fit the network.
    """
    size = config.image_size_px
    try:
        backbone = keras.applications.MobileNetV2(
            input_shape=(size, size, 3),
            alpha=config.alpha,
            include_top=False,
            weights=None if weights is None else str(weights),
        )
    except (ValueError, OSError) as error:
        name = "" if weights is None else weights.name
        raise RunError(f"The file of weights {name} does not fit. Delete it and retry.") from error
    dropout = keras.layers.Dropout(config.dropout, seed=config.seed, name="dropout")
    head = keras.layers.Dense(1 if num_classes == 2 else num_classes, name="head")

    photos = keras.Input((size, size, 3), name="photos")
    x = keras.layers.Rescaling(1 / 127.5, offset=-1, name="rescaling")(photos)
    x = backbone(x)
    x = keras.layers.GlobalAveragePooling2D(name="pooling")(x)  # (N, F)
    logits = head(dropout(x))
    model = keras.Model(photos, logits, name="classifier")

    # A function of its own: Keras's `predict` costs three times as much per call.
    answer = tf.function(
        lambda batch: model(batch, training=False),
        input_signature=[tf.TensorSpec((None, size, size, 3), tf.uint8)],
    )
    network = Network(model, backbone, dropout, head, num_classes, answer)
    set_phase(network, FEATURE_EXTRACTION, config)
    return network


def set_phase(network: Network, phase: str, config: TrainConfig) -> None:
    """Freeze and release layers for a phase, and compile anew.

    Batch normalization of the backbone stays frozen in both phases: a frozen one
    computes with what it learned from ImageNet, while a released one would drift with every
    batch, because Keras 3's `fit` overrides `training=False` in the call.

    Args:
        network: Changed in place. Its optimizer starts anew.
        phase: "feature_extraction" or "fine_tuning".
        config: Gives `fine_tune_at` and the learning rates.
    """
    backbone = network.backbone
    backbone.trainable = phase != FEATURE_EXTRACTION  # sets every layer; refined below
    if backbone.trainable:
        for index, layer in enumerate(backbone.layers):
            normalizes = isinstance(layer, keras.layers.BatchNormalization)
            layer.trainable = index >= config.fine_tune_at and not normalizes
    if network.num_classes == 2:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        accuracy = keras.metrics.BinaryAccuracy(threshold=0, name="accuracy")  # on logits
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    network.model.compile(
        optimizer=keras.optimizers.RMSprop(config.phase_learning_rates[phase]),
        loss=loss,
        metrics=[accuracy],
        jit_compile=False,  # XLA is a fourteenth of the speed on a CPU
    )


def calibrate(network: Network, photos: NDArray[np.uint8]) -> None:
    """Give batch normalization of a backbone without knowledge the statistics of some photos.

    A random backbone keeps no scale: over 53 layers its features shrink to 1e-11, from which
    nothing can be learned. ImageNet weights bring their own statistics and need none of this.

    Args:
        network: Changed in place, before phase 1.
        photos: `(N, S, S, 3)` uint8 RGB in [0, 255], a few dozen.
    """
    layers = [
        layer
        for layer in network.backbone.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.trainable, layer.momentum = True, 0.0  # take over this batch's statistics
    rescaled = network.model.get_layer("rescaling")(photos)
    network.backbone(rescaled, training=True)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.trainable, layer.momentum = False, momentum


def weight_tensors(network: Network) -> Tensors:
    """Every number of backbone and head, under "layer/weight"."""
    return {name: np.asarray(weight) for name, weight in _named_weights(network).items()}


def save_weights(network: Network, path: Path) -> None:
    """Write every number of backbone and head to `path`, whole or not at all.

    Args:
        network: The network.
        path: A safetensors file; its keys are "layer/weight".
    """
    write_tensors(path, weight_tensors(network))


def load_weights(network: Network, path: Path) -> None:
    """Read what `save_weights` wrote; the network must have been built alike.

    Raises:
        RunError: If the file is missing, damaged, or of another network.
    """
    assign_weights(network, read_tensors(path)[0], path)


def assign_weights(
    network: Network, tensors: Mapping[str, NDArray[np.generic]], path: Path
) -> None:
    """Set backbone and head to `tensors`, which came from `path`.

    Raises:
        RunError: If a tensor is missing or has another shape.
    """
    named = _named_weights(network)
    for name, weight in named.items():
        if name not in tensors or tensors[name].shape != tuple(weight.shape):
            raise RunError(f"{path.name} belongs to another network. Train the run again.")
    for name, weight in named.items():
        weight.assign(tensors[name])


def write_tensors(path: Path, tensors: Tensors, facts: Mapping[str, str] | None = None) -> None:
    """Write a safetensors file, whole or not at all; `facts` are kept in its header."""
    with staged_file(path) as temporary:
        save_file(tensors, temporary, metadata=dict(facts or {}))


def read_tensors(path: Path) -> tuple[Tensors, dict[str, str]]:
    """Tensors and facts of a safetensors file.

    Raises:
        RunError: If the file is missing or damaged.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except (SafetensorError, OSError, ValueError) as error:
        raise RunError(f"{path.name} is missing or damaged. Train the run again.") from error


def _named_weights(network: Network) -> dict[str, keras.Variable]:
    layers = (*network.backbone.layers, network.head)
    return {f"{layer.name}/{weight.name}": weight for layer in layers for weight in layer.weights}
