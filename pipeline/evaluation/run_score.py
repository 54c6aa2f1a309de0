"""The score of a run: what is counted of its answers about photos that it had not seen."""

from __future__ import annotations

from typing import Final

from pipeline.evaluation.metrics import log_loss, wilson_interval
from pipeline.evaluation.predictions import Predictions

# A set of fewer photos is judged by all of them: of a hundred, ten tell hardly anything.
CROSS_VALIDATED_BELOW: Final = 1_000


def score(found: Predictions) -> dict[str, float]:
    """Count answers; the database keeps the result as it is, and later versions add to it.

    Args:
        found: Answers about photos that who answered had not learned from, at least one.

    Returns:
        `loss` (mean cross-entropy in nats), `accuracy` (0 to 1), both ends `low` and `high` of its
        95 % interval, and the number of `photos`.
    """
    photos = len(found.truth)
    correct = int((found.called == found.truth).sum())
    low, high = wilson_interval(correct, photos)
    return {
        "loss": log_loss(found.truth, found.probabilities),
        "accuracy": correct / photos,
        "low": low,
        "high": high,
        "photos": photos,
    }
