"""MobileNetV2 for training all of it from nothing, on TensorFlow or PyTorch alike.

Written on `keras.ops`. Keras's own layers would do the same sums; on two cores with PyTorch they
train 92 photos/s (width 0.5, 96 px), this 270: its layers turn every result from
(N, height, width, channels) to (N, channels, height, width) and back, and put normalization
together from seven passes over memory where PyTorch has one.
"""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
from keras import ops

from pipeline.network.batch_norm import EPSILON
from pipeline.network.convolutions import DEPTHWISE, FULL, Convolution, convolutions
from pipeline.network.mobilenet_v2 import GREY, num_features
from pipeline.network.names import HEAD_BIAS, HEAD_KERNEL
from pipeline.network.tensors import Tensors

MOMENTUM: Final = 0.99  # of the statistics; Keras's 0.999 needs thousands of steps to arrive
_CHANNELS_FIRST: Final = keras.backend.backend() == "torch"
_FORMAT: Final = "channels_first" if _CHANNELS_FIRST else "channels_last"
_AREA: Final = (2, 3) if _CHANNELS_FIRST else (1, 2)


class Student(keras.Model):  # type: ignore[misc]
    """The backbone and a logit on top of it.

    Takes `(N, S, S, 3)` RGB in [0, 255], any S that 32 divides; gives `(N, F + L)`: pooled
    features, then logits. Its variables are named as the project's tensors are, "layer/weight".
    """

    def __init__(self, alpha: float, num_logits: int, seed: int) -> None:
        """Draw the first numbers, as Keras's layers do: kernels after Glorot.

        Args:
            alpha: Width of the network.
            num_logits: L, 1 for two classes.
            seed: Decides every number.
        """
        super().__init__()
        self._convolutions = convolutions(alpha, 96)  # the size changes no number
        self._draw = keras.initializers.GlorotUniform(seed)
        self._by_name: dict[str, Any] = {}
        channels = 3
        for conv in self._convolutions:
            self._add_convolution(conv, channels)
            channels = conv.output_shape[2]
        self._add(HEAD_KERNEL, (num_features(alpha), num_logits), self._draw)
        self._add(HEAD_BIAS, (num_logits,), "zeros")
        self.built = True

    def _add(self, name: str, shape: tuple[int, ...], start: Any, trainable: bool = True) -> None:
        layer, weight = name.split("/")
        self._by_name[name] = self.add_weight(
            name=f"{layer}_{weight}", shape=shape, initializer=start, trainable=trainable
        )

    def _add_convolution(self, conv: Convolution, received: int) -> None:
        channels = conv.output_shape[2]
        side = 3 if conv.kind in (FULL, DEPTHWISE) else 1
        shape = (side, side, received, 1 if conv.kind == DEPTHWISE else channels)
        self._add(f"{conv.name}/kernel", shape, self._draw)
        self._add(f"{conv.normalization}/gamma", (channels,), "ones")
        self._add(f"{conv.normalization}/beta", (channels,), "zeros")
        self._add(f"{conv.normalization}/moving_mean", (channels,), "zeros", trainable=False)
        self._add(f"{conv.normalization}/moving_variance", (channels,), "ones", trainable=False)

    def call(self, photos: Any, training: bool = False) -> Any:
        """See the class."""
        signal = ops.cast(photos, "float32") / GREY - 1.0
        if _CHANNELS_FIRST:
            signal = ops.transpose(signal, (0, 3, 1, 2))
        results: list[Any] = []
        for conv in self._convolutions:
            convolve = ops.depthwise_conv if conv.kind == DEPTHWISE else ops.conv
            kernel = self._by_name[f"{conv.name}/kernel"]
            signal = convolve(signal, kernel, conv.stride, "same", _FORMAT)
            signal = self._normalized(signal, conv.normalization, training)
            if conv.relu6:
                signal = ops.relu6(signal)
            if conv.adds is not None:
                signal = signal + results[conv.adds]
            results.append(signal)
        pooled = ops.mean(signal, axis=_AREA)
        logits = pooled @ self._by_name[HEAD_KERNEL] + self._by_name[HEAD_BIAS]
        return ops.concatenate([pooled, logits], axis=-1)

    def _normalized(self, signal: Any, name: str, training: bool) -> Any:
        gamma, beta, mean, variance = (
            self._by_name[f"{name}/{weight}"]
            for weight in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        if _CHANNELS_FIRST:  # one pass over memory instead of seven
            from torch.nn.functional import batch_norm

            return batch_norm(
                signal,
                mean.value,
                variance.value,
                gamma.value,
                beta.value,
                training=training,
                momentum=1 - MOMENTUM,
                eps=EPSILON,
            )
        if not training:
            return ops.batch_normalization(signal, mean, variance, -1, beta, gamma, EPSILON)
        seen_mean, seen_variance = ops.moments(signal, axes=(0, *_AREA))
        mean.assign(mean * MOMENTUM + seen_mean * (1 - MOMENTUM))
        variance.assign(variance * MOMENTUM + seen_variance * (1 - MOMENTUM))
        return ops.batch_normalization(signal, seen_mean, seen_variance, -1, beta, gamma, EPSILON)

    def tensors(self) -> Tensors:
        """Every number, by "layer/weight", float32."""
        return {
            name: np.asarray(variable.numpy(), np.float32)
            for name, variable in self._by_name.items()
        }
