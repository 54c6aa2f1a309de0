"""MobileNetV2 without its top as plain data: what pages, estimates and checks need to know.

The table equals `keras.applications.MobileNetV2(include_top=False)` layer by layer, for every
width and image size in the settings; a test holds the two against each other. Nothing here
computes with a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.settings.hyperparameters import NUM_LAYERS, TRAIN
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig

# (filters at width 1.0, stride, repeats) of the inverted residual blocks 1 to 16
_GROUPS: Final = ((24, 2, 2), (32, 2, 3), (64, 2, 4), (96, 1, 3), (160, 2, 3), (320, 1, 1))
_EXPANSION: Final = 6
NAME: Final = "MobileNetV2"  # as people know the backbone
GREY: Final = 127.5  # x in [0, 255] becomes x / GREY - 1 in [-1, 1]
_STEM: Final = "stem"
_TOP: Final = "top"
_BATCH_NORMALIZATION: Final = "BatchNormalization"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the backbone.

    Attributes:
        index: Position in the network, 0 to 153; what `fine_tune_at` counts.
        name: Keras's name of the layer, such as "block_11_expand_relu".
        kind: Keras's class: "InputLayer", "Conv2D", "BatchNormalization", "ReLU",
            "DepthwiseConv2D", "ZeroPadding2D" or "Add".
        block: "stem", "block 1" to "block 16", or "top".
        output_shape: `(height, width, channels)` of what the layer makes of one photo.
        parameters: Numbers kept in the layer, the moving statistics of batch
            normalization among them.
        multiply_adds: Multiplications with an addition for one photo; 0 where there are none.
    """

    index: int
    name: str
    kind: str
    block: str
    output_shape: tuple[int, int, int]
    parameters: int
    multiply_adds: int


@dataclass(frozen=True, slots=True)
class ParameterCount:
    """How many numbers a network has, and how many may change.

    Attributes:
        total: Parameters of backbone and head together.
        trainable: Trainable parameters of each phase.
    """

    total: int
    trainable: dict[str, int]


class _Table:
    """Collects layers in Keras's order while the shape flows through them."""

    def __init__(self, side: int) -> None:
        self.layers: list[Layer] = []
        self.side = side
        self.channels = 3
        self.block = _STEM
        self._add("input_layer", "InputLayer")

    def conv(self, name: str, filters: int, kernel: int = 1, stride: int = 1) -> None:
        weights = kernel * kernel * self.channels * filters
        self.side //= stride
        self.channels = filters
        self._add(name, "Conv2D", weights, self.side**2 * weights)

    def depthwise(self, prefix: str, stride: int) -> None:
        if stride == 2:
            self.side += 1  # every side that is halved is even, so one row and column suffice
            self._add(f"{prefix}pad", "ZeroPadding2D")
            self.side = (self.side - 3) // 2 + 1
        weights = 9 * self.channels
        self._add(f"{prefix}depthwise", "DepthwiseConv2D", weights, self.side**2 * weights)

    def normalize(self, name: str) -> None:
        self._add(name, _BATCH_NORMALIZATION, 4 * self.channels, self.side**2 * self.channels)

    def plain(self, name: str, kind: str) -> None:
        self._add(name, kind)

    def _add(self, name: str, kind: str, parameters: int = 0, multiply_adds: int = 0) -> None:
        shape = (self.side, self.side, self.channels)
        self.layers.append(
            Layer(len(self.layers), name, kind, self.block, shape, parameters, multiply_adds)
        )


