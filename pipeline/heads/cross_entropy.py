"""The loss that heads learn by, and how it changes with what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cross_entropy(
    logits: NDArray[np.floating],
    labels: NDArray[np.integer],
    weights: NDArray[np.floating] | None = None,
) -> tuple[float, NDArray[np.floating]]:
    """The loss of logits, and how it changes with them.

    Args:
        logits: `(N, L)`.
        labels: `(N,)` class indices.
        weights: `(N,)` what each loss is multiplied by before the mean over all N is taken, as
            in Keras; None: nothing.

    Returns:
        Mean cross-entropy in nats, and its gradient `(N, L)` in the logits' precision.
    """
    losses, slopes = cross_entropies(logits[np.newaxis], labels, weights)
    return float(losses[0]), slopes[0]


def cross_entropies(
    logits: NDArray[np.floating],
    labels: NDArray[np.integer],
    weights: NDArray[np.floating] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.floating]]:
    """The same for several heads at once, `(H, N, L)`: `(H,)` losses and `(H, N, L)` gradients.

    What a head gets does not depend, to the last digit, on which others are there.
    """
    heads, photos, outputs = logits.shape
    if outputs == 1:
        truth = labels[:, np.newaxis].astype(logits.dtype)
        powers = np.exp(-np.abs(logits))  # at most 1: cannot overflow
        losses = (np.maximum(logits, 0) - logits * truth + np.log1p(powers))[..., 0]
        slope = np.where(logits >= 0, 1, powers) / (1 + powers) - truth
    else:
        shifted = logits - logits.max(axis=2, keepdims=True)
        slope = np.exp(shifted)
        sums = slope.sum(axis=2, keepdims=True)
        # Flat, so that what is taken lies in the memory as it does for one head: the order of
        # the numbers is the order of a sum.
        right = np.arange(photos) * outputs + labels
        losses = np.log(sums[..., 0]) - shifted.reshape(heads, -1).take(right, axis=1)
        slope /= sums
        slope.reshape(heads, -1)[:, right] -= 1
    if weights is not None:
        losses *= weights
        slope *= weights[:, np.newaxis]
    slope /= photos
    return losses.mean(axis=1, dtype=np.float64), slope
