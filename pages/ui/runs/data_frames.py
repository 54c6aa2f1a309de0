"""Runs, milestones, settings and predictions as data frames. Pure; a page draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from pages.ui import markdown
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.settings.presets import preset_name
from pipeline.settings.train_config import TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import curve_points, numbers, score_text, settings_text
from pipeline.wording.names import apart
from pipeline.wording.numbers import duration, learning_rate, percentage
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

INTERVAL: Final = "95 % interval"  # of the column before it
# Of the settings of a damaged run.
_UNKNOWN: Final[Mapping[str, object]] = {
    "Settings": "",
    "Epochs": "",
    "fine_tune_at": None,
    "Learning rate": "",
    "Augmentation": "",
}


def runs(rows: Sequence[Run]) -> pd.DataFrame:
    """One line for each run, newest first; accuracies in percent."""
    return pd.DataFrame([_line(run) for run in rows])


def _line(run: Run) -> dict[str, object]:
    score, kept = run.score, run.kept
    return {
        "Run": run.name,
        "Score %": percentage(score["accuracy"]) if score else None,
        INTERVAL: numbers.interval(score["low"], score["high"]) if score else "",
        "Of": score_text.judged(score) if score else "",
        "Photos": run.photo_set_name,
        "State": markdown.STATES[run.state][0],
        "Validation %": percentage(kept.val_accuracy) if kept else None,
        **(_UNKNOWN if run.state is RunState.DAMAGED else _settings(run.config)),
        "Took": duration(run.seconds) if run.seconds else "",
        "Started": run.created_at,
    }


def _settings(config: TrainConfig) -> dict[str, object]:
    """What was set, as far as it had an effect."""
    idle = without_effect(config.to_json())
    return {
        "Settings": preset_name(config),
        "Epochs": curve_points.rounds(config),
        "fine_tune_at": None if "fine_tune_at" in idle else config.fine_tune_at,
        "Learning rate": "" if "learning_rate" in idle else learning_rate(config.learning_rate),
        "Augmentation": "" if "augment" in idle else settings_text.augmentation(config.augment),
    }


def milestones(run: Run) -> pd.DataFrame:
    """Loss and accuracy (in percent) at the moments that matter."""
    lines: list[tuple[str, str, float, float]] = []
    if run.initial:
        lines.append(("Baseline", "validation", run.initial["loss"], run.initial["accuracy"]))
    for phase, name in numbers.PHASE_NAMES.items():
        last = next((e for e in reversed(run.epochs) if e.phase == phase), None)
        if last is not None:
            where = curve_points.name_in_phase(run.config, run.epochs, last.epoch)
            what = f"After {name.lower()}, {where}"
            lines.append((what, "validation", last.val_loss, last.val_accuracy))
    kept = run.kept
    if kept is not None:
        of_both = run.score is not None and is_cross_validated(run.score)
        moment = "On the training photos alone" if of_both else "Saved"
        what = f"{moment}: {curve_points.name(run.config, run.epochs, kept.epoch)}"
        lines.append((what, "validation", kept.val_loss, kept.val_accuracy))
    if run.test:
        lines.append(("Saved", "test", run.test["loss"], run.test["accuracy"]))
    if run.cross_validation:
        by_folds = run.cross_validation
        what = "Computed heads, each of photos that it had not seen"
        lines.append((what, score_text.judged(by_folds), by_folds["loss"], by_folds["accuracy"]))
    frame = pd.DataFrame(lines, columns=["Moment", "Photos", "Loss", "Accuracy %"])
    frame["Accuracy %"] = [percentage(share) for share in frame["Accuracy %"]]
    return frame


def settings(run: Run) -> pd.DataFrame:
    """Every setting of one run."""
    values = settings_text.in_words(run.config, run.start_name)
    return pd.DataFrame({"Setting": list(values), "Value": list(values.values())})


def predictions(
    found: Predictions, classes: Sequence[str], names: Sequence[str], positions: Sequence[int]
) -> pd.DataFrame:
    """What a run said about some test photos beside what they are.

    Args:
        found: All of the run's predictions.
        classes: Names of the classes, in index order.
        names: File names of these photos.
        positions: Their positions among the test photos.
    """
    chosen = np.asarray(positions)
    called, truth = found.called[chosen], found.truth[chosen]
    shown = list(apart(classes).values())
    return pd.DataFrame(
        {
            "Photo": list(names),
            "Prediction": called,
            "Label": truth,
            "Predicted": [shown[index] for index in called],
            "Actual": [shown[index] for index in truth],
            "Certainty %": [
                percentage(sure) for sure in found.probabilities[chosen].max(axis=1).tolist()
            ],
            "Right": called == truth,
        }
    )
