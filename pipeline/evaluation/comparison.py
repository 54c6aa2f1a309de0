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
from scipy.special import bdtr  # what scipy.stats.binom gives, at a tenth of the time to import

from pipeline.evaluation.metrics import wilson_interval

LEVEL: Final = 0.05  # a difference is claimed below it: one false alarm in 20 equal pairs
POWER: Final = 0.8  # "would settle it" means four times in five
_Z_LEVEL: Final = NormalDist().inv_cdf(1 - LEVEL / 2)
_Z_POWER: Final = NormalDist().inv_cdf(POWER)
_RAREST: Final = 1e-6  # nobody needs to know how far beyond one in a million
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

    def sentence(self, name_a: str = "A", name_b: str = "B") -> str:
        """What is compared, and what had to be left out."""
        if self.photos == 0:
            none = "no test photo with the same label" if self.relabelled else "no test photos"
            return f"{name_a} and {name_b} share {none} to compare them on."
        reasons = [
            (self.only_a, f"that only {name_a} was tested on"),
            (self.only_b, f"that only {name_b} was tested on"),
            (self.relabelled, "whose label changed in between"),
        ]
        left_out = "; ".join(f"{count:,} {reason}" for count, reason in reasons if count)
        if not left_out:
            return f"Both were tested on the same {_photos(self.photos)}."
        shared = f"Compared on the {_photos(self.photos)} that both were tested on."
        return f"{shared} Left out: {left_out}."


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
    """

    ids: Iterable[Hashable]
    truth: NDArray[np.generic]
    called: NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Pairs:
    """On how many photos both runs are right, only one, or neither."""

    both_right: int
    only_a: int
    only_b: int
    both_wrong: int

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
    return Comparison(
        shared,
        Pairs(both_right, len(only_a), len(only_b), both_wrong),
        only_a,
        only_b,
        np.flatnonzero(a_called != b_called),
    )


def p_value(pairs: Pairs) -> float:
    """How often two equally good runs would lie at least as far apart.

    McNemar's test in its exact form: between equals each disagreement is a coin toss, so this is
    the two-sided binomial test. 0 to 1; 1 where they never disagree.
    """
    tosses = pairs.only_a + pairs.only_b
    if tosses == 0:
        return 1.0
    return min(1.0, 2.0 * float(bdtr(min(pairs.only_a, pairs.only_b), tosses, 0.5)))


def verdict(pairs: Pairs, name_a: str = "A", name_b: str = "B") -> str:
    """The outcome in one sentence; claims a difference only where p is below 0.05."""
    if pairs.photos == 0:
        return "There are no photos to compare on."
    if pairs.only_a == pairs.only_b == 0:
        same = f"{name_a} and {name_b} are right on the same photos and wrong on the same"
        return f"{same}: no difference on {_photos(pairs.photos)}."
    ahead, behind, more, fewer = name_a, name_b, pairs.only_a, pairs.only_b
    if fewer > more:
        ahead, behind, more, fewer = behind, ahead, fewer, more
    counted = f"{ahead} is right on {_photos(more)} that {behind} got wrong, {behind} on "
    counted += f"{fewer:,} that {ahead} got wrong" if fewer else f"none that {ahead} got wrong"
    chance = p_value(pairs)
    if chance >= LEVEL:
        return f"{counted}: no real difference with this many photos ({pairs.photos:,})."
    return f"{counted}: {ahead} is better; chance alone would do this {_how_often(chance)}."


@dataclass(frozen=True, slots=True)
class Difference:
    """B's accuracy less A's, -1 to 1, and both ends of its 95 % interval."""

    value: float
    low: float
    high: float


def accuracy_difference(pairs: Pairs) -> Difference | None:
    """The difference in accuracy, and where the true one lies.

    Newcombe 1998, "Improved confidence intervals for the difference between binomial proportions
    based on paired data", Statistics in Medicine 17:2635-2650, method 10: Wilson's intervals of
    both accuracies, put together with regard to how alike the runs are. It may just exclude 0
    where `p_value` is just above 0.05: the exact test is stricter, and the verdict follows it.
    None without photos.
    """
    photos = pairs.photos
    if photos == 0:
        return None
    accuracy_a, accuracy_b = pairs.right_a / photos, pairs.right_b / photos
    low_a, high_a = wilson_interval(pairs.right_a, photos)
    low_b, high_b = wilson_interval(pairs.right_b, photos)
    alike, value = _likeness(pairs), accuracy_b - accuracy_a
    below = _joined(accuracy_b - low_b, high_a - accuracy_a, alike)
    above = _joined(high_b - accuracy_b, accuracy_a - low_a, alike)
    return Difference(value, max(-1.0, value - below), min(1.0, value + above))


def _likeness(pairs: Pairs) -> float:
    """Correlation of being right, Newcombe's phi; corrected for continuity where positive."""
    wrong_a, wrong_b = pairs.photos - pairs.right_a, pairs.photos - pairs.right_b
    product = pairs.right_a * pairs.right_b * wrong_a * wrong_b
    if product == 0:
        return 0.0
    excess: float = pairs.both_right * pairs.both_wrong - pairs.only_a * pairs.only_b
    if excess > 0:
        excess = max(excess - pairs.photos / 2, 0.0)
    return excess / math.sqrt(product)


def _joined(one: float, other: float, alike: float) -> float:
    """Reach of a difference from the reaches of its two parts."""
    squared = one * one - 2 * alike * one * other + other * other
    return math.sqrt(max(0.0, squared))  # below 0 by rounding alone


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
    return math.ceil(max((reach / lead) ** 2, _FEWEST / differ))


def photos_needed_sentence(pairs: Pairs) -> str:
    """The same in words."""
    if p_value(pairs) < LEVEL:
        return f"{_photos(pairs.photos)} were enough to settle it."
    needed = photos_needed(pairs)
    if needed is None:
        return "Nothing tells yet which of them is ahead, so no number of photos can be named."
    step = 10 ** max(0, len(str(needed)) - 2)  # two digits: more would feign precision
    needed = math.ceil(needed / step) * step
    if_so = "If they go on being right as often as here"
    return f"{if_so}, about {needed:,} test photos would most likely settle it."


def _how_often(chance: float) -> str:
    if chance < _RAREST:
        return "less than 1 time in a million"
    times = 1 / chance
    step = 10 ** math.floor(math.log10(times))
    return f"about 1 time in {round(times / step) * step:,}"


def _photos(count: int) -> str:
    return f"{count:,} photo" if count == 1 else f"{count:,} photos"
