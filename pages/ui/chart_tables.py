"""What stands behind each chart, as tables of the same numbers. Pure; `figures` shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.figures import Table
from pipeline.evaluation.calibration import Band
from pipeline.evaluation.class_scores import Share
from pipeline.evaluation.learning_curve import Epoch
from pipeline.evaluation.thresholds import ThresholdCurve
from pipeline.photos.splits import SPLITS
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import curve_points, numbers

_THRESHOLDS: Final = np.arange(1, 20) / 20
_PERCENT: Final = st.column_config.NumberColumn(format="%.1f")
_LOSS: Final = st.column_config.NumberColumn(format="%.4f")
_SCORES: Final[dict[str, Any]] = {
    "Training, % right": _PERCENT,
    "Validation, % right": _PERCENT,
    "Training loss": _LOSS,
    "Validation loss": _LOSS,
}


def of_run(
    config: TrainConfig,
    epochs: Sequence[Epoch],
    initial: Mapping[str, float] | None = None,
    reference: Sequence[Epoch] = (),
) -> Table:
    """Both measures of one run at every point of its curves.

    Args:
        config: The run's settings.
        epochs: Its points.
        initial: Scores of the untrained head.
        reference: Epochs of another run that is drawn behind.
    """
    lines = [_scores(curve_points.name(config, epochs, one.epoch), one) for one in epochs]
    if initial is not None:
        start = {
            "Validation, % right": 100 * initial["accuracy"],
            "Validation loss": initial["loss"],
        }
        lines.insert(0, {"Point": "before training", "Phase": "", **start})
    lines += [_scores(f"tutorial, epoch {one.epoch}", one) for one in reference]
    rows = pd.DataFrame(lines, columns=["Point", *_SCORES, "Phase"])
    return Table(rows, "Accuracy and loss at every point of the curves", _SCORES)


def _scores(point: str, epoch: Epoch) -> dict[str, Any]:
    return {
        "Point": point,
        "Phase": numbers.PHASE_NAMES.get(epoch.phase, ""),  # a damaged row hides no other
        "Training, % right": 100 * epoch.accuracy,
        "Validation, % right": 100 * epoch.val_accuracy,
        "Training loss": epoch.loss,
        "Validation loss": epoch.val_loss,
    }


def photos_per_class(splits: Mapping[str, Mapping[str, int]], classes: Sequence[str]) -> Table:
    """How many photos of each class lie in each split."""
    counts = {
        split.capitalize(): [splits.get(split, {}).get(name, 0) for name in classes]
        for split in SPLITS
    }
    rows = pd.DataFrame({"Class": list(classes), **counts})
    return Table(rows, "Photos of each class in each split")


def answers(found: Sequence[tuple[str, float]]) -> Table:
    """Answers with their probabilities, likeliest first."""
    rows = {
        "Answer": [name for name, _ in found],
        "Probability": [numbers.percent(share) for _, share in found],
    }
    return Table(pd.DataFrame(rows), "Answers with their probabilities")


def certainty(found: Sequence[Band]) -> Table:
    """How often answers are right, over how sure they are."""
    rows = {
        "How sure it is": [numbers.percent(band.certainty) for band in found],
        "Right": [numbers.percent(band.right) for band in found],
        "Photos": [band.photos for band in found],
    }
    return Table(pd.DataFrame(rows), "How sure, how often right, and of how many photos")


def thresholds(curve: ThresholdCurve, told: Callable[[Share], str] = numbers.share) -> Table:
    """What every twentieth threshold brings: the points of both curves over it.

    Args:
        curve: Both curves.
        told: How a share is told, with an interval or without.
    """
    at = [curve.at(float(threshold)) for threshold in _THRESHOLDS]
    rows = {
        "Threshold": [numbers.percent(float(threshold), 0) for threshold in _THRESHOLDS],
        "Found": [told(one.recall) for one in at],
        "False alarms": [
            "no photos"
            if one.specificity.value is None
            else numbers.percent(1 - one.specificity.value)
            for one in at
        ],
        "Right when called": [told(one.precision) for one in at],
    }
    return Table(pd.DataFrame(rows), "What other thresholds bring")
