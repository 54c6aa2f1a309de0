"""How often the 95 % interval of an accuracy holds the truth, on simulated sets of photos.

Made features instead of photos: each class is a normal distribution in 16 dimensions, all pairs of
classes equally far apart; a burst is photos that share most of what sets them apart from others. A
head (linear discriminant analysis with shrunk covariance, class shares as priors) is taught on the
training part and judged on the test part, as `assign_splits` divides them; and, in turns, on all
photos, as `assign_folds` divides them, where the final head learns from all. The truth is the
accuracy of that very head on the whole population: by formula for two classes, on fresh photos for
six. How hard the task is differs from set to set, so that accuracies lie between 55 and 99 %.

All sets of a line have one layout, so one division serves them all: photos are drawn, not chosen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from threadpoolctl import threadpool_limits

from pipeline.evaluation.accuracy_interval import answers_interval
from pipeline.heads.folds import apart, assign_folds
from pipeline.photos.splits import assign_splits

DIMENSIONS: Final = 16
SIZES: Final = (10, 20, 50, 200)  # photos a class, on average
BURSTS: Final = (1, 2, 5)
APART: Final = {2: (2.0, 4.6), 6: (2.6, 5.2)}  # classes, in standard deviations, by their number
SHARED: Final = 0.8  # of the variance within a class, what photos of a burst have in common
COPIES: Final = 0.95  # the same, for photos that are nearly copies
_UNEVEN: Final = {2: (0.95, 0.05), 6: (0.19,) * 5 + (0.05,)}
_FEWEST_SCENES: Final = 3  # of a class: one each for training, validation and test
_FRESH: Final = 40  # times as many photos as a set has, to know the truth of six classes by
_AT_ONCE: Final = 2**24  # numbers of made features, 128 MiB
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """One line of the table: how the sets look."""

    classes: int
    size: int
    burst: int
    uneven: bool = False
    shared: float = SHARED

    @property
    def sizes(self) -> list[int]:
        """Photos of each class."""
        if not self.uneven:
            return [self.size] * self.classes
        return [round(share * self.size * self.classes) for share in _UNEVEN[self.classes]]

    @property
    def can_be_tested(self) -> bool:
        """Whether every class has scenes for all three splits."""
        return min(self.sizes) / self.burst >= _FEWEST_SCENES - 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers about `n` photos of `S` sets, and the truth about who answered.

    Attributes:
        right: `(S, n)` bool.
        labels: `(n,)` classes.
        scenes: `(n,)` which photos are of one burst.
        truth: `(S,)` accuracy on the population, 0 to 1.
        in_turns: Whether photos were judged in turns.
        copies: How many of the photos have a burst-mate among those learned from.
    """

    right: NDArray[np.bool_]
    labels: NDArray[np.int64]
    scenes: NDArray[np.int64]
    truth: Floats
    in_turns: bool = False
    copies: int = 0

    def intervals(self) -> Floats:
        """`(S, 2)`: what the app says, set by set."""
        found = [
            answers_interval(right, self.labels, self.scenes, self.copies, self.in_turns)
            for right in self.right
        ]
        return np.array(found)

    def covered(self, intervals: Floats) -> float:
        """Share of sets whose interval holds the truth."""
        low, high = intervals.T
        return float(((low <= self.truth) & (self.truth <= high)).mean())


def plans() -> Iterator[Plan]:
    """All lines."""
    for classes in APART:
        for uneven in (False, True):
            for size in SIZES:
                for burst in BURSTS:
                    plan = Plan(classes, size, burst, uneven)
                    if plan.can_be_tested or not uneven:
                        yield plan
                        if burst > 1:
                            yield Plan(classes, size, burst, uneven, COPIES)


