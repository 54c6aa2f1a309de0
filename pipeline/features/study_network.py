"""Which network looks at photos before anybody has chosen one for a training."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeline.network.imagenet_weights import weights_are_here
from pipeline.settings.presets import FIRST, PRESETS, QUICK
from pipeline.settings.train_config import TrainConfig

_BUILT_IN_SIZE_PX: Final = 128  # what it learned at last; on larger photos it is no better


def study_network() -> TrainConfig:
    """ImageNet's as in the preset "quick" where its file is here, else the built-in one.

    Nothing is fetched for a study: somebody may be offline, and has asked for no training yet.
    """
    quick = PRESETS[QUICK].config
    if weights_are_here(quick.alpha, quick.image_size_px):
        return quick
    return replace(quick, weights=FIRST.weights, alpha=FIRST.alpha, image_size_px=_BUILT_IN_SIZE_PX)
