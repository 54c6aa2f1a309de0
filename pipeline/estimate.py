"""How long a training will take on this machine, before it is started.

From a few timed batches (`pipeline.learning.timing`) to any number of photos, epochs and
released layers. Nothing here computes with a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pipeline.architecture import backbone_layers
from pipeline.config import TrainConfig

# Moving one output value to memory and back takes as long as so many multiply-adds: the early
# layers compute little and write a lot. Fitted to ten cuts at two widths and three image
# sizes on two cores; it holds within a quarter.
_VALUE_COST: Final = 30.0


def training_seconds(
    config: TrainConfig, training: int, validation: int, measured: Mapping[str, Any]
) -> float:
    """Seconds that a training will take, at most when it may stop early.

    Args:
        config: The run's settings.
        training: Number of training photos.
        validation: Number of validation photos.
        measured: What `time_batches` measured on this machine, best with the same width, image
            size and batch size; others are scaled to.

    Returns:
        Seconds from the start of the training to the end of its last epoch, without
        decoding photos or downloading weights.
    """
    scale = _cost(config.alpha, config.image_size_px, 0) / _measured_cost(measured, 0)
    frozen_s = measured["frozen_s"] * scale
    scoring_s = measured["scoring_s"] * scale
    # Beyond a frozen step, a fine-tuning step goes back through the released layers.
    back_s = max(0.0, measured["fine_tuning_s"] - measured["frozen_s"])
    back_s *= _cost(config.alpha, config.image_size_px, config.fine_tune_at)
    back_s /= _measured_cost(measured, measured["fine_tune_at"])

    seconds = measured["build_s"] + measured["frozen_start_s"]
    seconds += validation * scoring_s  # before the first epoch
    seconds += config.epochs * (training * frozen_s + validation * scoring_s)
    if config.fine_tune_epochs:
        epoch_s = training * (frozen_s + back_s) + validation * scoring_s
        seconds += measured["fine_tuning_start_s"] + config.fine_tune_epochs * epoch_s
    return float(seconds)


def _measured_cost(measured: Mapping[str, Any], first_layer: int) -> float:
    return _cost(measured["alpha"], measured["image_size_px"], first_layer)


def _cost(alpha: float, image_size_px: int, first_layer: int) -> float:
    """Work in the layers from `first_layer` on for one photo, in multiply-adds."""
    total = 0.0
    for layer in backbone_layers(alpha, image_size_px)[first_layer:]:
        height, width, channels = layer.output_shape
        total += layer.multiply_adds + _VALUE_COST * height * width * channels
    return total
