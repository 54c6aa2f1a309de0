"""What heads say of labels, so that wrong ones show: those that look wrong teach no head.

A wrong label among those learned from bends the head towards itself, and hides others. So the
photos are judged twice, the second time by heads that learned from those labels alone that the
first had agreed with (pruning: Northcutt et al. 2021, see `evaluation.label_errors`); and each time
with several divisions into folds, whose mean leaves less to the luck of one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.heads.cross_validation import CrossValidated, cross_validate
from pipeline.progress import Report, Stage, Step, Unit

_DIVISIONS: Final = 3
_MANY: Final = 4_000  # photos from which one division leaves little to luck, and takes seconds
_STAGE: Final = Stage(Step.CROSS_VALIDATING)

Features = NDArray[np.floating]
Labels = NDArray[np.integer]


class JudgedLabels(NamedTuple):
    """What heads say of photos that they did not learn from.

    Attributes:
        plain: `(N, C)` float32, by heads that learned all other labels: how sure they are.
        pruned: `(N, C)` float32, by heads that learned those labels alone that were agreed with:
            what to rank wrong labels by. They are surer than they are right.
    """

    plain: NDArray[np.float32]
    pruned: NDArray[np.float32]


def judge_labels(
    features: Features,
    labels: Labels,
    groups: NDArray[np.integer],
    num_classes: int,
    seed: int,
    report: Report,
) -> JudgedLabels:
    """Judge every photo as if its label, and others that look wrong, were not there.

    Args:
        features: `(N, F)` pooled features.
        labels: `(N,)` class indices as they were given; at least two photos of every class.
        groups: `(N,)` equal numbers for photos that look nearly the same.
        num_classes: Classes, at least 2.
        seed: Of the folds.
        report: Told how far it is; may raise `Stopped`.

    Returns:
        What heads say that learned all labels, and what those say that learned the agreed ones.

    Raises:
        Stopped: If `report` raises it.
    """
    divisions = 1 if len(labels) >= _MANY else _DIVISIONS
    count = 2 * divisions

    def judged(trial: int, trusted: NDArray[np.bool_] | None) -> CrossValidated:
        def told(
            stage: Stage, done: float = 0, total: float | None = None, unit: Unit = ""
        ) -> None:
            report(_STAGE, trial + done / (total or 1), count)

        fold_seed = seed + trial % divisions
        return cross_validate(
            features, labels, groups, num_classes, fold_seed, told, trusted=trusted
        )

    plain = _mean([judged(trial, None) for trial in range(divisions)])
    trusted = agreed(labels, plain)
    return JudgedLabels(plain, _mean([judged(one, trusted) for one in range(divisions, count)]))


def agreed(labels: Labels, probabilities: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which labels agree with the predictions; of each class half of them at least.

    Args:
        labels: `(N,)` class indices.
        probabilities: `(N, C)`.

    Returns:
        `(N,)` bool; of a class that is mostly predicted wrongly, the better half.
    """
    found = np.asarray(probabilities.argmax(axis=1) == labels)
    own = probabilities[np.arange(len(labels)), labels]
    for class_index in np.unique(labels):
        mine = np.flatnonzero(labels == class_index)
        best = mine[np.argsort(-own[mine], kind="stable")]
        found[best[: -(-len(mine) // 2)]] = True
    return found


def _mean(judged: list[CrossValidated]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = np.mean([one.probabilities for one in judged], axis=0, dtype=float)
    return mean.astype(np.float32)
