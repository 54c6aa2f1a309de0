"""Photos in the order in which they tell most: by loss, by confusion, by how sure the answer was.

Everything is computed from what was kept of the run, the truth and the probabilities; no network
is asked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.metrics import SMALLEST

Truth = NDArray[np.integer]
Probabilities = NDArray[np.floating]
Indices = NDArray[np.int64]


# All take `truth`, `(N,)` class indices that are right, and `probabilities`, `(N, C)` in [0, 1];
# if not said otherwise, they give indices into them, the most telling photo first.


def photo_losses(truth: Truth, probabilities: Probabilities) -> NDArray[np.float64]:
    """How surprising each photo's label is: -log of the probability that the label was given.

    Returns:
        `(N,)` float64 in nats, 0 to 16; their mean is `metrics.log_loss`.
    """
    given = np.asarray(probabilities, np.float64)[np.arange(len(truth)), truth]
    return -np.log(np.clip(given, SMALLEST, 1.0)) + 0.0  # + 0.0: no loss is not "-0"


def by_loss(truth: Truth, probabilities: Probabilities) -> Indices:
    """`(N,)` int64: all photos, the highest loss first, so that wrong labels float up.

    That labels which a network finds unlikely on photos it did not learn from are often wrong is
    the idea of Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in
    Dataset Labels" (arXiv:1911.00068). Of it only the order by the label's own probability is
    used here, not the thresholds per class: a person looks at the photos and decides.
    """
    return _falling(photo_losses(truth, probabilities))


def surest_mistakes(truth: Truth, probabilities: Probabilities) -> Indices:
    """`(M,)` int64: photos predicted wrongly, the surest answer first."""
    return _chosen(~_right(truth, probabilities), _certainty(probabilities))


def surest_hits(truth: Truth, probabilities: Probabilities) -> Indices:
    """`(M,)` int64: photos predicted correctly, the surest answer first."""
    return _chosen(_right(truth, probabilities), _certainty(probabilities))


def least_sure(probabilities: Probabilities) -> Indices:
    """`(N,)` int64: all photos, the least sure answer first, right or wrong."""
    return _falling(-_certainty(probabilities))


def photos_in_cell(truth: Truth, probabilities: Probabilities, shown: int, called: int) -> Indices:
    """`(M,)` int64: what is behind a cell of the confusion matrix, the surest answer first.

    The photos that show class `shown` (the cell's row) and were predicted as class `called`.
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
