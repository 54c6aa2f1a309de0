"""Looks closely at a run's answers on its test photos: per class, per threshold, per photo.

Everything is computed from what was kept of the run, the truth and the probabilities; no network
is asked. What is not known, because there are no photos to know it from, is None and never NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.scores import confusion_matrix, wilson_interval

Truth = NDArray[np.integer]
Probabilities = NDArray[np.floating]
Indices = NDArray[np.int64]

_SMALLEST: Final = 1e-7  # keeps the loss of a certain and wrong answer finite, as in `scores`


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
    right = matrix.diagonal().tolist()
    return [
        ClassScores(
            precision=Share(hits, named),
            recall=Share(hits, there),
            # The harmonic mean without its two fractions, either of which may not exist.
            f1=2 * hits / (there + named) if there + named else None,
        )
        for hits, there, named in zip(right, shown, called, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What comes of calling a photo class 1 from a certain probability on.

    Attributes:
        threshold: That probability, 0 to 1.
        confusion: `(2, 2)` int64; row = what the photo is, column = what it was called.
        precision: Of the photos called class 1, those that show it.
        recall: Of the photos of class 1, those called so.
        specificity: Of the photos of class 0, those called so.
        accuracy: Of all photos, those called right.
    """

    threshold: float
    confusion: NDArray[np.int64]
    precision: Share
    recall: Share
    specificity: Share
    accuracy: Share


@dataclass(frozen=True, slots=True)
class ThresholdCurve:
    """What every threshold would bring: one sort, and each point of a slider is a look-up.

    Recall over false positive rate is the ROC curve (Fawcett 2006, "An introduction to ROC
    analysis"), precision over recall the other.

    Attributes:
        thresholds: `(K,)` float, falling; infinite at first, where no photo is called class 1,
            then each probability that occurs, once.
        true_positives: `(K,)` int64: photos of class 1 with at least that probability.
        false_positives: `(K,)` int64: photos of class 0 with at least that probability.
    """

    thresholds: NDArray[np.floating]
    true_positives: NDArray[np.int64]
    false_positives: NDArray[np.int64]

    @property
    def positives(self) -> int:
        """Photos of class 1."""
        return int(self.true_positives[-1])

    @property
    def negatives(self) -> int:
        """Photos of class 0."""
        return int(self.false_positives[-1])

    @property
    def recall(self) -> NDArray[np.float64] | None:
        """`(K,)` in [0, 1], rising: share of class 1 found; None where there are none."""
        return self.true_positives / self.positives if self.positives else None

    @property
    def false_positive_rate(self) -> NDArray[np.float64] | None:
        """`(K,)` in [0, 1], rising: share of class 0 called class 1; None without class 0."""
        return self.false_positives / self.negatives if self.negatives else None

    @property
    def precision(self) -> NDArray[np.float64]:
        """`(K,)` in [0, 1]; 1 by custom at the first point, where no photo is called class 1."""
        called = self.true_positives + self.false_positives
        # Only the first point calls nothing; 1 lets the curve start at its upper left.
        return np.where(called > 0, self.true_positives / np.maximum(called, 1), 1.0)

    @property
    def auroc(self) -> float | None:
        """How often a photo of class 1 is ranked above one of class 0, ties counting half.

        The area under the ROC curve is that probability (Hanley and McNeil 1982, "The meaning and
        use of the area under a ROC curve"). 0 to 1; 0.5 is chance; None unless both classes have
        photos.
        """
        recall, false_alarms = self.recall, self.false_positive_rate
        if recall is None or false_alarms is None:
            return None
        return float((np.diff(false_alarms) * (recall[1:] + recall[:-1]) / 2).sum())

    @property
    def average_precision(self) -> float | None:
        """Precision averaged over the photos of class 1, each at the threshold that finds it.

        A sum of steps: straight lines between the points would promise too much (Davis and
        Goadrich 2006, "The relationship between Precision-Recall and ROC curves"). 0 to 1; None
        where class 1 has no photos.
        """
        recall = self.recall
        return None if recall is None else float((np.diff(recall) * self.precision[1:]).sum())

    def at(self, threshold: float) -> AtThreshold:
        """The answers with class 1 called from `threshold` on.

        At 0.5 they are the run's own, but for a photo with exactly 0.5, which is class 1 here.
        """
        # In the precision of the probabilities: else 0.7 would lie above a photo's own 0.7.
        bound = self.thresholds.dtype.type(threshold)
        place = int(np.searchsorted(-self.thresholds, -bound, side="right")) - 1
        hits = int(self.true_positives[place])
        false_alarms = int(self.false_positives[place])
        spared = self.negatives - false_alarms
        return AtThreshold(
            threshold=threshold,
            confusion=np.array([[spared, false_alarms], [self.positives - hits, hits]], np.int64),
            precision=Share(hits, hits + false_alarms),
            recall=Share(hits, self.positives),
            specificity=Share(spared, self.negatives),
            accuracy=Share(hits + spared, self.positives + self.negatives),
        )


