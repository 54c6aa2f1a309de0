"""Runs, milestones, settings and predictions as data frames. Pure; a page draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from pages.ui import markdown
from pipeline.evaluation.metrics import margin
from pipeline.evaluation.predictions import Predictions
from pipeline.settings.presets import preset_name
from pipeline.settings.train_config import TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import curve_points, numbers, settings_text
from pipeline.wording.numbers import duration, learning_rate, rounded
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState


def runs(rows: Sequence[Run]) -> pd.DataFrame:
    """One line for each run, newest first; accuracies in percent."""
    return pd.DataFrame(
        {
            "Run": [run.name for run in rows],
            "Test %": [rounded(run.test["accuracy"] * 100) if run.test else None for run in rows],
            "give or take": [
                rounded(margin(run.test["low"], run.test["high"])) if run.test else None
                for run in rows
            ],
            "Photos": [run.photo_set_name for run in rows],
            "State": [markdown.STATES[run.state][0] for run in rows],
            "Validation %": [best_validation(run) for run in rows],
            **_settings_columns(rows),
            "Took": [duration(run.seconds) if run.seconds else "" for run in rows],
            "Started": [run.created_at for run in rows],
        }
    )


def _settings_columns(rows: Sequence[Run]) -> dict[str, list[object]]:
    """What was set, as far as it had an effect; empty where nobody knows any more."""
    columns: dict[str, tuple[object, Callable[[Run], object]]] = {
        "Settings": ("", lambda run: preset_name(run.config)),
        "Epochs": ("", lambda run: curve_points.rounds(run.config)),
        "From layer": (
            None,
            lambda run: run.config.fine_tune_at if _counts(run, "fine_tune_at") else None,
        ),
        "Learning rate": (
            "",
            lambda run: (
                learning_rate(run.config.learning_rate) if _counts(run, "learning_rate") else ""
            ),
        ),
        "Augmentation": (
            "",
            lambda run: (
                settings_text.augmentation(run.config.augment) if _counts(run, "augment") else ""
            ),
        ),
    }
    return {
        name: [nothing if run.state is RunState.DAMAGED else told(run) for run in rows]
        for name, (nothing, told) in columns.items()
    }


def _counts(run: Run, setting: str) -> bool:
    """Whether a setting changed anything in a run."""
    return setting not in without_effect(run.config.to_json())


def best_validation(run: Run) -> float | None:
    """Validation accuracy of the epoch that was kept, in percent, or None."""
    for epoch in run.epochs:
        if epoch.epoch == run.best_epoch:
            return numbers.rounded(epoch.val_accuracy * 100)
    return None


def milestones(run: Run) -> pd.DataFrame:
    """Loss and accuracy (in percent) at the moments that matter."""
    lines: list[tuple[str, str, float, float]] = []
    if run.initial:
        lines.append(
            ("Before training", "validation", run.initial["loss"], run.initial["accuracy"])
        )
    for phase, name in numbers.PHASE_NAMES.items():
        last = next((e for e in reversed(run.epochs) if e.phase == phase), None)
        if last is not None:
            where = curve_points.name_in_phase(run.config, run.epochs, last.epoch)
            what = f"After {name.lower()}, {where}"
            lines.append((what, "validation", last.val_loss, last.val_accuracy))
    for epoch in run.epochs:
        if epoch.epoch == run.best_epoch:
            what = f"Kept: {curve_points.name(run.config, run.epochs, epoch.epoch)}"
            lines.append((what, "validation", epoch.val_loss, epoch.val_accuracy))
    if run.test:
        lines.append(("Kept", "test", run.test["loss"], run.test["accuracy"]))
    frame = pd.DataFrame(lines, columns=["Moment", "Photos", "Loss", "Accuracy %"])
    frame["Accuracy %"] = [numbers.rounded(share * 100) for share in frame["Accuracy %"]]
    return frame


def settings(config: TrainConfig) -> pd.DataFrame:
    """Every setting of one run."""
    values = settings_text.in_words(config)
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
    return pd.DataFrame(
        {
            "Photo": list(names),
            "Prediction": called,
            "Label": truth,
            "Called": [classes[index] for index in called],
            "Is": [classes[index] for index in truth],
            "Certainty %": found.probabilities[chosen].max(axis=1) * 100,
            "Right": called == truth,
        }
    )
