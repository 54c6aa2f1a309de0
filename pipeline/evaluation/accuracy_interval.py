"""Where the true accuracy lies, judged from a limited number of photos; the one place for it.

Which interval holds was measured: `python -m tests.benchmarks.bench_honesty intervals`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVEL: Final = 0.95  # of the intervals: the true share lies inside 19 times of 20
# What the answers say of how alike photos of one scene are answered counts as much as the worst
# case, because few scenes tell it badly: by their word alone 3 of 58 tables fall below 93 %.
_WORST: Final = 1.0
# Of witnesses in cross-validation, who are asked by networks that learned from each other's photos
# and from fewer than the final one: so much for the first, and the more the smaller a class is.
_SHARED: Final = 0.85
_UNLEARNED: Final = 3

Right = NDArray[np.bool_]
Scenes = NDArray[np.integer]


def accuracy_interval(
    correct: float, photos: int, witnesses: float | None = None
) -> tuple[float, float]:
    """The 95 % interval of a share: where the true one lies, 19 times of 20.

    Jeffreys's interval, with the end closed where every answer is right or none is (Brown, Cai and
    DasGupta 2001, "Interval estimation for a binomial proportion", Statistical Science 16:101-133);
    on an effective number of photos where some are not witnesses of their own (Korn and Graubard
    1998, "Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data", Survey Methodology 24:193-201).

    Args:
        correct: Photos answered rightly.
        photos: Photos asked about.
        witnesses: How many independent photos tell as much, see `witnesses`; None for all of them.

    Returns:
        Low and high end, fractions of 1. Without photos nothing is known: `(0.0, 1.0)`.
    """
    number = photos if witnesses is None else witnesses
    if photos == 0 or number <= 0:
        return 0.0, 1.0
    # Here, because the front page needs no interval, and waits a third of a second for SciPy.
    from scipy.special import betaincinv

    share = correct / photos
    right, wrong = share * number + 0.5, (1 - share) * number + 0.5
    tail = (1 - LEVEL) / 2
    low = float(betaincinv(right, wrong, tail)) if correct > 0 else 0.0
    high = float(betaincinv(right, wrong, 1 - tail)) if correct < photos else 1.0
    # Hardly a witness leaves so little of a share near the end that it may lie outside.
    return min(low, share), max(high, share)


def witnesses(right: Right, scenes: Scenes | None = None) -> float:
    """How many independent photos would tell as much as these.

    Photos that look nearly the same are called right or wrong together, so five of a burst tell
    little more than one: N photos count as N / (1 + (m - 1) rho), with m the photos in the scene of
    a photo, on average, and rho how alike photos of one scene are answered (the design effect:
    Kish 1965, "Survey Sampling"). Rho is half of what the answers say and half of the worst case.

    Args:
        right: `(N,)` whether each photo was answered rightly.
        scenes: `(N,)` equal numbers for photos that look nearly the same; None where all differ or
            nothing is known.

    Returns:
        0 to N.
    """
    photos = len(right)
    if scenes is None or photos == 0:
        return float(photos)
    _, scene = np.unique(scenes, return_inverse=True)
    sizes = np.bincount(scene).astype(np.float64)
    if len(sizes) == photos:
        return float(photos)
    hits = np.bincount(scene, weights=right).astype(np.float64)
    alike = (_likeness(hits, sizes) + _WORST) / 2
    together = float((sizes**2).sum()) / photos
    return photos / (1 + (together - 1) * alike)


def _likeness(hits: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Correlation of two answers about one scene, 0 to 1, from the analysis of variance.

    Fisher 1925, "Statistical Methods for Research Workers", chapter VII. The worst where nothing
    tells it: a single scene, or all answers alike.
    """
    photos, count = sizes.sum(), len(sizes)
    share = hits.sum() / photos
    if count == 1 or share in (0.0, 1.0):
        return _WORST
    between = float((sizes * (hits / sizes - share) ** 2).sum()) / (count - 1)
    within = float((hits * (sizes - hits) / sizes).sum()) / (photos - count)
    usual = (photos - (sizes**2).sum() / photos) / (count - 1)
    return float(np.clip((between - within) / (between + (usual - 1) * within), 0.0, _WORST))


def after_cross_validation(witnesses: float, num_classes: int) -> float:
    """How many witnesses are left where photos were judged in turns, see `cross_validate`.

    The network that people get learned from all photos, those that judged it from some, and each
    from photos that the others were asked about; no formula tells what that does to the error
    (Bengio and Grandvalet 2004, "No unbiased estimator of the variance of k-fold
    cross-validation", JMLR 5:1089-1105), so what makes intervals hold was measured.

    Args:
        witnesses: Of all photos, see `witnesses`.
        num_classes: Classes that they show.
    """
    of_a_class = witnesses / num_classes
    return witnesses * _SHARED * max(0.0, of_a_class - 1) / (of_a_class + _UNLEARNED)
