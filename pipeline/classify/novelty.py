"""Does a photo look like those that a network learned from at all?

A network that knows cats and dogs has no third answer. What it sees of a photo (the pooled
features) tells more: photos of what it was taught lie close together, a chart or a texture lies far
away. Closeness is judged by a normal distribution around the training photos: 64 directions in
which they differ most, and one width for all others (probabilistic principal component analysis,
Tipping and Bishop 1999, "Probabilistic Principal Component Analysis"; distance after Mahalanobis
1936). Features are brought to length 1 first: how strongly the network sees something says little
about what it is; without that, plain pictures count as familiar.

How far a photo may lie is learned from photos that the distribution was not fitted to. Logarithms
of their distances are close to normal, so from five photos on a prediction bound tells where the
next one lies (Student's t: Hahn and Meeker 1991, "Statistical Intervals", chapter 4); of many
photos their own order tells it, whatever the shape (split conformal prediction: Lei, G'Sell,
Rinaldo, Tibshirani and Wasserman 2018, "Distribution-Free Predictive Inference for Regression").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save
from threadpoolctl import threadpool_limits

from pipeline.errors import RunError

PASSING: Final = 0.98  # share of new photos of the same kind that count as familiar, at least
MOST_PHOTOS: Final = 1_000  # more make it slower, and no better
FEWEST: Final = 5  # scenes that were not fitted to; from fewer nothing can be promised
# The right tail of real photos is a little heavier than a normal one's: asked for 99 %, the bound
# lets 97.8 to 98.8 % pass (tests/benchmarks/README.md).
_ASKED: Final = 0.99
_ENOUGH: Final = 500  # scenes; their order is trusted more than any shape
_FOLDS: Final = 20  # fewer take away so many photos that a small set's limit lies too far out
_FOLDS_OF_ENOUGH: Final = 5
_DIRECTIONS: Final = 64
_LEAST: Final = 1e-12  # variance where photos do not differ, length where nothing was seen
_PLACES: Final = ("centre", "directions", "variances", "rest", "limit")

Features = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Familiar:
    """What the photos of a training look like to its network.

    Attributes:
        centre: `(F,)` float32, the mean of their features.
        directions: `(K, F)` float16, in which they differ most; K is at most 64.
        variances: `(K,)` float32, by how much.
        rest: Variance in every other direction.
        limit: Distance up to which a photo counts as familiar.
    """

    centre: NDArray[np.float32]
    directions: NDArray[np.float16]
    variances: NDArray[np.float32]
    rest: float
    limit: float
    # `directions`, for numbers that are added up; made once, as it takes longer than a distance.
    _directions: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_directions", self.directions.astype(np.float64))

    def strangeness(self, pooled: Features) -> NDArray[np.float64]:
        """How far photos lie from those learned from, in units of what still counts as familiar.

        Args:
            pooled: `(N, F)`, what the network sees of them.

        Returns:
            `(N,)`; above 1 a photo is not like anything the network was taught.
        """
        return self._distances(of_length_one(pooled.astype(np.float64))) / self.limit

    def _distances(self, seen: Features) -> NDArray[np.float64]:
        """Of photos, `(N, F)` of length 1."""
        away = seen - self.centre
        along = away @ self._directions.T
        left = np.maximum(np.square(away).sum(axis=1) - np.square(along).sum(axis=1), 0.0)
        inside = (np.square(along) / self.variances).sum(axis=1)
        return np.asarray(np.sqrt(inside + left / self.rest), np.float64)

    def to_bytes(self) -> bytes:
        """A safetensors file."""
        tensors = {
            place: np.ascontiguousarray(np.atleast_1d(getattr(self, place))) for place in _PLACES
        }
        return save(tensors)

    @staticmethod
    def from_bytes(data: bytes) -> Familiar:
        """Read what `to_bytes` wrote.

        Raises:
            RunError: If it is damaged.
        """
        try:
            kept: dict[str, Any] = load(data)
            rest, limit = (float(kept[place][0]) for place in ("rest", "limit"))
            return Familiar(kept["centre"], kept["directions"], kept["variances"], rest, limit)
        except (SafetensorError, KeyError, IndexError, ValueError) as error:
            raise RunError(
                "What this run knows of its photos is damaged. Train the run again."
            ) from error


def fit(photos: Features, groups: NDArray[np.integer] | None = None) -> Familiar | None:
    """Learn what is familiar to a network that none of these photos has changed.

    The limit comes from all of them: a few at a time are held against the others.

    Args:
        photos: `(N, F)` pooled features as new photos will have them, so not of augmented views;
            up to 1,000 are used.
        groups: `(N,)` equal numbers for photos that look nearly the same, which would find their
            own kind too near; None where all differ.

    Returns:
        None where there are fewer than five scenes: then nothing can be promised of new photos.
    """
    scenes = np.arange(len(photos)) if groups is None else groups
    chosen = _some(len(photos))
    seen = of_length_one(photos[chosen].astype(np.float64))
    distinct, scenes = np.unique(scenes[chosen], return_inverse=True)
    if len(distinct) < FEWEST:
        return None
    count = _FOLDS if len(distinct) < _ENOUGH else _FOLDS_OF_ENOUGH
    folds = (np.random.default_rng(0).permutation(len(distinct)) % count)[scenes]
    distances = np.empty(len(seen))
    for fold in np.unique(folds):
        asked = folds == fold
        distances[asked] = _fitted(seen[~asked])._distances(seen[asked])
    return replace(_fitted(seen), limit=_limit(distances, len(distinct)))


def fit_apart(training: Features, validation: Features) -> Familiar | None:
    """Learn what is familiar to a network that training photos have changed.

    It knows those better than any new photo, so the limit comes from the others alone.

    Args:
        training: `(N, F)` pooled features of training photos, at least one; up to 1,000 are used.
        validation: `(M, F)` pooled features of photos not learned from.

    Returns:
        None with fewer than five validation photos.
    """
    if len(validation) < FEWEST:
        return None
    found = _fitted(of_length_one(training[_some(len(training))].astype(np.float64)))
    asked = of_length_one(validation.astype(np.float64))
    return replace(found, limit=_limit(found._distances(asked), len(validation)))


def _limit(distances: NDArray[np.float64], scenes: int) -> float:
    """Up to where new photos lie, by the distances of photos that were not fitted to.

    Args:
        distances: `(N,)`.
        scenes: How many of them tell something of their own, at least two.
    """
    from scipy.special import stdtrit  # late: only a training asks for it

    if scenes >= _ENOUGH:
        rank = PASSING * (len(distances) + 1) / len(distances)
        return max(float(np.quantile(distances, rank, method="inverted_cdf")), _LEAST)
    logs = np.log(np.maximum(distances, _LEAST))
    spread = float(logs.std(ddof=1)) * np.sqrt(1 + 1 / scenes)
    return float(np.exp(logs.mean() + stdtrit(scenes - 1, _ASKED) * spread))


def _some(count: int) -> NDArray[np.int64]:
    """Which of so many photos are used, ascending."""
    return np.sort(np.random.default_rng(0).permutation(count)[:MOST_PHOTOS])


def _fitted(seen: Features) -> Familiar:
    """The distribution around photos, `(N, F)` of length 1, without a limit of its own."""
    centre = seen.mean(axis=0)
    spread = seen - centre
    # Half as many directions as photos: those that a few photos happen to span mean little.
    count = max(1, min(_DIRECTIONS, len(seen) // 2, seen.shape[1] - 1))
    with threadpool_limits(1, user_api="blas"):  # see `heads.solved`
        variances, directions = _principal(spread, count)
    total = float(np.square(spread).sum()) / len(seen)
    rest = (total - float(variances.sum())) / (seen.shape[1] - count)
    return Familiar(
        centre.astype(np.float32),
        directions.astype(np.float16),
        np.maximum(variances, _LEAST).astype(np.float32),
        max(rest, _LEAST),
        1.0,
    )


def _principal(
    spread: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The largest variances and their directions, through the smaller of the two products."""
    from scipy.linalg import eigh  # late: only a training asks for it

    photos, features = spread.shape
    product = (spread.T @ spread if photos >= features else spread @ spread.T) / photos
    side = len(product)
    values, vectors = eigh(product, subset_by_index=(side - count, side - 1))
    directions = vectors.T if photos >= features else vectors.T @ spread
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    return np.maximum(values[::-1], 0.0), (directions / np.maximum(lengths, _LEAST))[::-1]


def of_length_one(pooled: Features) -> NDArray[np.floating]:
    """Features without how strongly something is seen, which says little about what it is.

    Args:
        pooled: `(N, F)`.

    Returns:
        `(N, F)` of the same type; rows of zeros stay as they are.
    """
    lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
    return np.asarray(pooled / np.maximum(lengths, _LEAST))
