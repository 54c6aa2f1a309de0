"""How much a photo of each class counts, so that classes count alike whatever their sizes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.settings.hyperparameters import AUTO, BALANCED, UNWEIGHTED
from pipeline.settings.train_config import TrainConfig

UNEVEN: Final = 1.5  # times as many in one class; above, accuracy alone tells little
VERY_UNEVEN: Final = 3  # times as many photos in one class as in another; above, "auto" is on


def class_weights(labels: NDArray[np.integer], num_classes: int = 0) -> NDArray[np.float64]:
    """The weight of one photo of each class: n / (C n_c), as scikit-learn's "balanced" has it.

    All photos of a class together weigh as much as those of any other, and a photo weighs 1 in
    the mean, so that a loss stays comparable. A class without photos does not count as one.

    Args:
        labels: `(N,)` class indices.
        num_classes: How many weights there are at least; the labels may ask for more.

    Returns:
        `(num_classes,)`; 0 for a class without photos.
    """
    counts = np.bincount(labels, minlength=num_classes)
    there = max(1, np.count_nonzero(counts))
    weights = len(labels) / (there * np.maximum(counts, 1))
    balanced: NDArray[np.float64] = np.where(counts > 0, weights, 0.0)
    return balanced


def photo_weights(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """The weight `(N,)` of each photo, see `class_weights`; 1 in the mean."""
    weights: NDArray[np.float64] = class_weights(labels)[labels]
    return weights


def unevenness(sizes: Iterable[int]) -> float:
    """How many times as many photos the largest class has as the smallest that has any."""
    there = [size for size in sizes if size > 0]
    return max(there) / min(there) if there else 1.0


def settled(config: TrainConfig, sizes: Iterable[int]) -> TrainConfig:
    """The settings of a training with "auto" decided by its photos.

    Args:
        config: The settings as they were chosen.
        sizes: How many training photos each class has.
    """
    if config.class_weight != AUTO:
        return config
    uneven = unevenness(sizes) > VERY_UNEVEN
    return replace(config, class_weight=BALANCED if uneven else UNWEIGHTED)
