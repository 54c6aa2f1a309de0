"""Would more photos help? What the score at several sizes of a set says of twice its size.

The share of wrong answers falls with the number of photos learned from as a power of it (Hestness
et al. 2017, "Deep Learning Scaling is Predictable, Empirically", arXiv:1712.00409; for sets as
small as these Figueroa et al. 2012, "Predicting sample size required for classification
performance", BMC Medical Informatics and Decision Making 12:8). It is fitted to the largest sizes,
and told with an interval: with few photos nearly any slope fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

_RESAMPLED: Final = 400
_ENDS: Final = (2.5, 97.5)  # percentiles: the band holds 95 %
_FITTED: Final = 3  # sizes, the largest
_STEEPEST: Final = 1.0  # power of the fall: faster is luck (Hestness et al. see 0.07 to 0.35)
WORTH: Final = 0.005  # a gain, 0 to 1, that people would go and take photos for
_UNCLEAR: Final = 0.03  # an interval of the gain so wide says nothing
_OF_LABELS: Final = 0.5  # share of the wrong answers that are likely wrong labels


class Verdict(StrEnum):
    """What twice as many photos would bring."""

    HELPS = "helps"
    NO = "no"
    LABELS = "labels"  # what is predicted wrongly is likely labelled wrong
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SizePoint:
    """A score at one size.

    Attributes:
        photos: How many photos were learned from, on average.
        score: Share predicted correctly, 0 to 1, of photos that were not learned from.
        low: Lower end of the 95 % band: other photos, other draws.
        high: Its upper end.
    """

    photos: float
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SizeCurve:
    """Scores by size, and what they say of twice as many photos.

    Attributes:
        points: From few photos to many.
        gain: What twice as many would add to the score, 0 to 1.
        low: Lower end of its 95 % interval.
        high: Its upper end.
        verdict: What that comes to.
    """

    points: tuple[SizePoint, ...]
    gain: float
    low: float
    high: float
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        points = tuple(SizePoint(**point) for point in kept["points"])
        return cls(points, kept["gain"], kept["low"], kept["high"], Verdict(kept["verdict"]))


def size_curve(
    sizes: Sequence[float] | NDArray[np.float64],
    right: NDArray[np.bool_],
    groups: NDArray[np.integer],
    likely_wrong: float,
    seed: int = 0,
) -> SizeCurve:
    """Put answers at several sizes together.

    The band and the interval come from a bootstrap over scenes and draws (Efron 1979): a scene of
    lookalikes counts as one witness.

    Args:
        sizes: `(S,)` photos learned from, ascending.
        right: `(S, D, M)`, whether photos were predicted correctly, in each of D draws.
        groups: `(M,)` equal numbers for photos that look nearly the same.
        likely_wrong: Share of the labels that are likely wrong, 0 to 1.
        seed: Of the bootstrap.
    """
    scores = right.mean(axis=(1, 2))
    drawn = _resampled(right, groups, seed)
    low, high = np.percentile(drawn, _ENDS, axis=0)
    points = tuple(
        SizePoint(*map(float, point)) for point in zip(sizes, scores, low, high, strict=True)
    )
    if len(sizes) < _FITTED:
        return SizeCurve(points, 0.0, 0.0, float(1 - scores[-1]), Verdict.UNKNOWN)
    witnesses = len(np.unique(groups))
    gain = float(_gain(sizes, scores[np.newaxis], witnesses)[0])
    ends = np.percentile(_gain(sizes, drawn, witnesses), _ENDS)
    least, most = min(float(ends[0]), gain), max(float(ends[1]), gain)
    wrong = 1 - float(scores[-1])
    return SizeCurve(points, gain, least, most, _verdict(gain, least, most, wrong, likely_wrong))


def _resampled(
    right: NDArray[np.bool_], groups: NDArray[np.integer], seed: int
) -> NDArray[np.float64]:
    """`(B, S)`: the scores of other scenes and draws like these."""
    random = np.random.default_rng(seed)
    _, scene = np.unique(groups, return_inverse=True)
    count, draws = int(scene.max()) + 1, right.shape[1]
    drawn = []
    for _ in range(_RESAMPLED):
        weights: NDArray[np.int64] = np.bincount(random.integers(0, count, count), None, count)
        weights = weights[scene]
        chosen = right[:, random.integers(0, draws, draws)].mean(axis=1)
        drawn.append(chosen @ weights / weights.sum())
    return np.array(drawn)


def _gain(
    sizes: Sequence[float] | NDArray[np.float64], scores: NDArray[np.float64], witnesses: int
) -> NDArray[np.float64]:
    """`(B,)`: what twice as many photos would add, for each of `(B, S)` scores.

    Half a wrong answer is added to each, so that none has no logarithm.
    """
    wrong = ((1 - scores) * witnesses + 0.5) / (witnesses + 1)
    steps = np.log(np.asarray(sizes, np.float64)[-_FITTED:])
    steps = steps - steps.mean()
    falls = -(np.log(wrong[:, -_FITTED:]) @ steps) / (steps @ steps)
    power = np.clip(falls, 0.0, _STEEPEST)
    return np.asarray((1 - scores[:, -1]) * (1 - 2.0**-power))


def _verdict(gain: float, low: float, high: float, wrong: float, likely_wrong: float) -> Verdict:
    if high - low > _UNCLEAR and low < WORTH:
        return Verdict.UNKNOWN
    if gain >= WORTH:
        return Verdict.HELPS if low > 0 else Verdict.UNKNOWN
    limited = wrong > 0 and likely_wrong >= _OF_LABELS * wrong
    return Verdict.LABELS if limited else Verdict.NO
