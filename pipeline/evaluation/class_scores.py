"""Precision, recall and F1 of each class; what no photo tells is None, never NaN."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.accuracy_interval import (
    Right,
    Scenes,
    accuracy_interval,
    after_cross_validation,
    witnesses,
)
from pipeline.evaluation.class_weights import UNEVEN, unevenness
from pipeline.evaluation.photo_ranking import Probabilities, Truth


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many photos.

    Attributes:
        count: For how many it holds.
        photos: How many were asked about.
        witnesses: How many independent photos tell as much, see `witnesses`; None for all of them.
    """

    count: int
    photos: int
    witnesses: float | None = None

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None without photos."""
        return self.count / self.photos if self.photos else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, see `accuracy_interval`; `(0.0, 1.0)` without photos."""
        return accuracy_interval(self.count, self.photos, self.witnesses)


@dataclass(frozen=True, slots=True)
class ClassScores:
    """How well one class is recognised.

    Attributes:
        precision: Of the photos predicted as this class, how many show it.
        recall: Of the photos that show it, how many are predicted as it.
        f1: Harmonic mean of the two, 0 to 1; None where no photo shows it and none is predicted.
    """

    precision: Share
    recall: Share
    f1: float | None

    @property
    def support(self) -> int:
        """Photos that show the class."""
        return self.recall.photos


def class_scores(
    truth: Truth,
    probabilities: Probabilities,
    scenes: Scenes | None = None,
    in_turns: bool = False,
) -> list[ClassScores]:
    """Precision, recall and F1 of every class (van Rijsbergen 1979, "Information Retrieval").

    Args:
        truth: `(N,)` class indices that are right.
        probabilities: `(N, C)` in [0, 1]; the likeliest class is the prediction.
        scenes: `(N,)` equal numbers for photos that look nearly the same; None where nobody knows.
        in_turns: Whether many answered, see `Predictions`.
    """
    called = probabilities.argmax(axis=1)
    right = called == truth

    def share(chosen: Right) -> Share:
        some = None if scenes is None else scenes[chosen]
        return share_right(right[chosen], some, 1 if in_turns else 0)

    return [
        _scores(share(called == index), share(np.asarray(truth == index)))
        for index in range(probabilities.shape[1])
    ]


def share_right(right: Right, scenes: Scenes | None = None, in_turns: int = 0) -> Share:
    """How many photos were predicted correctly.

    Args:
        right: `(N,)` whether each was.
        scenes: `(N,)` equal numbers for photos that look nearly the same; None where nobody knows.
        in_turns: How many classes they show, where many answered, see `Predictions`; else 0.
    """
    told = witnesses(right, scenes)
    if in_turns:
        told = after_cross_validation(told, in_turns)
    return Share(int(right.sum()), len(right), None if told == len(right) else told)


def _scores(precision: Share, recall: Share) -> ClassScores:
    # The harmonic mean without its two fractions, either of which may not exist.
    both = precision.photos + recall.photos
    return ClassScores(precision, recall, 2 * recall.count / both if both else None)


def uneven_scores(truth: Truth, probabilities: Probabilities) -> dict[str, float]:
    """What stands beside an accuracy where classes differ in size: each class counted alike.

    Args:
        truth: `(N,)` class indices that are right.
        probabilities: `(N, C)` in [0, 1]; the likeliest class is the prediction.

    Returns:
        `balanced_accuracy` (mean recall of the classes, 0 to 1), and of the class with the
        lowest recall `worst_class` (its index), `worst_recall` and `worst_photos`. Empty where the
        largest class has at most 1.5 times as many photos as the smallest.
    """
    found = [one.recall for one in class_scores(truth, probabilities)]
    if unevenness(recall.photos for recall in found) <= UNEVEN:
        return {}
    shares = {place: recall.value for place, recall in enumerate(found) if recall.value is not None}
    # Of equals, the one with the most photos.
    worst = min(shares, key=lambda place: (shares[place], -found[place].photos))
    return {
        "balanced_accuracy": sum(shares.values()) / len(shares),
        "worst_class": worst,
        "worst_recall": shares[worst],
        "worst_photos": found[worst].photos,
    }
