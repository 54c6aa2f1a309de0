"""Does a photo look like those that a network learned from at all?

A network that knows cats and dogs has no third answer. What it sees of a photo (the pooled
features) tells more: photos of what it was taught lie close together, a chart or a texture lies far
away. Closeness is judged by a normal distribution around the training photos: 64 directions in
which they differ most, and one width for all others (probabilistic principal component analysis,
Tipping and Bishop 1999, "Probabilistic Principal Component Analysis"; distance after Mahalanobis
1936). Features are brought to length 1 first: how strongly the network sees something says little
about what it is; without that, plain pictures count as familiar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from pipeline.errors import RunError

PASSING: Final = 0.98  # share of validation photos that count as familiar
MOST_PHOTOS: Final = 1_000  # more make it slower, and no better
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

    def strangeness(self, pooled: Features) -> NDArray[np.float64]:
        """How far photos lie from those learned from, in units of what still counts as familiar.

        Args:
            pooled: `(N, F)`, what the network sees of them.

        Returns:
            `(N,)`; above 1 a photo is not like anything the network was taught.
        """
        return self._distances(pooled) / self.limit

    def _distances(self, pooled: Features) -> NDArray[np.float64]:
        away = of_length_one(pooled.astype(np.float64)) - self.centre
        along = away @ self.directions.astype(np.float64).T
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


def fit(training: Features, validation: Features) -> Familiar:
    """Learn what is familiar.

    Args:
        training: `(N, F)` pooled features of training photos, at least one; up to 1,000 are used.
        validation: `(M, F)` pooled features of photos not learned from, at least one. The limit
            lies where 98 % of them pass; with fewer than 50, all of them do.
    """
    if len(training) > MOST_PHOTOS:
        chosen = np.random.default_rng(0).choice(len(training), MOST_PHOTOS, replace=False)
        training = training[np.sort(chosen)]
    seen = of_length_one(training.astype(np.float64))
    centre = seen.mean(axis=0)
    spread = seen - centre
    # Half as many directions as photos: those that a few photos happen to span mean little.
    count = max(1, min(_DIRECTIONS, len(seen) // 2, seen.shape[1] - 1))
    variances, directions = _principal(spread, count)
    total = float(np.square(spread).sum()) / len(seen)
    rest = (total - float(variances.sum())) / (seen.shape[1] - count)
    found = Familiar(
        centre.astype(np.float32),
        directions.astype(np.float16),
        np.maximum(variances, _LEAST).astype(np.float32),
        max(rest, _LEAST),
        1.0,
    )
    limit = float(np.quantile(found._distances(validation), PASSING, method="higher"))
    return Familiar(found.centre, found.directions, found.variances, found.rest, max(limit, _LEAST))


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
