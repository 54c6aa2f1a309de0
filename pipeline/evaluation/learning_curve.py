"""Points of a learning curve: epochs, or steps of the solver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Epoch:
    """The scores after one epoch; `epoch` counts from 1 over both phases."""

    phase: str
    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class EpochScores:
    """What one epoch brought, or one step of the solver.

    Attributes:
        loss: Mean loss over the training batches as they came, augmented and with dropout; for
            the solver, over the training photos as they are.
        accuracy: Share of training photos called right on the way, 0 to 1.
        val_loss: Loss on the validation photos afterwards.
        val_accuracy: Share of validation photos called right afterwards, 0 to 1.
        seconds: How long it took, validation included.
        refined_loss: Loss on the validation photos with the certainty set right, see
            `calibration.refined_loss`.
    """

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    refined_loss: float
