"""How much a photo of each class counts, so that classes count alike whatever their sizes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def class_weights(labels: NDArray[np.integer], num_classes: int) -> NDArray[np.float64]:
    """The weight of one photo of each class: n / (C n_c), as scikit-learn's "balanced" has it.

    All photos of a class together weigh as much as those of any other, and a photo weighs 1 in
    the mean, so that a loss stays comparable. A class without photos does not count as one.

    Args:
        labels: `(N,)` class indices.
        num_classes: Classes.

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
    if not len(labels):
        return np.zeros(0)
    weights: NDArray[np.float64] = class_weights(labels, int(labels.max()) + 1)[labels]
    return weights
