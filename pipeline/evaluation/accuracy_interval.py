"""Where the true accuracy lies, judged from a limited number of photos; the one place for it.

Which interval holds was measured: `python -m tests.benchmarks.bench_honesty intervals`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.class_weights import UNEVEN

LEVEL: Final = 0.95  # of the intervals: the true share lies inside with 95 % confidence
# How alike photos of one scene are answered: so much of it is the worst case, because few scenes
# tell it badly. By their word alone, intervals hold too seldom; by half of it, they are too wide.
_WORST: Final = 1 / 3
# Of witnesses in cross-validation, who are asked by networks that learned from each other's photos
# and from fewer than the final one: so much for the first, and the more the smaller a class is.
_SHARED: Final = 0.8
_UNLEARNED: Final = 3

Right = NDArray[np.bool_]
Scenes = NDArray[np.integer]


def accuracy_interval(
    correct: float, photos: int, witnesses: float | None = None
) -> tuple[float, float]:
    """The 95 % interval of a share: where the true one lies with 95 % confidence.

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


def answers_interval(
    right: Right,
    truth: NDArray[np.integer],
    scenes: Scenes | None = None,
    near_copies: int = 0,
    in_turns: bool = False,
) -> tuple[float, float]:
    """The 95 % interval of the accuracy that answers about photos of all classes tell.

    Photos are divided class by class, so how many of a rare class are asked about is no matter of
    chance, as `accuracy_interval` takes it to be; where such a class has most of the wrong answers,
    that makes much of the width. Rare classes therefore have an interval of their own, and so have
    the others; their ends are put together (the method of variance estimates recovery: Zou and
    Donner 2008, "Construction of confidence limits about effect measures", Statistics in Medicine
    27:1693-1702).

    Args:
        right: `(N,)` whether each photo was answered rightly, N at least 1.
        truth: `(N,)` class indices that are right.
        scenes: As `witnesses`.
        near_copies: How many have a near copy among the photos that who answered learned from:
            they are no witnesses.
        in_turns: Whether many answered, each about photos that the others had learned from.

    Returns:
        Low and high end, fractions of 1.
    """
    sizes = np.bincount(truth)
    rare = (sizes * UNEVEN < sizes.max())[truth]
    alike = _likeness(right, scenes)
    down = up = 0.0
    for part in (rare, ~rare):
        if not part.any():
            continue
        told = _told(int(part.sum()), None if scenes is None else scenes[part], alike)
        told *= 1 - near_copies / len(right)
        if in_turns:
            told = after_cross_validation(told, len(np.unique(truth[part])))
        low, high = accuracy_interval(int(right[part].sum()), int(part.sum()), told)
        share, weight = right[part].mean(), part.mean()
        down += (weight * (share - low)) ** 2
        up += (weight * (high - share)) ** 2
    accuracy = float(right.mean())
    return max(0.0, accuracy - float(np.sqrt(down))), min(1.0, accuracy + float(np.sqrt(up)))


def witnesses(right: Right, scenes: Scenes | None = None) -> float:
    """How many independent photos would tell as much as these.

    Photos that look nearly the same are right or wrong together, so five of a burst tell little
    more than one: N photos count as N / (1 + (m - 1) rho), with m the photos in the scene of a
    photo, on average, and rho how alike photos of one scene are answered (the design effect:
    Kish 1965, "Survey Sampling"). Rho is what the answers say, and for a third the worst case.

    Args:
        right: `(N,)` whether each photo was answered rightly.
        scenes: `(N,)` equal numbers for photos that look nearly the same; None where all differ or
            nothing is known.

    Returns:
        0 to N.
    """
    return _told(len(right), scenes, _likeness(right, scenes))


def _told(photos: int, scenes: Scenes | None, alike: float) -> float:
    if scenes is None or photos == 0:
        return float(photos)
    sizes = np.unique(scenes, return_counts=True)[1].astype(np.float64)
    return photos / (1 + (float((sizes**2).sum()) / photos - 1) * alike)


def _likeness(right: Right, scenes: Scenes | None) -> float:
    """Correlation of two answers about one scene, 0 to 1, from the analysis of variance.

    Fisher 1925, "Statistical Methods for Research Workers", chapter VII. The worst where nothing
    tells it: a single scene, or all answers alike.
    """
    if scenes is None or len(right) == 0:
        return 1.0
    _, scene = np.unique(scenes, return_inverse=True)
    sizes = np.bincount(scene).astype(np.float64)
    hits = np.bincount(scene, weights=right).astype(np.float64)
    photos, count = len(right), len(sizes)
    share = hits.sum() / photos
    if count in (1, photos) or share in (0.0, 1.0):
        return 1.0
    between = float((sizes * (hits / sizes - share) ** 2).sum()) / (count - 1)
    within = float((hits * (sizes - hits) / sizes).sum()) / (photos - count)
    usual = (photos - (sizes**2).sum() / photos) / (count - 1)
    said = float(np.clip((between - within) / (between + (usual - 1) * within), 0.0, 1.0))
    return said + (1.0 - said) * _WORST


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
