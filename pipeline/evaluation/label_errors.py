"""Wrong labels, by what heads say of photos that they did not learn from.

Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty
in Dataset Labels", Journal of Artificial Intelligence Research 70, arXiv:1911.00068): a photo
counts for another class where its probability reaches what photos of that class have on average,
so that a class which is hard to know needs less than one that is easy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer]
Probabilities = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class LabelErrors:
    """What is to be thought of labels.

    Attributes:
        order: `(N,)` int64, all photos, the likeliest wrong label first.
        suggested: `(N,)` int64, the class that each photo seems to show.
        count: How many at the beginning of `order` are likely wrong.
    """

    order: NDArray[np.int64]
    suggested: NDArray[np.int64]
    count: int

    @property
    def likely(self) -> NDArray[np.int64]:
        """`(count,)` int64: photos whose label is likely wrong, the likeliest first."""
        return self.order[: self.count]


def find(labels: Labels, probabilities: Probabilities) -> LabelErrors:
    """Rank photos by how likely their label is wrong.

    First those that count for another class than their label (the confident joint's cells off
    its diagonal, equation 1 of the paper), then the others; among both, those first whose label
    lies furthest behind the best other class (the normalised margin, its section 4.2).

    Args:
        labels: `(N,)` class indices as they were given.
        probabilities: `(N, C)` in [0, 1], from heads that had not learned these photos.
    """
    shares = np.asarray(probabilities, np.float64)
    rows = np.arange(len(labels))
    own = shares[rows, labels]
    confident = shares >= _thresholds(labels, shares)
    counted = np.where(confident, shares, -1.0).argmax(axis=1)
    wrong = confident.any(axis=1) & (counted != labels) & (shares.argmax(axis=1) != labels)
    others = shares.copy()
    others[rows, labels] = -1.0
    order = np.lexsort((own - others.max(axis=1), ~wrong))
    suggested = np.where(wrong, counted, shares.argmax(axis=1))
    return LabelErrors(order.astype(np.int64), suggested.astype(np.int64), int(wrong.sum()))


def _thresholds(labels: Labels, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(C,)`: what photos of a class get for it on average; beyond reach for one without photos."""
    sums = np.zeros(shares.shape[1])
    np.add.at(sums, labels, shares[np.arange(len(labels)), labels])
    counts = np.bincount(labels, minlength=shares.shape[1])
    return np.asarray(np.where(counts, sums / np.maximum(counts, 1), np.inf))
