"""Which training photos excite each feature of the network most: what it looks for."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.imagenet_files import BACKBONE_ALPHA, BACKBONE_SIZE_PX
from pipeline.settings.hyperparameters import IMAGENET, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.tuning.material import Folders, Material

# The network that one looks into on Explore, at photos as they are.
LOOKING: Final = TrainConfig(
    weights=IMAGENET,
    alpha=BACKBONE_ALPHA,
    image_size_px=BACKBONE_SIZE_PX,
    head=SOLVED,
    fine_tune_epochs=0,
    augment=AUGMENT_PRESETS["none"],
)
_AT_ONCE: Final = 64  # features: of 18,000 photos no more than 5 MB at a time


def exciting_photos(folders: Folders, photo_set_id: str, count: int) -> NDArray[np.int64]:
    """Find the photos whose features are largest, from kept features.

    Args:
        folders: Where photos and features lie.
        photo_set_id: The photos.
        count: How many of each feature; there may be fewer.

    Returns:
        `(F, n)` positions in the set of training photos, the most exciting first.

    Raises:
        NotReady: If the network has not looked at them yet.
        PhotoSetError: If the set is damaged.
    """
    material = Material(folders, photo_set_id, LOOKING)
    found = largest(material.pooled("training", None), count)
    return material.indices["training"][found]


def largest(pooled: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """`(F, n)` int64: the rows of `(N, F)` features with the largest values, in order."""
    most = min(count, len(pooled))
    blocks = [np.empty((most, 0), np.int64)]
    for start in range(0, pooled.shape[1], _AT_ONCE):
        block = -pooled[:, start : start + _AT_ONCE]
        chosen = np.argpartition(block, max(0, most - 1), axis=0)[:most]
        order = np.take_along_axis(block, chosen, axis=0).argsort(axis=0, kind="stable")
        blocks.append(np.take_along_axis(chosen, order, axis=0))
    return np.concatenate(blocks, axis=1).T
