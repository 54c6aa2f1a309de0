"""A phase, epoch by epoch: learn, ask about the validation photos, see whether to go on.

Nothing is kept and nobody is told here: a training does both with what comes out, and a curve
that is drawn at once is what comes out.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.evaluation.calibration import refined_loss
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.evaluation.metrics import log_loss, probabilities
from pipeline.heads.head_data import HeadData
from pipeline.network.head import Head
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

_PATIENCE: Final = 5  # epochs without a lower loss

OnBatch = Callable[[int], None]


class Learner(Protocol):
    """Something that gets better epoch by epoch."""

    def train_epoch(self, epoch: int, on_batch: OnBatch) -> tuple[float, float]:
        """Learn from every training photo once.

        Args:
            epoch: From 0, counted over both phases; with the settings it decides the order of
                the photos, their views and what dropout hides.
            on_batch: Told how many batches are done; may raise `Stopped`.

        Returns:
            Mean loss and share predicted correctly, over the batches as they came.
        """

    def validation_logits(self, on_batch: OnBatch) -> NDArray[np.float32]:
        """`(M, L)` logits of the validation photos, without dropout."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What an epoch leaves.

    Attributes:
        scores: Its point of the curve.
        logits: `(M, L)` float32 of the validation photos afterwards.
    """

    scores: EpochScores
    logits: NDArray[np.float32]


class Astray(RunError):  # noqa: N818 - it describes the training
    """The loss is no number any more."""

    def __init__(self) -> None:
        super().__init__(
            "The training went astray: the loss is no longer a number. "
            "Lower the learning rate (a tenth of it is a good try) and train again."
        )


def check_number(loss: float) -> None:
    """Make sure that learning can go on from here.

    Raises:
        Astray: If `loss` is NaN or infinite.
    """
    if not math.isfinite(loss):
        raise Astray


def may_stop_early(epochs: Sequence[EpochScores]) -> bool:
    """Whether the refined validation loss of a phase has not fallen for five epochs."""
    losses = [scores.refined_loss for scores in epochs]
    return len(losses) > _PATIENCE and min(losses[-_PATIENCE:]) >= min(losses[:-_PATIENCE])


def judged(data: HeadData, config: TrainConfig, logits: NDArray[np.float32]) -> tuple[float, float]:
    """Mean cross-entropy of the validation photos and the share predicted correctly, 0 to 1.

    Args:
        data: Has their classes.
        config: Says how much each counts.
        logits: `(M, L)` what is said of them.
    """
    answers, truth = probabilities(logits), data.labels["validation"]
    loss = log_loss(truth, answers, data.validation_weights(config))
    return loss, float(np.mean(answers.argmax(axis=1) == truth))


def untrained(data: HeadData, config: TrainConfig, head: Head) -> tuple[float, float]:
    """What `judged` says of a head before the first batch.

    Raises:
        Astray: If nothing can be learned from there.
    """
    loss, accuracy = judged(data, config, data.validation_logits(head))
    check_number(loss)
    return loss, accuracy


def learn(
    learner: Learner,
    data: HeadData,
    config: TrainConfig,
    planned: int,
    tell: Callable[[int, int], None],
    watch: Stopwatch,
    first: int = 0,
    earlier: Sequence[EpochScores] = (),
) -> Iterator[Learned]:
    """Learn until a phase is done.

    Args:
        learner: Who learns.
        data: The photos.
        config: The settings.
        planned: Epochs of the phase, those before included.
        tell: Told the number of an epoch and how many of its batches are done; the last batch again
            and again while the validation photos are asked. May raise `Stopped`.
        watch: Where the time goes.
        first: Number of the first epoch to come, from 0 and over both phases.
        earlier: Scores of the phase's epochs before.

    Yields:
        What each epoch leaves; whoever wants no more closes the iterator.

    Raises:
        Astray: If a loss is no number any more.
    """
    epochs = list(earlier)
    truth, weights = data.labels["validation"], data.validation_weights(config)
    batches = len(data.batches(config, first))
    for epoch in range(first, first + planned - len(epochs)):
        if config.early_stopping and may_stop_early(epochs):
            return
        began = time.monotonic()
        loss, accuracy = learner.train_epoch(epoch, partial(tell, epoch))
        check_number(loss)
        with watch.stage("validation"):
            logits = learner.validation_logits(lambda _, epoch=epoch: tell(epoch, batches))  # type: ignore[misc]
        val_loss, val_accuracy = judged(data, config, logits)
        check_number(val_loss)
        seconds = time.monotonic() - began
        refined = refined_loss(truth, logits, weights)
        epochs.append(EpochScores(loss, accuracy, val_loss, val_accuracy, seconds, refined))
        yield Learned(epochs[-1], logits)