def threshold_curve(truth: Truth, probabilities: Probabilities) -> ThresholdCurve:
    """ROC and precision-recall curve for two classes; class 1 is the positive one.

    Args:
        truth: `(N,)` 0 or 1.
        probabilities: `(N, 2)` in [0, 1].

    Raises:
        ValueError: If there are not two classes.
    """
    if probabilities.shape[1] != 2:
        raise ValueError(f"A threshold needs two classes. Received: {probabilities.shape[1]}.")
    falling = np.argsort(-probabilities[:, 1], kind="stable")
    chances, positive = probabilities[falling, 1], np.asarray(truth)[falling] == 1
    # Photos with the same probability cross a threshold together: only the last of them counts.
    last = np.flatnonzero(np.append(np.diff(chances) != 0, True)[: len(chances)])
    start = np.zeros(1, np.int64)
    return ThresholdCurve(
        np.concatenate([np.array([np.inf], chances.dtype), chances[last]]),
        np.concatenate([start, np.cumsum(positive, dtype=np.int64)[last]]),
        np.concatenate([start, np.cumsum(~positive, dtype=np.int64)[last]]),
    )


# Photo by photo, from `truth`, `(N,)` class indices that are right, and `probabilities`, `(N, C)`
# in [0, 1]; if not said otherwise, to indices into them, the most telling photo first.


def photo_losses(truth: Truth, probabilities: Probabilities) -> NDArray[np.float64]:
    """How surprising each photo's label is: -log of the probability that the label was given.

    Returns:
        `(N,)` float64 in nats, 0 to 16; their mean is `scores.log_loss`.
    """
    given = np.asarray(probabilities, np.float64)[np.arange(len(truth)), truth]
    return -np.log(np.clip(given, _SMALLEST, 1.0)) + 0.0  # + 0.0: no loss is not "-0"


def by_loss(truth: Truth, probabilities: Probabilities) -> Indices:
    """`(N,)` int64: all photos, the highest loss first, so that wrong labels float up."""
    return _falling(photo_losses(truth, probabilities))


def likely_wrong_labels(truth: Truth, probabilities: Probabilities) -> Indices:
    """Photos whose label may be wrong: called something else, the least believed label first.

    That labels which a network finds unlikely on photos it did not learn from are often wrong is
    the idea of Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in
    Dataset Labels" (arXiv:1911.00068). Of it only the order by the label's own probability is
    used here, not the thresholds per class: a person looks at the photos and decides.

    Returns:
        `(M,)` int64; a label that the network agrees with is not among them.
    """
    order = by_loss(truth, probabilities)
    return order[~_right(truth, probabilities)[order]]


def surest_mistakes(truth: Truth, probabilities: Probabilities) -> Indices:
    """`(M,)` int64: photos called wrong, the surest answer first."""
    return _chosen(~_right(truth, probabilities), _certainty(probabilities))


def surest_hits(truth: Truth, probabilities: Probabilities) -> Indices:
    """`(M,)` int64: photos called right, the surest answer first."""
    return _chosen(_right(truth, probabilities), _certainty(probabilities))


def least_sure(probabilities: Probabilities) -> Indices:
    """`(N,)` int64: all photos, the least sure answer first, right or wrong."""
    return _falling(-_certainty(probabilities))


def photos_in_cell(truth: Truth, probabilities: Probabilities, shown: int, called: int) -> Indices:
    """`(M,)` int64: what is behind a cell of the confusion matrix, the surest answer first.

    The photos that show class `shown` (the cell's row) and were called class `called`.
    """
    inside = (np.asarray(truth) == shown) & (probabilities.argmax(axis=1) == called)
    return _chosen(inside, _certainty(probabilities))


def _right(truth: Truth, probabilities: Probabilities) -> NDArray[np.bool_]:
    return np.asarray(probabilities.argmax(axis=1) == truth)


def _certainty(probabilities: Probabilities) -> NDArray[np.floating]:
    return np.asarray(probabilities.max(axis=1))


def _chosen(mask: NDArray[np.bool_], values: NDArray[np.floating]) -> Indices:
    """Where the mask holds, the largest value first."""
    places = np.flatnonzero(mask).astype(np.int64)
    return places[_falling(values[places])]


def _falling(values: NDArray[np.floating]) -> Indices:
    """The largest value first; stable, so that a page shows ties in the same order every time."""
    return np.argsort(-values, kind="stable").astype(np.int64)
