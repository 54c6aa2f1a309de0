"""What learns in each phase: the head alone, or the tail of the network with it.

Both are fed by the frozen part's results, never by the frozen part itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.class_weights import class_weights, photo_weights
from pipeline.features.features import Frozen
from pipeline.heads.stepped import HeadTrainer
from pipeline.learning.batches import epoch_batches
from pipeline.network.head import Head
from pipeline.network.tensors import Tensors
from pipeline.parallel import made_ahead
from pipeline.photos.arrays import take
from pipeline.photos.augment import augment_batch
from pipeline.settings.hyperparameters import BALANCED
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

SEEN: Final = ("training", "validation")  # the splits that a training may look at
_SCORING_BATCH: Final = 64  # photos; larger ones are no faster on a CPU

OnBatch = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Material:
    """What a training works on.

    Attributes:
        config: The run's settings.
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], every photo of the set, mapped.
        keys: `(N,)` what chance hangs on, see `PhotoSet.keys`.
        indices: Positions of each split's photos in `arrays`.
        labels: `(n,)` int64 class of each photo of a split, by split.
        frozen: What the frozen part makes of them.
        groups: `(N,)` equal numbers for photos that look nearly the same; None in a set so large
            that its validation photos alone choose.
        watch: Where the time goes.
    """

    config: TrainConfig
    arrays: NDArray[np.uint8]
    keys: NDArray[np.uint64]
    indices: dict[str, NDArray[np.int64]]
    labels: dict[str, NDArray[np.int64]]
    frozen: Frozen
    groups: NDArray[np.int64] | None
    watch: Stopwatch

    @property
    def balanced(self) -> bool:
        """Whether every class counts alike, however many photos it has."""
        return self.config.class_weight == BALANCED

    @property
    def class_weights(self) -> NDArray[np.float64] | None:
        """How much a training photo of each class counts; None: all alike."""
        return class_weights(self.labels["training"]) if self.balanced else None

    @property
    def validation_weights(self) -> NDArray[np.float64] | None:
        """`(M,)` how much each validation photo counts; None: all alike."""
        return photo_weights(self.labels["validation"]) if self.balanced else None

    def batches(self, epoch: int) -> tuple[NDArray[np.int64], ...]:
        """Positions among the training photos, batch by batch; epochs count from 0."""
        keys = self.keys[self.indices["training"]]
        return epoch_batches(keys, self.config.batch_size, self.config.seed, epoch)


class Learner(Protocol):
    """Something that gets better epoch by epoch."""

    def train_epoch(self, epoch: int, on_batch: OnBatch) -> tuple[float, float]:
        """Learn from every training photo once.

        Args:
            epoch: From 0, counted over both phases; with the settings it decides the order of
                the photos, their views and what dropout hides.
            on_batch: Told how many batches are done; may raise `Stopped`.

        Returns:
            Mean loss and share called right, over the batches as they came.
        """

    def validation_logits(self, on_batch: OnBatch) -> NDArray[np.float32]:
        """`(M, L)` logits of the validation photos, without dropout."""

    def tensors(self) -> Tensors:
        """Everything that may change, by "layer/weight"."""

    def optimizer_tensors(self) -> Tensors:
        """The optimizer's numbers."""


class HeadLearner:
    """The head on pooled features; the whole backbone is frozen."""

    def __init__(self, material: Material, head: Head, learning_rate: float) -> None:
        self._material = material
        self._trainer = HeadTrainer(
            head, learning_rate, material.config.dropout, material.class_weights
        )

    def assign_optimizer(self, tensors: Tensors) -> None:
        """Let the optimizer go on where an earlier try left it."""
        self._trainer.load_state(tensors)

    def train_epoch(self, epoch: int, on_batch: OnBatch) -> tuple[float, float]:
        """See `Learner`."""
        material, config = self._material, self._material.config
        pooled = material.frozen.pooled("training", config.view_of(epoch))
        labels = material.labels["training"]
        dropout = np.random.default_rng((config.seed, epoch, 1))  # 0 and 1 apart: see the order
        total, right = 0.0, 0
        for done, chosen in enumerate(material.batches(epoch), 1):
            with material.watch.stage("head"):
                loss, correct = self._trainer.step(take(pooled, chosen), labels[chosen], dropout)
            total += loss * len(chosen)
            right += correct
            on_batch(done)
        return total / len(labels), right / len(labels)

    def validation_logits(self, on_batch: OnBatch) -> NDArray[np.float32]:
        """See `Learner`."""
        return self._trainer.head.logits(self._material.frozen.pooled("validation", None))

    def tensors(self) -> Tensors:
        """See `Learner`."""
        return self._trainer.head.tensors()

    def optimizer_tensors(self) -> Tensors:
        """See `Learner`."""
        return self._trainer.state()


class TailLearner:
    """The part of the network above the cut, fed by what the part below makes of the photos."""

    def __init__(
        self, material: Material, tensors: Tensors, head: Head, num_classes: int, cut: int
    ) -> None:
        self._material, self._cut = material, cut
        with material.watch.stage("start"):
            # Here, because it brings TensorFlow, and half of all trainings need none.
            from pipeline.learning.tail import Tail

            self._tail = Tail(
                tensors, head, material.config, num_classes, cut, material.class_weights
            )

    def assign(self, tensors: Tensors, optimizer: Tensors) -> None:
        """Go on where an earlier try left off."""
        self._tail.assign(tensors)
        self._tail.assign_optimizer(optimizer)

    def train_epoch(self, epoch: int, on_batch: OnBatch) -> tuple[float, float]:
        """See `Learner`."""
        material, config = self._material, self._material.config
        inputs = self._inputs("training", config.view_of(epoch))
        labels = material.labels["training"]
        self._tail.start_epoch(config.seed, epoch)
        batches = material.batches(epoch)
        with closing(made_ahead(inputs, batches, threads=1)) as made:
            for done, (chosen, batch) in enumerate(zip(batches, made, strict=True), 1):
                with material.watch.stage("tail"):
                    self._tail.step(batch, labels[chosen])
                on_batch(done)
        return self._tail.read_scores()

    def validation_logits(self, on_batch: OnBatch) -> NDArray[np.float32]:
        """See `Learner`."""
        inputs = self._inputs("validation", None)
        photos = len(self._material.labels["validation"])
        starts = range(0, photos, _SCORING_BATCH)
        chunks = [np.arange(start, min(start + _SCORING_BATCH, photos)) for start in starts]
        logits = []
        with closing(made_ahead(inputs, chunks, threads=1)) as made, self._tail.averaged():
            for done, batch in enumerate(made, 1):
                logits.append(self._tail.logits(batch))
                on_batch(done)
        return np.concatenate(logits)

    def tensors(self) -> Tensors:
        """See `Learner`."""
        return self._tail.tensors()

    def optimizer_tensors(self) -> Tensors:
        """See `Learner`."""
        return self._tail.optimizer_tensors()

    def _inputs(
        self, split: str, view: int | None
    ) -> Callable[[NDArray[np.int64]], NDArray[np.generic]]:
        """What gives the tail's input for some photos of a split."""
        material = self._material
        if self._cut:
            kept = material.frozen.cut(split, view)
            return lambda chosen: take(kept, chosen)
        config, indices = material.config, material.indices[split]
        keys = material.keys[indices]

        def photos(chosen: NDArray[np.int64]) -> NDArray[np.uint8]:
            plain = take(material.arrays, indices[chosen])
            if view is None:
                return plain
            return augment_batch(plain, config.augment, config.seed, keys[chosen], view)

        return photos
