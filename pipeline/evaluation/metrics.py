"""From a network's answers to the numbers that people read: counts, shares, how sure they are."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

SMALLEST: Final = 1e-7  # keeps the logarithm of a certain and wrong answer finite


def confusion_matrix(
    truth: NDArray[np.integer], called: NDArray[np.integer], num_classes: int
) -> NDArray[np.int64]:
    """Count which class was predicted as which.

    Args:
        truth: `(N,)` class indices that are right.
        called: `(N,)` class indices that were answered.
        num_classes: Number of classes.

    Returns:
        `(num_classes, num_classes)` int64; row = actual class, column = predicted class.
    """
    cells = np.asarray(truth, np.int64) * num_classes + np.asarray(called, np.int64)
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


def mix_ups(counts: NDArray[np.integer], most: int) -> list[tuple[int, int, int]]:
    """What is most often predicted as what else: actual, predicted, how many photos.

    Args:
        counts: `(C, C)`, see `confusion_matrix`.
        most: How many pairs at most; those that never happened are left out.
    """
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    rows, columns = np.unravel_index(order, wrong.shape)
    found = zip(rows.tolist(), columns.tolist(), wrong[rows, columns].tolist(), strict=True)
    return [one for one in found if one[2]]


def most_mixed(counts: NDArray[np.integer], most: int) -> list[int]:
    """The classes of the most frequent mix-ups, so that their matrix shows those.

    Args:
        counts: `(C, C)`, see `confusion_matrix`.
        most: How many classes at most.

    Returns:
        Their indices, in order.
    """
    found: set[int] = set()
    for is_, called, _ in mix_ups(counts, most**2):
        if len(found | {is_, called}) <= most:
            found |= {is_, called}
    return sorted(found)


def probabilities(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    """Turn a network's logits into probabilities.

    Args:
        logits: `(N, 1)` for two classes, where positive means the second one, or `(N, C)`.

    Returns:
        `(N, 2)` or `(N, C)` float32 in `[0, 1]`; rows sum to 1, columns in class order.
    """
    values = np.asarray(logits, np.float64)
    if values.shape[1] == 1:  # one logit is softmax over (0, logit)
        values = np.concatenate([np.zeros_like(values), values], axis=1)
    powers = np.exp(values - values.max(axis=1, keepdims=True))  # at most 1: cannot overflow
    shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def log_loss(
    truth: NDArray[np.integer],
    probabilities: NDArray[np.floating],
    weights: NDArray[np.floating] | None = None,
) -> float:
    """Mean cross-entropy, in nats: 0 when every right class got probability 1.

    Args:
        truth: `(N,)` class indices that are right.
        probabilities: `(N, C)` in `[0, 1]`.
        weights: `(N,)` how much each photo counts, see `class_weights`; None: all alike.

    Returns:
        The loss; NaN without photos.
    """
    given = np.asarray(probabilities, np.float64)[np.arange(len(truth)), truth]
    if given.size == 0:
        return math.nan
    return float(np.average(-np.log(np.clip(given, SMALLEST, 1.0)), weights=weights))
