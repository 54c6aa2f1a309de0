"""In which order the training photos come, batch by batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def epoch_batches(
    photo_keys: NDArray[np.uint64], batch_size: int, seed: int, epoch: int
) -> tuple[NDArray[np.int64], ...]:
    """Which photos come in each batch of an epoch; each epoch has another order.

    Where photos are taken out, the others keep their order.

    Args:
        photo_keys: `(n,)` key of each training photo, see `PhotoSet.keys`.
        batch_size: Photos in a batch; the last one may be smaller.
        seed: Of the run.
        epoch: From 0, counted over both phases; with the seed it decides the order.

    Returns:
        Positions among the training photos, each once.
    """
    drawn = np.random.default_rng((seed, epoch)).integers(2**64, size=2, dtype=np.uint64)
    order = np.argsort(_mixed(_mixed(photo_keys ^ drawn[0]) ^ drawn[1]), kind="stable")
    return tuple(order[start : start + batch_size] for start in range(0, len(order), batch_size))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers that say nothing of those they were made of: the finalizer of SplitMix64."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(31))
