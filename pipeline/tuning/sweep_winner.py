"""Which run of a sweep is the best, which falls behind, and how much of the lead is luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.evaluation.learning_curve import Epoch

_OTHERS: Final = 4  # runs that must have got as far before one can fall behind
_EARLIEST: Final = 1 / 3  # of a phase's epochs: until then nobody falls behind


@dataclass(frozen=True, slots=True)
class Validation:
    """What a run says of the validation photos after the epoch that was kept.

    Attributes:
        accuracy: Share predicted correctly, 0 to 1.
        loss: Mean cross-entropy in nats.
    """

    accuracy: float
    loss: float

    @property
    def score(self) -> float:
        """What sweeps are decided by: the accuracy, and of equals the lower loss.

        What the loss takes off is less than one photo of ten million.
        """
        return self.accuracy - 1e-7 * self.loss / (1 + self.loss)


def falls_behind(
    points: Sequence[Epoch], others: Sequence[Sequence[Epoch]], planned: int, photos: int
) -> bool:
    """Whether a running one has no prospect, after the last of its points.

    The median rule (Golovin et al. 2017, Google Vizier, section 3.2.2) with a margin: its best
    accuracy so far lies below the median of what the others had come to by then, and by more
    than the luck of which validation photos there are.

    Args:
        points: Its own, of all phases.
        others: Those of the sweep's earlier runs.
        planned: Epochs of the running phase.
        photos: How many validation photos there are.
    """
    own, phase = _so_far(points), points[-1].phase
    done = sum(point.phase == phase for point in points)
    if done < max(2, math.ceil(planned * _EARLIEST)):
        return False
    theirs = []
    for other in others:
        until = [point for point in other if point.phase != phase]
        same = [point for point in other if point.phase == phase]
        if len(same) >= done:
            theirs.append(_so_far([*until, *same[:done]]))
    if len(theirs) < _OTHERS:
        return False
    middle = float(np.median(theirs))
    luck = math.sqrt(middle * (1 - middle) / photos) + 1 / photos
    return own < middle - luck


def _so_far(points: Sequence[Epoch]) -> float:
    return max(point.val_accuracy for point in points)
