"""What happens around each batch and epoch: telling, keeping, and knowing when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import keras
import numpy as np

from pipeline.config import TrainConfig
from pipeline.errors import RunError
from pipeline.learning.checkpoints import Checkpoints, EpochScores, Standing
from pipeline.learning.network import Network
from pipeline.progress import Report

_PATIENCE: Final = 3  # epochs without a lower validation loss


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
        """The epoch just told has the lowest validation loss so far."""


def may_stop_early(epochs: Sequence[EpochScores]) -> bool:
    """Whether the validation loss of a phase has not fallen for three epochs."""
    losses = [scores.val_loss for scores in epochs]
    return len(losses) > _PATIENCE and min(losses[-_PATIENCE:]) >= min(losses[:-_PATIENCE])


def check_number(loss: float) -> None:
    """Make sure that learning can go on from here.

    Raises:
        RunError: If `loss` is NaN or infinite.
    """
    if not math.isfinite(loss):
        raise RunError(
            "The training went astray: the loss is no longer a number. "
            "Lower the learning rate (a tenth of it is a good try) and train again."
        )


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every part of one run's training works with."""

    config: TrainConfig
    network: Network
    checkpoints: Checkpoints
    listener: Listener
    report: Report


class Watch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no type hints
    """Follows one phase of `fit`; whatever the listener raises ends `fit` at once."""

    def __init__(
        self, run: RunContext, phase: str, epochs: list[EpochScores], batches: int
    ) -> None:
        super().__init__()
        self._run = run
        self._phase = phase
        self._epochs = epochs  # grows with every epoch
        self._batches = batches  # in an epoch
        self._epoch = 0  # from 1, counted over both phases
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Start the clock; the epoch's dropout depends on seed and epoch alone."""
        self._epoch = epoch + 1
        self._began = time.monotonic()
        state = np.array([self._run.config.seed, self._epoch], np.uint32)
        self._run.network.dropout.seed_generator.state.assign(state)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Tell about a batch, unless the loss is past all help."""
        check_number(float((logs or {})["loss"]))
        self._run.listener.batch(self._phase, self._epoch, batch + 1, self._batches)

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Keep listening for Stop while the validation photos are scored."""
        self._run.listener.batch(self._phase, self._epoch, self._batches, self._batches)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the epoch on disk, then tell about it."""
        values = {name: float(value) for name, value in (logs or {}).items()}
        check_number(values["loss"])
        check_number(values["val_loss"])
        scores = EpochScores(
            values["loss"],
            values["accuracy"],
            values["val_loss"],
            values["val_accuracy"],
            time.monotonic() - self._began,
        )
        self._epochs.append(scores)
        standing = Standing(self._phase, self._epoch, tuple(self._epochs))
        is_best = self._run.checkpoints.keep(self._run.network, standing)
        self._run.listener.epoch(self._phase, self._epoch, scores)
        if is_best:
            self._run.listener.best(self._phase, self._epoch)
        if self._run.config.early_stopping and may_stop_early(self._epochs):
            self.model.stop_training = True
