"""Who is told about a training, and when it goes astray or has learned enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Protocol

from pipeline.errors import RunError
from pipeline.evaluation.learning_curve import EpochScores

_PATIENCE: Final = 5  # epochs without a lower loss


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


def may_stop_early(epochs: Sequence[EpochScores]) -> bool:
    """Whether the refined validation loss of a phase has not fallen for five epochs."""
    losses = [scores.refined_loss for scores in epochs]
    return len(losses) > _PATIENCE and min(losses[-_PATIENCE:]) >= min(losses[:-_PATIENCE])


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
