"""Cross-validation: every photo is judged, each by a head that had not seen it.

Behind a frozen backbone the features stay, and a head is solved in a fraction of a second; so a
small set need not give away photos to be judged by. The strength of the penalty is chosen anew for
each fold, on folds of what it learns from (nested cross-validation: Varma and Simon 2006, "Bias in
error estimation when using cross-validation for model selection", BMC Bioinformatics 7:91): what
chose nothing judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from threadpoolctl import threadpool_limits

from pipeline.evaluation.calibration import temperature
from pipeline.evaluation.class_weights import photo_weights
from pipeline.evaluation.metrics import probabilities
from pipeline.heads.folds import assign_folds
from pipeline.heads.logistic_regression import SOLVE, Problem
from pipeline.heads.strength import MOST_TRIED, Trial, best_strength
from pipeline.network.head import Head
from pipeline.progress import Report, Stage, Step, Unit

# Photos from which one fold is enough to choose a strength by. Of 500 to 2,000 real photos one fold
# and five choose heads that are right alike; by five, certainty is the better: the loss on fresh
# photos is 5 % less of 500, 3 % of 2,000, at three times the cost.
_ENOUGH_FOR_ONE: Final = 1_000
_STAGE: Final = Stage(Step.CROSS_VALIDATING)

Features = NDArray[np.floating]
Labels = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """What heads say of photos that they have not learned from.

    Attributes:
        probabilities: `(N, C)` float32 that sum to 1 per photo, certainty set right.
        folds: `(N,)` int64: photos of one number were judged by one head, which learned all others.
    """

    probabilities: NDArray[np.float32]
    folds: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SolvedByFolds:
    """A head that learned from all photos, and what its strength was chosen by.

    Attributes:
        head: The head at the optimum.
        strength: Of the penalty on its kernel, see `Problem`.
        judged: `(M,)` int64: which photos were asked about; all, or one fold of many photos.
        logits: `(M, L)` float32: what heads that had not learned these photos say of them.
        temperature: What sets certainty right, by these logits.
    """

    head: Head
    strength: float
    judged: NDArray[np.int64]
    logits: NDArray[np.float32]
    temperature: float


def cross_validate(
    features: Features,
    labels: Labels,
    groups: NDArray[np.integer],
    num_classes: int,
    seed: int,
    report: Report,
    balanced: bool = False,
    trusted: NDArray[np.bool_] | None = None,
) -> CrossValidated:
    """Judge every photo by a head that learned from the other folds alone.

    Args:
        features: `(N, F)` pooled features.
        labels: `(N,)` class indices; at least two photos of every class.
        groups: `(N,)` equal numbers for photos that look nearly the same; they share a fold.
        num_classes: Classes, at least 2.
        seed: Of the folds; the same photos and seed give the same answers.
        report: Told how far it is, several times a second; may raise `Stopped`.
        balanced: Whether every class counts alike, however many photos it has.
        trusted: `(N,)`, which photos may be learned from; None for all. All are judged.

    Raises:
        Stopped: If `report` raises it.
    """
    folds = assign_folds(labels, groups, seed)
    trusted = np.ones(len(labels), np.bool_) if trusted is None else trusted
    answers = np.empty((len(labels), num_classes), np.float32)
    count = int(folds.max()) + 1
    with threadpool_limits(1, user_api="blas"):  # see `solved.solve`
        small = compact(features)
        for fold in range(count):
            learned = np.flatnonzero((folds != fold) & trusted)
            asked = np.flatnonzero(folds == fold)
            found = solve_by_folds(
                small[learned],
                labels[learned],
                groups[learned],
                num_classes,
                seed,
                _part(report, fold, count),
                features.shape[1],
                balanced,
            )
            logits = found.head.logits(small[asked])
            answers[asked] = probabilities(logits / found.temperature)
    report(_STAGE, count, count)
    return CrossValidated(answers, folds)


def _part(report: Report, fold: int, count: int) -> Report:
    """Tells of one fold's work as so much of the whole."""

    def told(stage: Stage, done: float = 0, total: float | None = None, unit: Unit = "") -> None:
        report(_STAGE, fold + done / (total or 1), count)

    return told


def solve_by_folds(
    features: Features,
    labels: Labels,
    groups: NDArray[np.integer],
    num_classes: int,
    seed: int,
    report: Report,
    num_features: int | None = None,
    balanced: bool = False,
) -> SolvedByFolds:
    """Learn from all photos; the strength is the one that serves folds of them best.

    Args:
        features: `(N, F)` pooled features.
        labels: `(N,)` class indices.
        groups: `(N,)` equal numbers for photos that look nearly the same.
        num_classes: Classes, at least 2.
        seed: Of the folds.
        report: Told how far it is; may raise `Stopped`.
        num_features: See `Problem`.
        balanced: Whether every class counts alike: in learning, and in the choice of the strength.
    """
    weights = photo_weights(labels) if balanced else None
    folds = assign_folds(labels, groups, seed)
    asked_about = range(1 if len(labels) >= _ENOUGH_FOR_ONE else int(folds.max()) + 1)
    asked = [np.flatnonzero(folds == fold) for fold in asked_about]

    def of(chosen: NDArray[np.generic]) -> NDArray[np.floating] | None:
        return None if weights is None else weights[chosen]

    def problem(chosen: NDArray[np.bool_]) -> Problem:
        return Problem(features[chosen], labels[chosen], num_classes, num_features, of(chosen))

    trials = [
        Trial(problem(folds != fold), features[some], labels[some], of(some))
        for fold, some in zip(asked_about, asked, strict=True)
    ]
    planned = MOST_TRIED + 1
    strength = best_strength(trials, lambda tried: report(Stage(Step.SOLVING), tried, planned))
    whole = problem(np.ones(len(labels), np.bool_))
    vector = whole.optimum(
        strength.value,
        np.zeros(whole.size),
        SOLVE,
        lambda _: report(Stage(Step.SOLVING), planned - 1, planned),
    )
    judged, logits = np.concatenate(asked), np.concatenate(strength.logits)
    # One number for all classes, so photos count as they come even where classes count alike: a
    # rare class has too few to judge certainty by. Of 190 photos and 10, the error in certainty is
    # then 1 to 2 points, for photos as they come and for as many of each; else 3 to 4.
    heat = temperature(labels[judged], logits)
    return SolvedByFolds(whole.head(vector), strength.value, judged, logits, heat)


def compact(features: Features) -> NDArray[np.float32]:
    """The same photos in as few coordinates as they span: a turn, which no penalised head notices.

    An L2 penalty sees lengths alone, and the best kernel lies in what the photos span (the
    representer theorem: Schoelkopf, Herbrich and Smola 2001, "A generalized representer theorem").
    48 photos then take 48 numbers each instead of 1,280.

    Args:
        features: `(N, F)`.

    Returns:
        `(N, min(N, F))` float32; as they came where that is no fewer than F.
    """
    rows, columns = features.shape
    if rows >= columns:
        return np.ascontiguousarray(features, np.float32)
    turned = qr(features.T.astype(np.float64), mode="r")[0][:rows]
    return np.ascontiguousarray(turned.T, np.float32)
