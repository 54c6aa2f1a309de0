"""Is one run better than another, or was it luck? Both are asked about the same photos.

Photos that both runs call right, or both wrong, say nothing about which is better; all that counts
is where one is right and the other wrong (McNemar 1947, "Note on the sampling error of the
difference between correlated proportions or percentages", Psychometrika 12:153-157).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from pipeline.evaluation.accuracy_interval import Right, Scenes, accuracy_interval

LEVEL: Final = 0.05  # a difference is claimed below it: one false alarm in 20 equal pairs
POWER: Final = 0.8  # "would settle it" means four times in five
_Z_LEVEL: Final = NormalDist().inv_cdf(1 - LEVEL / 2)
_Z_POWER: Final = NormalDist().inv_cdf(POWER)
_FEWEST: Final = 6  # disagreements, all one way, that the exact test needs: 2 / 2**6 < 0.05

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SharedPhotos:
    """Which photos two runs were both tested on.

    Attributes:
        a_indices: `(M,)` int64: where they stand in A's answers, rising.
        b_indices: `(M,)` int64: where the same photos stand in B's.
        only_a: Photos that only A was tested on.
        only_b: Photos that only B was tested on.
        relabelled: Photos of both whose label is not the same; they are left out.
    """

    a_indices: Indices
    b_indices: Indices
    only_a: int
    only_b: int
    relabelled: int = 0

    @property
    def photos(self) -> int:
        """How many photos can be compared, M."""
        return len(self.a_indices)


def shared_photos(a_ids: Iterable[Hashable], b_ids: Iterable[Hashable]) -> SharedPhotos:
    """Find the photos that two runs were both tested on.

    Args:
        a_ids: What tells A's photos apart, one each: their sha256, or their number where both
            runs come from the same photo set. An id that repeats counts once.
        b_ids: The same for B.
    """
    in_a, in_b = _first_places(a_ids), _first_places(b_ids)
    common = [photo for photo in in_a if photo in in_b]
    return SharedPhotos(
        np.array([in_a[photo] for photo in common], np.int64),
        np.array([in_b[photo] for photo in common], np.int64),
        only_a=len(in_a) - len(common),
        only_b=len(in_b) - len(common),
    )


def _first_places(ids: Iterable[Hashable]) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    for place, photo in enumerate(ids):
        places.setdefault(photo, place)
    return places


@dataclass(frozen=True, slots=True)
class Answers:
    """What one run said about its N test photos.

    Attributes:
        ids: See `shared_photos`.
        truth: `(N,)` the right classes: indices if both runs have the same classes, else names.
        called: `(N,)` the classes that were answered, likewise.
        scenes: `(N,)` equal numbers for photos that look nearly the same; None where nobody knows.
    """

    ids: Iterable[Hashable]
    truth: NDArray[np.generic]
    called: NDArray[np.generic]
    scenes: Scenes | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """On how many photos both runs are right, only one, or neither.

    Attributes:
        independent: As which share of their number these photos tell: where runs disagree on the
            photos of a scene together, they are one toss of a coin. 1 where all are different.
    """

    both_right: int
    only_a: int
    only_b: int
    both_wrong: int
    independent: float = 1.0

    @property
    def photos(self) -> int:
        """All photos."""
        return self.both_right + self.only_a + self.only_b + self.both_wrong

    @property
    def right_a(self) -> int:
        """Photos that A calls right."""
        return self.both_right + self.only_a

    @property
    def right_b(self) -> int:
        """Photos that B calls right."""
        return self.both_right + self.only_b


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the photos they share; the indices are positions in `shared.a_indices`.

    Attributes:
        shared: Which photos, and which had to be left out.
        pairs: Who is right on how many.
        only_a: Where A is right and B wrong.
        only_b: Where B is right and A wrong.
        differing: Where they answer differently, be it two mistakes.
    """

    shared: SharedPhotos
    pairs: Pairs
    only_a: Indices
    only_b: Indices
    differing: Indices


def compare(a: Answers, b: Answers) -> Comparison:
    """Lay two runs side by side, on the photos that both were tested on.

    A photo whose label is not the same in both is left out: each run would be measured against a
    truth of its own.
    """
    shared = shared_photos(a.ids, b.ids)
    same = np.asarray(a.truth[shared.a_indices] == b.truth[shared.b_indices])
    kept_a, kept_b = shared.a_indices[same], shared.b_indices[same]
    changed = int(np.count_nonzero(~same))
    shared = SharedPhotos(kept_a, kept_b, shared.only_a, shared.only_b, changed)
    truth, a_called, b_called = a.truth[kept_a], a.called[kept_a], b.called[kept_b]
    a_right, b_right = np.asarray(a_called == truth), np.asarray(b_called == truth)
    only_a, only_b = np.flatnonzero(a_right & ~b_right), np.flatnonzero(b_right & ~a_right)
    both_right = int(np.count_nonzero(a_right & b_right))
    both_wrong = shared.photos - both_right - len(only_a) - len(only_b)
    scenes, kept = (a.scenes, kept_a) if a.scenes is not None else (b.scenes, kept_b)
    told = 1.0 if scenes is None else _independent(a_right, b_right, scenes[kept])
    return Comparison(
        shared,
        Pairs(both_right, len(only_a), len(only_b), both_wrong, told),
        only_a,
        only_b,
        np.flatnonzero(a_called != b_called),
    )


