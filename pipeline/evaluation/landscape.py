"""What validation says of a head over one setting and the epochs: a landscape to look at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SAME: Final = 1.1  # times the least loss: nothing below is worse


class Axis(StrEnum):
    """What is tried beside the epochs."""

    LEARNING_RATE = "learning_rate"
    DROPOUT = "dropout"
    SIZE = "size"


class Trend(StrEnum):
    """What is wrong with a learning rate."""

    TOO_LOW = "too_low"  # not there yet after all epochs
    TOO_HIGH = "too_high"  # the loss ran away, or is no number any more


@dataclass(frozen=True, slots=True)
class Landscape:
    """Scores of heads that differ in one setting, after each epoch.

    Attributes:
        axis: The setting, one of `Axis`.
        values: `(C,)` its values, ascending: learning rates, shares hidden, or numbers of photos.
        chance_loss: Of whoever calls every class equally likely.
        loss: `(C, E)` float64 loss on the validation photos after each epoch; NaN from where a
            loss was no number any more, as a run ends there.
        accuracy: `(C, E)` float64 share of them predicted correctly, 0 to 1; NaN likewise.
        photos: How many validation photos judge.
        contenders: How many cells are not clearly worse than the best one.
        lead: By how much the best of these looks better than it is, by luck, 0 to 1; see
            `best_of_many.optimism`.
    """

    axis: str
    values: tuple[float, ...]
    chance_loss: float
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    photos: int
    contenders: int
    lead: float

    @property
    def epochs(self) -> int:
        """How many epochs each head had."""
        return int(self.accuracy.shape[1])

    @property
    def best(self) -> tuple[int, int] | None:
        """Column and epoch, from 1, of the cell with most predicted correctly.

        Of equals, the one with the lower loss. None where no head got through an epoch.
        """
        if np.isnan(self.accuracy).all():
            return None
        highest = self.accuracy == np.nanmax(self.accuracy)
        column, epoch = np.unravel_index(
            np.argmin(np.where(highest, self.loss, np.inf)), self.loss.shape
        )
        return int(column), int(epoch) + 1

    @property
    def trends(self) -> tuple[Trend | None, ...]:
        """What is wrong with each learning rate; all None along another axis.

        A rate is wrong where the loss ends nearer to chance than to the best end, by its
        logarithm; the best end has rates that are too low on one side, too high on the other.
        """
        ends = self.loss[:, -1]
        if self.axis != Axis.LEARNING_RATE:
            return (None,) * len(ends)
        finite = np.where(np.isnan(ends), np.inf, ends)
        best = int(finite.argmin())
        least = float(finite[best])
        most = max(math.sqrt(least * self.chance_loss), _SAME * least)
        sides = [Trend.TOO_LOW] * best + [Trend.TOO_HIGH] * (len(ends) - best)
        return tuple(
            side if np.isinf(end) or end > most else None
            for end, side in zip(finite.tolist(), sides, strict=True)
        )