def simulate(plan: Plan, sets: int, seed: int = 0) -> tuple[Judged, Judged]:
    """Draw sets and judge a head of each: by its test photos, and by all photos in turns."""
    random = np.random.default_rng([seed, plan.classes, plan.size, plan.burst, plan.uneven])
    labels = np.repeat(np.arange(plan.classes), plan.sizes)
    scenes = _scenes(plan)
    middles = _middles(plan.classes, random)
    splits = np.array(assign_splits(labels.tolist(), [None] * len(labels), seed, scenes.tolist()))
    folds = assign_folds(labels, scenes, seed)
    by_test, in_turns = [], []
    at_once = max(1, _AT_ONCE // (len(labels) * DIMENSIONS))
    for start in range(0, sets, at_once):
        distance = random.uniform(*APART[plan.classes], min(at_once, sets - start))
        features = _features(plan, distance[:, None, None] * middles, labels, scenes, random)
        world = _World(
            distance[:, None, None] * middles, np.array(plan.sizes) / len(labels), random
        )
        by_test.append(_by_test(features, labels, splits, world))
        in_turns.append(_in_turns(features, labels, folds, world))
    tested = scenes[splits == "test"]
    right, truth = (np.concatenate(parts) for parts in zip(*by_test, strict=True))
    copies = int(np.isin(tested, scenes[splits == "training"]).sum())
    first = Judged(right, labels[splits == "test"], tested, truth, copies=copies)
    right, truth = (np.concatenate(parts) for parts in zip(*in_turns, strict=True))
    torn = int(apart(folds, scenes).sum())
    return first, Judged(right, labels, scenes, truth, True, torn)


def _scenes(plan: Plan) -> NDArray[np.int64]:
    """`(N,)`: bursts follow each other within their class; the last may be smaller."""
    found, next_scene = [], 0
    for size in plan.sizes:
        found.append(next_scene + np.arange(size) // plan.burst)
        next_scene = int(found[-1][-1]) + 1
    return np.concatenate(found)


def _middles(classes: int, random: np.random.Generator) -> Floats:
    """`(C, D)` class means, any two of them 1 apart, in any direction."""
    corners = (np.eye(classes) - 1 / classes) / np.sqrt(2)
    turned, _ = np.linalg.qr(random.normal(size=(DIMENSIONS, DIMENSIONS)))
    return corners @ turned[:classes]


def _features(
    plan: Plan,
    middles: Floats,
    labels: NDArray[np.int64],
    scenes: NDArray[np.int64],
    random: np.random.Generator,
) -> Floats:
    """`(S, N, D)`: the class, what a burst has in common, and what each photo has of its own."""
    shared = plan.shared if plan.burst > 1 else 0.0
    common = random.normal(size=(len(middles), scenes[-1] + 1, DIMENSIONS))
    own = random.normal(size=(len(middles), len(labels), DIMENSIONS))
    noise = np.sqrt(shared) * common[:, scenes] + np.sqrt(1 - shared) * own
    return np.asarray(middles[:, labels] + noise)


@dataclass(frozen=True, slots=True)
class _Heads:
    """One linear head for each set: `(S, C, D)` kernels and `(S, C)` biases."""

    kernels: Floats
    biases: Floats

    def called(self, features: Floats) -> NDArray[np.int64]:
        """`(S, n)` classes."""
        scores = features @ self.kernels.swapaxes(1, 2) + self.biases[:, None]
        return np.asarray(scores.argmax(axis=2))


def _taught(features: Floats, labels: NDArray[np.int64], classes: int) -> _Heads:
    """Linear discriminant analysis; the fewer photos, the rounder the covariance is taken to be."""
    count = len(labels)
    middles = np.stack([features[:, labels == one].mean(axis=1) for one in range(classes)], axis=1)
    rest = features - middles[:, labels]
    covariance = rest.swapaxes(1, 2) @ rest / max(1, count - classes)
    size = np.trace(covariance, axis1=1, axis2=2)[:, None, None] / DIMENSIONS
    round_share = DIMENSIONS / (DIMENSIONS + count)
    covariance = (1 - round_share) * covariance + round_share * size * np.eye(DIMENSIONS)
    kernels = np.linalg.solve(covariance, middles.swapaxes(1, 2)).swapaxes(1, 2)
    shares = np.array([np.mean(labels == one) for one in range(classes)])
    return _Heads(kernels, np.log(shares) - (kernels * middles).sum(axis=2) / 2)


class _World:
    """All photos there are: what a head is really worth."""

    def __init__(self, middles: Floats, shares: Floats, random: np.random.Generator) -> None:
        self._middles, self._shares, self._random = middles, shares, random

    def accuracy(self, heads: _Heads, photos: int) -> Floats:
        """`(S,)` of each head; `photos` says how exactly it must be known."""
        if len(self._shares) == 2:
            return self._by_formula(heads)
        fresh = self._random.normal(size=(max(1000, _FRESH * photos // 6), DIMENSIONS))
        found = []
        for middles, kernel, bias in zip(self._middles, heads.kernels, heads.biases, strict=True):
            scores = fresh @ kernel.T + bias
            hits = [
                np.mean((scores + middles[one] @ kernel.T).argmax(axis=1) == one)
                for one in range(len(self._shares))
            ]
            found.append(float(self._shares @ hits))
        return np.array(found)

    def _by_formula(self, heads: _Heads) -> Floats:
        across = heads.kernels[:, 1] - heads.kernels[:, 0]
        shift = (heads.biases[:, 1] - heads.biases[:, 0])[:, None]
        lead = np.einsum("sd,scd->sc", across, self._middles) + shift
        lead /= np.linalg.norm(across, axis=1)[:, None]
        return np.asarray(ndtr(lead * [-1, 1]) @ self._shares)


def _by_test(
    features: Floats, labels: NDArray[np.int64], splits: NDArray[np.str_], world: _World
) -> tuple[NDArray[np.bool_], Floats]:
    learned, asked = splits == "training", splits == "test"
    heads = _taught(features[:, learned], labels[learned], int(labels[-1]) + 1)
    right = heads.called(features[:, asked]) == labels[asked]
    return right, world.accuracy(heads, int(asked.sum()))


def _in_turns(
    features: Floats, labels: NDArray[np.int64], folds: NDArray[np.int64], world: _World
) -> tuple[NDArray[np.bool_], Floats]:
    classes = int(labels[-1]) + 1
    right = np.empty(features.shape[:2], np.bool_)
    for fold in range(int(folds.max()) + 1):
        asked = folds == fold
        heads = _taught(features[:, ~asked], labels[~asked], classes)
        right[:, asked] = heads.called(features[:, asked]) == labels[asked]
    return right, world.accuracy(_taught(features, labels, classes), len(labels))


def main(sets: int = 1000) -> None:
    """How often intervals hold, in percent, and how often Wilson's on all photos did before."""
    with threadpool_limits(1, user_api="blas"):
        for plan in plans():
            by_test, in_turns = simulate(plan, sets)
            line = {
                "plan": asdict(plan),
                "accuracy": round(100 * float(in_turns.truth.mean()), 1),
                "test photos": _held(by_test),
                "all in turns": _held(in_turns),
            }
            print(json.dumps(line), flush=True)


def _held(judged: Judged) -> dict[str, float]:
    now, before = judged.intervals(), wilson(judged.right)
    return {
        "held": round(100 * judged.covered(now), 1),
        "before": round(100 * judged.covered(before), 1),
    }


def wilson(right: NDArray[np.bool_]) -> Floats:
    """`(S, 2)`: Wilson's intervals, every photo a witness, as they were shown before."""
    photos, z = right.shape[1], 1.959964
    share, spread = right.mean(axis=1), z * z / photos
    middle = (share + spread / 2) / (1 + spread)
    reach = z * np.sqrt(share * (1 - share) / photos + spread / (4 * photos)) / (1 + spread)
    ends = [np.minimum(middle - reach, share), np.maximum(middle + reach, share)]
    return np.stack(ends, axis=1)
