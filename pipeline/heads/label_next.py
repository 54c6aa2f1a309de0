"""Photos without a label: what each seems to show, and which of them would teach most.

A head that learned all labels is least sure where its two best classes are near each other (margin
sampling: Scheffer, Decomain and Wrobel 2001, "Active Hidden Markov Models for Information
Extraction"). Asked for in tens, such photos are often alike; so how unsure it is counts times the
distance to the nearest photo that has a label or is asked for already, as in k-center (Sener and
Savarese 2018, "Active Learning for Convolutional Neural Networks: A Core-Set Approach",
arXiv:1708.00489) and in the way of BADGE (Ash et al. 2020, arXiv:1906.03671).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.evaluation.metrics import probabilities
from pipeline.heads.cross_validation import compact, solve_by_folds
from pipeline.progress import Report, silent

# Photos with a label, below which what a head is unsure of says little: after ten labels, random
# ones teach more (Hacohen et al. 2022, "Active Learning on a Budget", arXiv:2202.02794).
_ENOUGH: Final = 20
_LEAST: Final = 2  # photos of a class, below which no head knows it

Features = NDArray[np.floating]


class Suggested(NamedTuple):
    """What is suggested for photos without a label.

    Attributes:
        photos: `(U,)` int64, those without a label, what teaches most first: those asked for
            together are chosen together, the others follow by how unsure the head is. In random
            order where too few photos have a label.
        probabilities: `(U, C)` float32 that sum to 1, in the same order; certainty set right. All
            classes alike where there is no head.
    """

    photos: NDArray[np.int64]
    probabilities: NDArray[np.float32]


def suggest(
    features: Features,
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    num_classes: int,
    seed: int,
    together: int,
    report: Report = silent,
) -> Suggested:
    """Suggest a class for each photo without a label, and an order to label them in.

    Args:
        features: `(N, F)` pooled features.
        labels: `(N,)` class indices, -1 for photos without a label.
        groups: `(N,)` equal numbers for photos that look nearly the same.
        num_classes: Classes C.
        seed: Of the folds, and of the order without a head.
        together: How many photos are asked for before there is a new head.
        report: Told how far it is; may raise `Stopped`.
    """
    unlabelled, labelled = np.flatnonzero(labels < 0), np.flatnonzero(labels >= 0)
    with threadpool_limits(1, user_api="blas"):  # see `solved.solve`
        small = compact(features)
        shares = _probabilities(small, features.shape[1], labels, groups, num_classes, seed, report)
        if shares is None:
            shares = np.full((len(labels), num_classes), 1 / max(1, num_classes), np.float32)
        shares = shares[unlabelled]
        if len(labelled) < _ENOUGH or num_classes < 2:
            order = np.random.default_rng(seed).permutation(len(unlabelled))
        else:
            two = np.sort(shares, axis=1)[:, -2:]
            unsure = 1.0 - (two[:, 1] - two[:, 0])
            order = _spread(small[unlabelled], unsure, small[labelled], together)
    return Suggested(unlabelled[order], shares[order])


def _probabilities(
    features: Features,
    num_features: int,
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    num_classes: int,
    seed: int,
    report: Report,
) -> NDArray[np.float32] | None:
    """`(N, C)`, of all photos; None where no head can be taught."""
    sizes = np.bincount(labels[labels >= 0], minlength=num_classes)
    classes = np.flatnonzero(sizes >= _LEAST)
    if len(classes) < 2:
        return None
    index = np.full(num_classes + 1, -1)  # the last one is that of photos without a label
    index[classes] = np.arange(len(classes))
    known = np.flatnonzero(index[labels] >= 0)
    found = solve_by_folds(
        features[known], index[labels[known]], groups[known], len(classes), seed, report,
        num_features=num_features,
    )  # fmt: skip
    shares = np.zeros((len(labels), num_classes), np.float32)
    shares[:, classes] = probabilities(found.head.logits(features) / found.temperature)
    return shares


def _spread(
    features: Features, unsure: NDArray[np.floating], known: Features, together: int
) -> NDArray[np.int64]:
    """An order: some that are unsure and far from known ones and each other, then the rest."""
    away = np.full(len(features), np.inf)
    for start in range(0, len(known), 256):  # so that memory stays bounded
        away = np.minimum(away, _distances(features, known[start : start + 256]).min(axis=1))
    chosen: list[int] = []
    for _ in range(min(together, len(features))):
        worth = unsure * away
        worth[chosen] = -1.0
        chosen.append(int(worth.argmax()))
        away = np.minimum(away, _distances(features, features[chosen[-1:]])[:, 0])
    rest = np.setdiff1d(np.argsort(-unsure, kind="stable"), chosen, assume_unique=True)
    return np.concatenate([chosen, rest]).astype(np.int64)


def _distances(one: Features, other: Features) -> NDArray[np.float64]:
    """`(A, B)` distances of `(A, F)` from `(B, F)`."""
    squares = (one**2).sum(axis=1)[:, np.newaxis] + (other**2).sum(axis=1) - 2 * one @ other.T
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)), np.float64)
