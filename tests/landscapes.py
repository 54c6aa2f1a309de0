"""A landscape that looks as one of real photos does."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pipeline.evaluation.landscape import Axis, Landscape

RATES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


def a_landscape(
    axis: Axis = Axis.LEARNING_RATE,
    values: Sequence[float] = RATES,
    epochs: int = 20,
    lead: float = 0.012,
) -> Landscape:
    """The best is the middle value after all epochs; the last column ran away half-way."""
    distance = np.abs(np.arange(len(values)) - len(values) // 2)[:, np.newaxis]
    loss = 0.6 * distance + 1 / np.arange(2, epochs + 2) * np.ones((len(values), 1))
    accuracy = 0.98 - 0.1 * distance - 0.3 / np.arange(1, epochs + 1)
    loss[-1, epochs // 2 :] = accuracy[-1, epochs // 2 :] = math.nan
    return Landscape(axis, tuple(values), math.log(2), loss, accuracy, 200, 31, lead)
