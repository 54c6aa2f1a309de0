"""One layer of the tail as TensorFlow computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.learning.lean_tensorflow import tf
from pipeline.network.batch_norm import fold, scale_and_shift
from pipeline.network.convolutions import DEPTHWISE, POINTWISE, Convolution
from pipeline.network.tensors import Tensors


@dataclass(frozen=True, slots=True)
class TailLayer:
    """A convolution with its batch normalization and activation, as TensorFlow computes it."""

    convolution: Convolution
    kernel: Any  # tf.Variable where released; else a tensor with the factor in it
    factor: Any  # a tensor that multiplies a released kernel; else None
    offset: Any  # (channels,)

    def __call__(self, received: Any) -> Any:
        """`(B, h, w, c)` float32 -> `(B, *output_shape)` float32, before any addition."""
        kernel = self.kernel if self.factor is None else self.kernel * self.factor
        stride, shape = self.convolution.stride, self.convolution.output_shape
        if self.convolution.kind == POINTWISE:  # of stride 1 in all of MobileNetV2
            kernel = tf.reshape(kernel, kernel.shape[2:])
            result = tf.matmul(tf.reshape(received, (-1, kernel.shape[0])), kernel)
        elif self.convolution.kind == DEPTHWISE:
            result = tf.nn.depthwise_conv2d(received, kernel, (1, stride, stride, 1), "SAME")
        else:
            result = tf.nn.conv2d(received, kernel, stride, "SAME")
        result = tf.nn.bias_add(result, self.offset)
        if self.convolution.relu6:
            result = tf.nn.relu6(result)
        return tf.reshape(result, (-1, *shape))


def tail_layer(tensors: Tensors, conv: Convolution, released: bool) -> TailLayer:
    """One convolution of the tail, with the weights in `tensors`; `released` if it may change."""
    if not released:
        kernel, offset = fold(tensors, conv)
        return TailLayer(conv, tf.constant(kernel), None, tf.constant(offset))
    scale, offset = scale_and_shift(tensors, conv)
    factor = scale[:, np.newaxis] if conv.kind == DEPTHWISE else scale
    kernel = tf.Variable(tensors[f"{conv.name}/kernel"])
    return TailLayer(conv, kernel, tf.constant(factor), tf.constant(offset))
