"""The score of a run: what is counted of its answers about photos that it had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from pipeline.evaluation.accuracy_interval import answers_interval
from pipeline.evaluation.class_scores import uneven_scores
from pipeline.evaluation.metrics import log_loss
from pipeline.evaluation.predictions import Predictions
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig

# A set of fewer photos is judged by all of them: of a hundred, ten tell hardly anything.
CROSS_VALIDATED_BELOW: Final = 1_000
# Of fewer test photos single ones decide: their score is not shown first where there is another.
FEW_TEST: Final = 20
# Marks a cross-validated score in which no answer about a test photo is counted: it was sealed.
WITHOUT_TEST: Final = "without_test"


def score(found: Predictions, near_copies: int | None = None) -> dict[str, float]:
    """Count answers; the database keeps the result as it is, and later versions add to it.

    Args:
        found: Answers about photos that who answered had not learned from, at least one.
        near_copies: How many of the photos have a near copy among those that who answered learned
            from: they are no witnesses. None where nobody knows.

    Returns:
        `loss` (mean cross-entropy in nats), `accuracy` (0 to 1), both ends `low` and `high` of its
        95 % interval, the number of `photos`, how many different `scenes` they show where that is
        known, `near_copies` likewise, and on what share of them, `largest_share`, whoever always
        answered `largest_class`, an index, would be right; where classes differ in size, also what
        `class_scores.uneven_scores` counts.
    """
    photos, correct = len(found.truth), int(found.right.sum())
    low, high = answers_interval(
        found.right, found.truth, found.scenes, near_copies or 0, found.in_turns
    )
    sizes = np.bincount(found.truth)
    known = {} if found.scenes is None else {"scenes": len(np.unique(found.scenes))}
    if near_copies is not None:
        known["near_copies"] = near_copies
    return {
        "loss": log_loss(found.truth, found.probabilities),
        "accuracy": correct / photos,
        "low": low,
        "high": high,
        "photos": photos,
        "largest_class": int(sizes.argmax()),
        "largest_share": int(sizes.max()) / photos,
        **known,
        **uneven_scores(found.truth, found.probabilities),
    }


def is_cross_validated(score: Mapping[str, float]) -> bool:
    """Whether a score comes from folds of all photos, not from the test photos."""
    return "folds" in score


def is_without_test(score: Mapping[str, float] | None) -> bool:
    """Whether a cross-validated score says nothing about the test photos, which were sealed."""
    return score is not None and WITHOUT_TEST in score


def is_of_all(config: TrainConfig) -> bool:
    """Whether cross-validation judges the very kind of network that a run ends with.

    That is a computed head on the frozen layers. Of a fine-tuned network, or a head that was
    stepped, it tells what it started from, or could have been.
    """
    return config.head == SOLVED and not config.fine_tune_epochs


def first(
    config: TrainConfig, test: dict[str, float] | None, cross_validation: dict[str, float] | None
) -> dict[str, float] | None:
    """The score of a run that is shown first: by as many photos as can judge its network.

    Args:
        config: The run's settings.
        test: What was counted of its test photos, if anything.
        cross_validation: What was counted of all photos, if anything.
    """
    return cross_validation if cross_validation and is_of_all(config) else test


def is_of_few(score: Mapping[str, float] | None) -> bool:
    """Whether a score comes from so few test photos that single ones decide."""
    return score is not None and not is_cross_validated(score) and score["photos"] < FEW_TEST


def shown(
    config: TrainConfig, test: dict[str, float] | None, cross_validation: dict[str, float] | None
) -> dict[str, float] | None:
    """The score that a person reads first.

    That is `first`, by which runs are compared; but not one of a few test photos where all photos
    have judged, if only what the network started from.

    Args:
        config: The run's settings.
        test: What was counted of its test photos, if anything.
        cross_validation: What was counted of all photos, if anything.
    """
    score = first(config, test, cross_validation)
    return cross_validation if cross_validation and is_of_few(score) else score
