"""What learns in fine-tuning: the tail of the network with the head.

It is fed by the frozen part's results, never by the frozen part itself. And what a training works
on, and whom it tells.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.learning_curve import EpochScores
from pipeline.features.features import Frozen
from pipeline.files.npy import take
from pipeline.heads import epochs
from pipeline.heads.epochs import OnBatch
from pipeline.heads.head_data import HeadData
from pipeline.network.head import Head
from pipeline.network.tensors import Tensors
from pipeline.parallel import made_ahead
from pipeline.photos.arrays import Photos
from pipeline.photos.augment import augment_batch
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

_SCORING_BATCH: Final = 64  # photos; larger ones are no faster on a CPU


@dataclass(frozen=True, slots=True)
class Material:
    """What a training works on.

    Attributes:
        config: The run's settings.
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], every photo of the set, mapped.
        keys: `(N,)` what chance hangs on, see `PhotoSet.keys`.
        indices: Positions of each split's photos in `arrays`.
        data: The same photos as a head knows them.
        frozen: What the frozen part makes of them.
        watch: Where the time goes.
    """

    config: TrainConfig
    arrays: Photos
    keys: NDArray[np.uint64]
    indices: dict[str, NDArray[np.int64]]
    data: HeadData
    frozen: Frozen
    watch: Stopwatch


class Listener(Protocol):
    """Whom a training tells about itself. Every method may raise `Stopped`."""

    def parameters(self, total: int, trainable: dict[str, int]) -> None:
        """The network has `total` parameters; `trainable[phase]` of them may change."""

    def initial(self, loss: float, accuracy: float) -> None:
        """Loss and accuracy of the untrained head on the validation photos."""

    def batch(self, phase: str, epoch: int, batch: int, batches: int) -> None:
        """Batch `batch` of `batches` (from 1) of an epoch is done. Comes many times a second.

        The last batch comes again and again while the validation photos are scored, so
        that Stop is heard then, too.
        """

    def epoch(self, phase: str, epoch: int, scores: EpochScores) -> None:
        """An epoch (from 1, counted over both phases) is done and its weights are on disk."""

    def best(self, phase: str, epoch: int) -> None:
        """The epoch just told is the best so far: it has the lowest refined validation loss."""


class Learner(epochs.Learner, Protocol):
    """A learner whose numbers a training keeps."""

    def tensors(self) -> Tensors:
        """Everything that may change, by "layer/weight"."""

    def optimizer_tensors(self) -> Tensors:
        """The optimizer's numbers."""


class TailLearner:
    """The part of the network above the cut, fed by what the part below makes of the photos."""

    def __init__(
        self, material: Material, tensors: Tensors, head: Head, num_classes: int, cut: int
    ) -> None:
        self._material, self._cut = material, cut
        with material.watch.stage("start"):
            # Here, because it brings TensorFlow, and half of all trainings need none.
            from pipeline.learning.tail import Tail

            weights = material.data.class_weights(material.config)
            self._tail = Tail(tensors, head, material.config, num_classes, cut, weights)

    def assign(self, tensors: Tensors, optimizer: Tensors) -> None:
        """Go on where an earlier try left off."""
        self._tail.assign(tensors)
        self._tail.assign_optimizer(optimizer)

    def train_epoch(self, epoch: int, on_batch: OnBatch) -> tuple[float, float]:
        """See `Learner`."""
        material, config = self._material, self._material.config
        inputs = self._inputs("training", config.view_of(epoch))
        labels = material.data.labels["training"]
        self._tail.start_epoch(config.seed, epoch)
        batches = material.data.batches(config, epoch)
        with closing(made_ahead(inputs, batches, threads=1)) as made:
            for done, (chosen, batch) in enumerate(zip(batches, made, strict=True), 1):
                with material.watch.stage("tail"):
                    self._tail.step(batch, labels[chosen])
                on_batch(done)
        return self._tail.read_scores()

    def validation_logits(self, on_batch: OnBatch) -> NDArray[np.float32]:
        """See `Learner`."""
        inputs = self._inputs("validation", None)
        photos = len(self._material.data.labels["validation"])
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
