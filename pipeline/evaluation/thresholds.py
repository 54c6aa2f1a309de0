"""What another threshold would do: ROC, precision and recall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.accuracy_interval import Scenes
from pipeline.evaluation.class_scores import Share, share_right
from pipeline.evaluation.photo_ranking import Probabilities, Truth


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What comes of calling a photo class 1 from a certain probability on.

    Attributes:
        confusion: `(2, 2)` int64; row = actual class, column = predicted class.
        precision: Of the photos predicted as class 1, those that show it.
        recall: Of the photos of class 1, those predicted as it.
        specificity: Of the photos of class 0, those predicted as it.
        accuracy: Of all photos, those predicted correctly.
    """

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
        independent: As which share of their number photos tell, see `witnesses`; in `(0, 1]`.
    """

    thresholds: NDArray[np.floating]
    true_positives: NDArray[np.int64]
    false_positives: NDArray[np.int64]
    independent: float = 1.0

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
        return float(np.trapezoid(recall, false_alarms))

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
            confusion=np.array([[spared, false_alarms], [self.positives - hits, hits]], np.int64),
            precision=self._share(hits, hits + false_alarms),
            recall=self._share(hits, self.positives),
            specificity=self._share(spared, self.negatives),
            accuracy=self._share(hits + spared, self.positives + self.negatives),
        )

    def _share(self, count: int, photos: int) -> Share:
        return Share(count, photos, photos * self.independent if self.independent < 1 else None)


def threshold_curve(
    truth: Truth,
    probabilities: Probabilities,
    scenes: Scenes | None = None,
    in_turns: bool = False,
) -> ThresholdCurve:
    """ROC and precision-recall curve for two classes; class 1 is the positive one.

    Args:
        truth: `(N,)` 0 or 1.
        probabilities: `(N, 2)` in [0, 1].
        scenes: `(N,)` equal numbers for photos that look nearly the same; None where nobody knows.
        in_turns: Whether many answered, see `Predictions`.

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
    # Of the answers at 0.5; another threshold hardly changes how alike lookalikes are answered.
    found = share_right(probabilities.argmax(axis=1) == truth, scenes, 2 if in_turns else 0)
    told = found.photos if found.witnesses is None else found.witnesses
    return ThresholdCurve(
        np.concatenate([np.array([np.inf], chances.dtype), chances[last]]),
        np.concatenate([start, np.cumsum(positive, dtype=np.int64)[last]]),
        np.concatenate([start, np.cumsum(~positive, dtype=np.int64)[last]]),
        told / len(truth) if len(truth) else 1.0,
    )
