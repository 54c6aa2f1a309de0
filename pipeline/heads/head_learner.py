"""The head on pooled features, stepped epoch by epoch; the whole backbone is frozen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.files.npy import take
from pipeline.heads.epochs import OnBatch
from pipeline.heads.head_data import HeadData
from pipeline.heads.one_thread import one_thread
from pipeline.heads.stepped import HeadTrainer
from pipeline.network.head import Head
from pipeline.network.tensors import Tensors
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch


class HeadLearner:
    """A `Learner`."""

    def __init__(
        self,
        data: HeadData,
        config: TrainConfig,
        head: Head,
        learning_rate: float,
        watch: Stopwatch,
    ) -> None:
        """Start from `head`, which stays as it is.

        Args:
            data: What it learns from.
            config: The settings.
            head: Where to start.
            learning_rate: Of the phase.
            watch: Where the time goes.
        """
        self._data, self._config, self._watch = data, config, watch
        self._trainer = HeadTrainer(head, learning_rate, config.dropout, data.class_weights(config))

    def assign_optimizer(self, tensors: Tensors) -> None:
        """Let the optimizer go on where an earlier try left it."""
        self._trainer.load_state(tensors)

    def train_epoch(self, epoch: int, on_batch: OnBatch) -> tuple[float, float]:
        """See `Learner`."""
        data, config = self._data, self._config
        pooled = data.pooled("training", config.view_of(epoch))
        labels = data.labels["training"]
        dropout = np.random.default_rng((config.seed, epoch, 1))  # 0 and 1 apart: see the order
        total, right = 0.0, 0
        with one_thread():
            for done, chosen in enumerate(data.batches(config, epoch), 1):
                with self._watch.stage("head"):
                    step = self._trainer.step(take(pooled, chosen), labels[chosen], dropout)
                total += step[0] * len(chosen)
                right += step[1]
                on_batch(done)
        return total / len(labels), right / len(labels)

    def validation_logits(self, on_batch: OnBatch) -> NDArray[np.float32]:
        """See `Learner`."""
        return self._data.validation_logits(self._trainer.head)

    def tensors(self) -> Tensors:
        """The head."""
        return self._trainer.head.tensors()

    def optimizer_tensors(self) -> Tensors:
        """The optimizer's numbers."""
        return self._trainer.state()
