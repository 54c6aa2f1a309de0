"""The backbone as 52 convolutions: what a fast engine, and an estimate, need of MobileNetV2.

Batch normalization is frozen in PawTune, so it is a scale and a shift per channel, which
disappear into the convolution before it. The activation and the addition at the end of a block
belong to the convolution, too. What is left of the 154 layers are 52 convolutions in a row.
Nothing here computes with a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from pipeline.network.mobilenet_v2 import Layer, backbone_layers

FULL: Final = "full"  # 3 x 3, every channel with every channel: the first one alone
DEPTHWISE: Final = "depthwise"  # 3 x 3, each channel for itself
POINTWISE: Final = "pointwise"  # 1 x 1: a matrix product
_BYTES: Final = 2  # of a kept value: float16


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution and all that is folded into it.

    Attributes:
        name: Keras's name of its layer, such as "block_11_expand".
        normalization: Name of the batch normalization behind it.
        kind: `FULL`, `DEPTHWISE` or `POINTWISE`; all pad as TensorFlow's "SAME" does.
        stride: 1 or 2.
        relu6: Whether the result is clipped to [0, 6].
        adds: Position among the convolutions of the one whose result is added to this one's,
            or None.
        first: Index of the convolution among the 154 layers.
        last: Index of the last layer that is folded in.
        output_shape: `(height, width, channels)` of the result for one photo.
    """

    name: str
    normalization: str
    kind: str
    stride: int
    relu6: bool
    adds: int | None
    first: int
    last: int
    output_shape: tuple[int, int, int]

    @property
    def ends_block(self) -> bool:
        """Whether everything that follows depends on this result alone."""
        return not self.relu6


@lru_cache(maxsize=64)
def convolutions(alpha: float, image_size_px: int) -> tuple[Convolution, ...]:
    """The backbone's convolutions in order.

    Args:
        alpha: Width of the network.
        image_size_px: Side of the square photos, in pixels.

    Raises:
        SettingError: If `alpha` or `image_size_px` is none of the choices.
    """
    layers = [
        layer for layer in backbone_layers(alpha, image_size_px) if layer.kind != "ZeroPadding2D"
    ]
    starts = [place for place, layer in enumerate(layers) if layer.kind.endswith("Conv2D")]
    found: list[Convolution] = []
    for start, end in zip(starts, [*starts[1:], len(layers)], strict=True):
        incoming = image_size_px if not found else found[-1].output_shape[0]
        found.append(_convolution(layers[start:end], incoming, found))
    return tuple(found)


def _convolution(
    layers: Sequence[Layer], incoming_px: int, before: Sequence[Convolution]
) -> Convolution:
    conv, normalization = layers[:2]
    kinds = {layer.kind for layer in layers}
    kind = POINTWISE
    if conv.kind == "DepthwiseConv2D":
        kind = DEPTHWISE
    elif not before:
        kind = FULL
    return Convolution(
        name=conv.name,
        normalization=normalization.name,
        kind=kind,
        stride=incoming_px // conv.output_shape[0],
        relu6="ReLU" in kinds,
        adds=len(before) - 3 if "Add" in kinds else None,  # widen, filter, narrow: the block before
        first=conv.index,
        last=layers[-1].index,
        output_shape=conv.output_shape,
    )


def frozen_convolutions(alpha: float, image_size_px: int, fine_tune_at: int) -> int:
    """How many convolutions lie below the cut: the part whose results are worth keeping.

    The cut is the last end of a block all of whose layers come before `fine_tune_at`: the
    blocks end in few channels. A result that takes more room than the photo itself is no
    place to cut; where there is no better one the cut is 0, the photo.

    Args:
        alpha: Width of the network.
        image_size_px: Side of the square photos, in pixels.
        fine_tune_at: Index of the first layer that may change, 0 to 154.

    Returns:
        0 to 52; 52 where nothing is released.
    """
    every = convolutions(alpha, image_size_px)
    if fine_tune_at > every[-1].last:
        return len(every)
    cut = 0
    for place, conv in enumerate(every):
        small = _BYTES * int(np.prod(conv.output_shape)) <= 3 * image_size_px**2
        if conv.last < fine_tune_at and conv.ends_block and small:
            cut = place + 1
    return cut