def _independent(a_right: Right, b_right: Right, scenes: Scenes) -> float:
    """As which share of their number disagreements tell, 0 to 1, see `Pairs`.

    What scenes, not photos, say of how far a difference varies: Durkalski, Palesch, Lipsitz and
    Rust 2003, "Analysis of clustered matched-pair data", Statistics in Medicine 22:2417-2428. A
    scene in which the runs win as much as they lose still counts as its photos do.
    """
    _, scene = np.unique(scenes, return_inverse=True)
    lead = b_right.astype(np.int64) - a_right
    disagreed = np.bincount(scene, weights=np.abs(lead))
    varied = np.maximum(np.bincount(scene, weights=lead) ** 2, disagreed).sum()
    return float(disagreed.sum() / varied) if varied else 1.0


def p_value(pairs: Pairs) -> float:
    """How often two equally good runs would lie at least as far apart.

    McNemar's test in its exact form: between equals each disagreement is a coin toss, so this is
    the two-sided binomial test; of fewer tosses where lookalikes fall together, see `Pairs`. 0 to
    1; 1 where they never disagree.
    """
    tosses = pairs.only_a + pairs.only_b
    if tosses == 0:
        return 1.0
    fewer = min(pairs.only_a, pairs.only_b) * pairs.independent
    return min(1.0, 2.0 * float(betainc(tosses * pairs.independent - fewer, fewer + 1, 0.5)))


def claims(pairs: Pairs) -> bool:
    """Whether one run is called better."""
    return p_value(pairs) < LEVEL


@dataclass(frozen=True, slots=True)
class Difference:
    """B's accuracy less A's, -1 to 1, and both ends of its 95 % interval."""

    value: float
    low: float
    high: float


def accuracy_difference(pairs: Pairs) -> Difference | None:
    """The difference in accuracy, and where the true one lies; None without photos.

    It is how often the runs disagree, times how lopsided these disagreements are. The interval is
    put together from Clopper and Pearson's of the lopsidedness, which is what `p_value` tests, and
    `accuracy_interval` of the disagreements, so that 0 lies in it just where `claims` says no.
    """
    photos, tosses = pairs.photos, pairs.only_a + pairs.only_b
    if photos == 0:
        return None
    value = (pairs.only_b - pairs.only_a) / photos
    few, many = accuracy_interval(tosses, photos, photos * pairs.independent)
    if tosses == 0:
        return Difference(0.0, -many, many)
    often, lopsided = tosses / photos, (pairs.only_b - pairs.only_a) / tosses
    low, high = _lopsided(pairs)
    spread = (few - often, many - often)
    down = _reach(often, lopsided, low - lopsided, spread[value <= 0])
    up = _reach(often, lopsided, high - lopsided, spread[value >= 0])
    return Difference(value, max(-1.0, value - down), min(1.0, value + up))


def _lopsided(pairs: Pairs) -> tuple[float, float]:
    """Where the share of disagreements that B wins, less A's, lies: -1 to 1.

    Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of
    the binomial", Biometrika 26:404-413.
    """
    won, lost = pairs.only_b * pairs.independent, pairs.only_a * pairs.independent
    low = float(betaincinv(won, lost + 1, LEVEL / 2)) if won else 0.0
    high = float(betaincinv(won + 1, lost, 1 - LEVEL / 2)) if lost else 1.0
    return 2 * low - 1, 2 * high - 1


def _reach(often: float, lopsided: float, tilt: float, spread: float) -> float:
    """How far a product reaches towards one end, from how far its two factors do.

    Both rarely lie at their ends at once, so squares are added; what the two do together is added
    away from 0 and taken off towards 0, so that the product reaches it just where `lopsided` does:
    with tilt = -lopsided, this is often * lopsided.
    """
    both = (tilt * spread) ** 2
    squares = (often * tilt) ** 2 + (lopsided * spread) ** 2
    squares += -both if tilt * lopsided < 0 else both
    return math.sqrt(max(0.0, squares))  # below 0 by rounding alone


def photos_needed(pairs: Pairs) -> int | None:
    """How many test photos would settle it, four times in five, at the same rates.

    Connor 1987, "Sample size for testing differences in proportions for the paired-sample
    design", Biometrics 43:207-211, after Miettinen 1968. A rule of thumb: the rates are estimates,
    and the exact test needs somewhat more; six disagreements at least, which is added here.
    None where neither is ahead.
    """
    apart = abs(pairs.only_a - pairs.only_b)
    if apart == 0:
        return None
    differ, lead = (pairs.only_a + pairs.only_b) / pairs.photos, apart / pairs.photos
    spread = math.sqrt(max(0.0, differ - lead * lead))  # below 0 by rounding alone
    reach = _Z_LEVEL * math.sqrt(differ) + _Z_POWER * spread
    return math.ceil(max((reach / lead) ** 2, _FEWEST / differ) / pairs.independent)
