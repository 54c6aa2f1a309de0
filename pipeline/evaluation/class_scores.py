"""Precision, recall and F1 of each class; what no photo tells is None, never NaN."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.evaluation.class_weights import UNEVEN, unevenness
from pipeline.evaluation.metrics import confusion_matrix, wilson_interval
from pipeline.evaluation.photo_ranking import Probabilities, Truth


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many photos.

    Attributes:
        count: For how many it holds.
        photos: How many were asked about.
    """

    count: int
    photos: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None without photos."""
        return self.count / self.photos if self.photos else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies: Wilson's 95 % interval; `(0.0, 1.0)` without photos."""
        return wilson_interval(self.count, self.photos)


@dataclass(frozen=True, slots=True)
class ClassScores:
    """How well one class is recognised.

    Attributes:
        precision: Of the photos that were called this class, how many show it.
        recall: Of the photos that show it, how many were called it.
        f1: Harmonic mean of the two, 0 to 1; None where no photo shows it and none was called it.
    """

    precision: Share
    recall: Share
    f1: float | None

    @property
    def support(self) -> int:
        """Photos that show the class."""
        return self.recall.photos


def class_scores(truth: Truth, probabilities: Probabilities) -> list[ClassScores]:
    """Precision, recall and F1 of every class (van Rijsbergen 1979, "Information Retrieval").

    Args:
        truth: `(N,)` class indices that are right.
        probabilities: `(N, C)` in [0, 1]; the likeliest class is what the photo was called.
    """
    matrix = confusion_matrix(truth, probabilities.argmax(axis=1), probabilities.shape[1])
    shown, called = matrix.sum(axis=1).tolist(), matrix.sum(axis=0).tolist()
    return [
        ClassScores(
            precision=Share(hits, named),
            recall=Share(hits, there),
            # The harmonic mean without its two fractions, either of which may not exist.
            f1=2 * hits / (there + named) if there + named else None,
        )
        for hits, there, named in zip(matrix.diagonal().tolist(), shown, called, strict=True)
    ]


def uneven_scores(truth: Truth, probabilities: Probabilities) -> dict[str, float]:
    """What stands beside an accuracy where classes differ in size: each class counted alike.

    Args:
        truth: `(N,)` class indices that are right.
        probabilities: `(N, C)` in [0, 1]; the likeliest class is what the photo was called.

    Returns:
        `balanced_accuracy` (mean recall of the classes, 0 to 1), and of the class that is found
        least `worst_class` (its index), `worst_recall` and `worst_photos`. Empty where the largest
        class has at most 1.5 times as many photos as the smallest.
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
