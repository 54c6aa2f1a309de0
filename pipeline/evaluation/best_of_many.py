"""How much the best of several runs looks better than it is, because it was chosen by its score.

The winner's curse. Runs that are asked about the same photos share the luck of which photos these
are; what a choice can pick is the luck by which their answers differ.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import ndtr


def expected_largest(number: int) -> float:
    """What the largest of some independent standard normal values is in the mean.

    The first normal order statistic (David and Nagaraja, Order Statistics, 2003, section 3.2), as
    an integral: 0 for one, 0.564 for two, 1.539 for ten.

    Args:
        number: How many values; at least 1.
    """

    def integrand(value: float) -> float:
        density = math.exp(-value * value / 2) / math.sqrt(2 * math.pi)
        return value * number * density * float(ndtr(value)) ** (number - 1)

    # Beyond 12 nothing is left, for as many values as anybody has runs.
    return float(quad(integrand, -12.0, 12.0, limit=200)[0])


def optimism(right: NDArray[np.bool_]) -> float:
    """By how much the best of equally good runs is overrated, in the mean.

    Two runs that disagree on a share d of n photos have scores whose difference varies by d / n
    (McNemar), so each run's own part varies by d / (2 n); the best of k is lifted by the largest
    of k such parts. Where some runs are really better, less of the lead is luck: a ceiling then.

    Args:
        right: `(k, n)`, whether each of k runs was right about each of the same n photos; k and n
            at least 1.

    Returns:
        A share of the photos, 0 to 1; 0 for a single run.
    """
    runs, photos = right.shape
    if runs < 2:
        return 0.0
    called = right.sum(axis=0, dtype=np.float64)  # of each photo, by how many runs
    pairs = runs * (runs - 1) / 2
    disagreement = float((called * (runs - called)).mean()) / pairs
    return expected_largest(runs) * math.sqrt(disagreement / (2 * photos))


def contenders(right: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which runs are not clearly worse than the best of them, the best among them.

    By McNemar's test, at two standard deviations: what is clearly worse had no part in the luck.

    Args:
        right: `(k, n)`, as `optimism` takes it; k may be 0.

    Returns:
        `(k,)`.
    """
    if not len(right):
        return np.zeros(0, np.bool_)
    best = right[right.sum(axis=1).argmax()]
    gained, lost = (best & ~right).sum(axis=1), (right & ~best).sum(axis=1)
    near: NDArray[np.bool_] = (gained - lost) <= 2 * np.sqrt(gained + lost)
    return near