def _divisible(filters: float) -> int:
    """The nearest multiple of 8, but never more than a tenth below `filters`."""
    rounded = max(8, int(filters + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * filters else rounded


def _bottleneck(table: _Table, prefix: str, filters: int, stride: int, expand: bool) -> None:
    """One inverted residual block: widen, filter each channel, narrow."""
    received = table.channels
    if expand:
        table.conv(f"{prefix}expand", _EXPANSION * received)
        table.normalize(f"{prefix}expand_BN")
        table.plain(f"{prefix}expand_relu", "ReLU")
    table.depthwise(prefix, stride)
    table.normalize(f"{prefix}depthwise_BN")
    table.plain(f"{prefix}depthwise_relu", "ReLU")
    table.conv(f"{prefix}project", filters)
    table.normalize(f"{prefix}project_BN")
    if expand and stride == 1 and received == filters:
        table.plain(f"{prefix}add", "Add")


@lru_cache(maxsize=64)
def backbone_layers(alpha: float, image_size_px: int) -> tuple[Layer, ...]:
    """The 154 layers of the backbone, in Keras's order.

    Args:
        alpha: Width of the network, one of the choices of `TRAIN["alpha"]`.
        image_size_px: Side of the square that the network sees, in pixels.

    Raises:
        SettingError: If `alpha` or `image_size_px` is none of the choices.
    """
    TRAIN["alpha"].check(alpha)
    TRAIN["image_size_px"].check(image_size_px)
    table = _Table(image_size_px)
    table.conv("Conv1", _divisible(32 * alpha), kernel=3, stride=2)
    table.normalize("bn_Conv1")
    table.plain("Conv1_relu", "ReLU")
    # Keras numbers the blocks from the first one that widens; the one before is the stem's.
    _bottleneck(table, "expanded_conv_", _divisible(int(16 * alpha)), 1, expand=False)
    number = 0
    for filters, first_stride, repeats in _GROUPS:
        for repeat in range(repeats):
            number += 1
            table.block = f"block {number}"
            stride = first_stride if repeat == 0 else 1
            width = _divisible(int(filters * alpha))
            _bottleneck(table, f"block_{number}_", width, stride, expand=True)
    table.block = _TOP
    table.conv("Conv_1", num_features(alpha))
    table.normalize("Conv_1_bn")
    table.plain("out_relu", "ReLU")
    return tuple(table.layers)


def num_features(alpha: float) -> int:
    """Channels of the backbone's last layer: 1280, and more only above width 1.0."""
    return _divisible(1280 * alpha) if alpha > 1 else 1280


def feature_map_side(image_size_px: int) -> int:
    """Side of the backbone's last map, in cells: 5 for 160 pixels."""
    return backbone_layers(1.0, image_size_px)[-1].output_shape[0]


def count_parameters(config: TrainConfig, num_classes: int) -> ParameterCount:
    """Count the network's parameters, and those that each phase may change.

    Batch normalization of the backbone never changes, its scale and offset included.

    Args:
        config: The run's settings.
        num_classes: Classes of the photo set; two share a single logit.
    """
    layers = backbone_layers(config.alpha, config.image_size_px)
    logits = 1 if num_classes == 2 else num_classes
    head = (num_features(config.alpha) + 1) * logits
    return ParameterCount(
        total=sum(layer.parameters for layer in layers) + head,
        trainable={
            FEATURE_EXTRACTION: head,
            FINE_TUNING: head + released(layers, config.fine_tune_at),
        },
    )


def released(layers: Sequence[Layer], fine_tune_at: int) -> int:
    """Parameters of the backbone that fine-tuning may change."""
    return sum(
        layer.parameters for layer in layers[fine_tune_at:] if layer.kind != _BATCH_NORMALIZATION
    )


def released_share(alpha: float, fine_tune_at: int) -> float:
    """Share of the backbone's parameters that fine-tuning may change.

    Args:
        alpha: Width of the network.
        fine_tune_at: Index of the first released layer, 0 to 154.

    Returns:
        Fraction from 0.0 (`fine_tune_at` 154) to nearly 1 (`fine_tune_at` 0): batch normalization
        never changes.

    Raises:
        SettingError: If an argument is outside its setting's range.
    """
    TRAIN["fine_tune_at"].check(fine_tune_at)
    # The image size changes no parameter; any will do.
    layers = backbone_layers(alpha, TRAIN["image_size_px"].default)
    assert len(layers) == NUM_LAYERS
    return released(layers, fine_tune_at) / sum(layer.parameters for layer in layers)
