"""Makes probabilities mean what they say: of the answers called 80 % sure, 80 % should be right.

Networks get too sure of themselves while they learn. One number mends that, the temperature T:
every logit is divided by it. It changes no answer, only how sure the answer is (Guo et al. 2017,
"On Calibration of Modern Neural Networks", arXiv:1706.04599, section 4.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.metrics import log_loss, probabilities

COOLEST: Final = 0.1  # sharpens; with so few photos and no mistake it would end at 0
HOTTEST: Final = 20.0  # blurs
_CLOSE: Final = 1e-8  # to the best 1/T; what a loss in float64 can tell apart


def temperature(
    truth: NDArray[np.integer],
    logits: NDArray[np.floating],
    weights: NDArray[np.floating] | None = None,
) -> float:
    """The temperature with the lowest loss on photos that were not learned from.

    The right class is asked for with (n + 1) / (n + C) instead of 1, n being the number of photos
    and C of classes (Platt 1999, "Probabilistic Outputs for Support Vector Machines", section
    2.2): a few photos that are all predicted correctly are no reason to be certain. Where photos
    count unequally, n is how many alike ones would tell as much (Kish 1965, "Survey Sampling").

    Args:
        truth: `(N,)` class indices that are right.
        logits: `(N, 1)` for two classes, where positive means the second one, or `(N, C)`.
        weights: `(N,)` how much each photo counts, see `class_weights`; None: all alike.

    Returns:
        T, from 0.1 to 20; 1 without photos, or where a logit is no number.
    """
    from scipy.optimize import minimize_scalar  # 0.1 to 0.3 s that no page needs

    values = np.asarray(logits, np.float64)
    if not len(values) or not np.isfinite(values).all():
        return 1.0
    if values.shape[1] == 1:  # one logit is softmax over (0, logit)
        values = np.concatenate([np.zeros_like(values), values], axis=1)
    values = values - values.max(axis=1, keepdims=True)
    right = values[np.arange(len(truth)), truth]
    others = (values.sum(axis=1) - right) / (values.shape[1] - 1)
    photos = len(truth) if weights is None else weights.sum() ** 2 / np.square(weights).sum()
    doubt = (values.shape[1] - 1) / (photos + values.shape[1])
    wanted = np.average((1 - doubt) * right + doubt * others, weights=weights)

    def loss(scale: float) -> float:
        powers = np.log(np.exp(scale * values).sum(axis=1))
        return float(np.average(powers, weights=weights) - scale * wanted)

    bounds = (1 / HOTTEST, 1 / COOLEST)
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": _CLOSE})
    return 1.0 / float(found.x)


def refined_loss(
    truth: NDArray[np.integer],
    logits: NDArray[np.floating],
    weights: NDArray[np.floating] | None = None,
) -> float:
    """What is left of the loss when the certainty is set right: how well classes are told apart.

    It says better than the loss itself which epoch to keep, because certainty can be mended
    afterwards (Berta, Holzmueller, Jordan and Bach 2025, "Rethinking Early Stopping: Refine,
    Then Calibrate", arXiv:2501.19195).

    Args:
        truth: `(N,)` class indices that are right.
        logits: `(N, 1)` for two classes, where positive means the second one, or `(N, C)`.
        weights: `(N,)` how much each photo counts, see `class_weights`; None: all alike.

    Returns:
        Mean cross-entropy in nats at the best temperature; NaN without photos.
    """
    cooled = np.asarray(logits, np.float64) / temperature(truth, logits, weights)
    return log_loss(truth, probabilities(cooled), weights)


_BANDS: Final = 15  # between 0 and 1, as Guo et al. take them


@dataclass(frozen=True, slots=True)
class Band:
    """Answers that were about equally sure.

    Attributes:
        low: Least certainty in the band, 0 to 1.
        high: Most certainty.
        certainty: Mean certainty of its answers.
        right: Share of them that are right.
        photos: How many there are, at least one.
    """

    low: float
    high: float
    certainty: float
    right: float
    photos: int


def bands(truth: NDArray[np.integer], probabilities: NDArray[np.floating]) -> list[Band]:
    """How often answers are right, by how sure they are; bands without answers are left out.

    Args:
        truth: `(N,)` class indices that are right.
        probabilities: `(N, C)` in [0, 1].
    """
    sure = np.asarray(probabilities, np.float64).max(axis=1, initial=0.0)
    right = probabilities.argmax(axis=1) == truth if len(truth) else np.zeros(0, bool)
    places = np.minimum((sure * _BANDS).astype(int), _BANDS - 1)
    found = []
    for place in np.unique(places).tolist():
        inside = places == place
        found.append(
            Band(
                place / _BANDS,
                (place + 1) / _BANDS,
                float(sure[inside].mean()),
                float(right[inside].mean()),
                int(inside.sum()),
            )
        )
    return found


def expected_calibration_error(
    truth: NDArray[np.integer], probabilities: NDArray[np.floating]
) -> float:
    """By how much certainty and share of right answers differ, on average over all answers.

    Guo et al. 2017 (see above), equation 3, with the bands that are drawn.

    Args:
        truth: `(N,)` class indices that are right.
        probabilities: `(N, C)` in [0, 1].

    Returns:
        0 to 1; 0 without photos.
    """
    found = bands(truth, probabilities)
    apart = sum(abs(band.certainty - band.right) * band.photos for band in found)
    return apart / max(1, len(truth))
