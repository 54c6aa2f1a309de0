"""In which order the training photos come, batch by batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def epoch_batches(
    photos: int, batch_size: int, seed: int, epoch: int
) -> tuple[NDArray[np.int64], ...]:
    """Which photos come in each batch of an epoch; each epoch has another order.

    Args:
        photos: Number of training photos.
        batch_size: Photos in a batch; the last one may be smaller.
        seed: Of the run.
        epoch: From 0, counted over both phases; with the seed it decides the order.

    Returns:
        Positions among the training photos, each once.
    """
    order = np.random.default_rng((seed, epoch)).permutation(photos)
    return tuple(order[start : start + batch_size] for start in range(0, photos, batch_size))
