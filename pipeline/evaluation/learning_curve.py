"""Points of a learning curve: epochs, or steps of the solver."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Epoch:
    """A point with its place in the curves.

    Attributes:
        phase: One of `PHASES`.
        epoch: Its number, from 1, counted over both phases.
        loss: As in `EpochScores`, as are all that follow.
        accuracy: 0 to 1.
        val_loss: On the validation photos.
        val_accuracy: 0 to 1.
        seconds: How long it took.
    """

    phase: str
    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class EpochScores:
    """What a training measures of a point, of which the curves keep all but the last.

    Attributes:
        loss: Mean loss over the training batches as they came, augmented and with dropout; for
            the solver, over the training photos as they are.
        accuracy: Share of training photos predicted correctly on the way, 0 to 1.
        val_loss: Loss on the validation photos afterwards.
        val_accuracy: Share of validation photos predicted correctly afterwards, 0 to 1.
        seconds: How long it took, validation included.
        refined_loss: Loss on the validation photos with the certainty set right, see
            `calibration.refined_loss`; it decides which epoch is the best.
    """

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    refined_loss: float

    def at(self, phase: str, epoch: int) -> Epoch:
        """These scores as a point of the curves."""
        *kept, _ = astuple(self)
        return Epoch(phase, epoch, *kept)


class Cut(StrEnum):
    """What ends a training early, when nobody asked for it."""

    DIVERGED = "diverged"  # the loss was no number any more
    MEMORY = "memory"
    BEHIND = "behind"  # it lay behind the other runs of its sweep


@dataclass(frozen=True, slots=True)
class EarlyEnd:
    """Where a training ended before its last epoch, though it kept epochs.

    Attributes:
        why: What ended it.
        phase: The running phase; the epoch that it did not finish is the one after the last.
    """

    why: Cut
    phase: str
