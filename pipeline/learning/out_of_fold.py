"""Every photo of a small set judged by a network that had not seen it, behind the frozen layers.

Under a seal the test photos judge nothing and nobody learns from them, not even in turns: by such
a score settings are chosen, and what the final test is opened for must not hang on its photos.

For a fine-tuned network, or a head that was stepped, this tells what the frozen layers with a
computed head are worth, not that very network: to judge it so, it would have to be trained five
times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.features.features import Frozen
from pipeline.heads.head_data import SEEN
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.progress import Report

_FEWEST: Final = 2  # photos of a class: one to ask about, and one to learn from


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """What heads say of the photos of a set, each of a photo that it has not learned from.

    Attributes:
        photos: `(N,)` int64 positions in the set, ascending: all photos, or all but sealed ones.
        probabilities: `(N, C)` float32 that sum to 1 per photo.
        folds: `(N,)` int64: photos of one number were judged by one head, which learned all others.
        groups: `(N,)` int64: equal numbers for photos that look nearly the same.
    """

    photos: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    folds: NDArray[np.int64]
    groups: NDArray[np.int64]


def judge(
    photo_set: PhotoSet,
    frozen: Frozen,
    groups: NDArray[np.int64],
    seed: int,
    report: Report,
    balanced: bool = False,
    is_sealed: bool = False,
) -> OutOfFold | None:
    """Ask about every photo, of all three splits, a head that learned from others.

    Args:
        photo_set: The photos.
        frozen: What the frozen layers make of them; the photos as they are, in no view.
        groups: `(N,)` equal numbers for photos that look nearly the same; they are asked about
            together.
        seed: Decides who is asked about together.
        report: Told how far it is; may raise `Stopped`.
        balanced: Whether every class counts alike, however many photos it has.
        is_sealed: Whether the test photos are sealed, and so left out.

    Returns:
        The answers; None where a class has one photo, which would be learned or asked about.

    Raises:
        Stopped: From `report`.
    """
    from pipeline.heads.cross_validation import cross_validate

    allowed = SEEN if is_sealed else SPLITS
    splits = [split for split in allowed if len(photo_set.indices(split))]
    photos = np.concatenate([photo_set.indices(split) for split in splits])
    order = np.argsort(photos)
    photos = photos[order]
    labels, groups = photo_set.labels()[photos], groups[photos]
    counts = np.bincount(labels, minlength=len(photo_set.classes))
    if counts.min() < _FEWEST:
        return None
    features = np.concatenate([frozen.pooled(split, None) for split in splits])[order]
    found = cross_validate(features, labels, groups, len(photo_set.classes), seed, report, balanced)
    return OutOfFold(photos, found.probabilities, found.folds, groups)
