"""What a head learns from and is judged by: for a training, and for a curve drawn at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.class_weights import class_weights, photo_weights
from pipeline.heads.batches import epoch_batches
from pipeline.heads.one_thread import one_thread
from pipeline.network.head import Head
from pipeline.settings.hyperparameters import BALANCED
from pipeline.settings.train_config import TrainConfig

SEEN: Final = ("training", "validation")  # the splits that a training may look at

Pooled = Callable[[str, int | None], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class HeadData:
    """Photos as a head knows them.

    Attributes:
        num_classes: Classes, at least 2.
        labels: `(n,)` int64 class of each photo of a split, by split: those of `SEEN`.
        keys: `(n,)` uint64 what chance hangs on for each training photo, see `PhotoSet.keys`.
        groups: `(n,)` equal numbers for photos that look nearly the same, by split; None in a set
            so large that its validation photos alone choose.
        pooled: Gives `(n, F)` float32 features of a split in a view, see `Frozen.pooled`.
    """

    num_classes: int
    labels: Mapping[str, NDArray[np.int64]]
    keys: NDArray[np.uint64]
    groups: Mapping[str, NDArray[np.int64]] | None
    pooled: Pooled

    def class_weights(self, config: TrainConfig) -> NDArray[np.float64] | None:
        """How much a training photo of each class counts; None: all alike."""
        return class_weights(self.labels["training"]) if is_balanced(config) else None

    def validation_weights(self, config: TrainConfig) -> NDArray[np.float64] | None:
        """`(M,)` how much each validation photo counts; None: all alike."""
        return photo_weights(self.labels["validation"]) if is_balanced(config) else None

    def batches(self, config: TrainConfig, epoch: int) -> tuple[NDArray[np.int64], ...]:
        """Positions among the training photos, batch by batch; epochs count from 0."""
        return epoch_batches(self.keys, config.batch_size, config.seed, epoch)

    def validation_logits(self, head: Head) -> NDArray[np.float32]:
        """`(M, L)` what a head says of the validation photos, before any temperature."""
        pooled = self.pooled("validation", None)
        with one_thread():
            return head.logits(pooled)


def is_balanced(config: TrainConfig) -> bool:
    """Whether every class counts alike, however many photos it has."""
    return config.class_weight == BALANCED
