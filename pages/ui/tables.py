"""Tables as data frames: runs, layers, settings, predictions. Pure; a page draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.io.formats.style import Styler

from pages.ui import words
from pipeline.evaluation.class_scores import ClassScores
from pipeline.evaluation.metrics import margin
from pipeline.evaluation.predictions import Predictions
from pipeline.files import spreadsheet
from pipeline.network.mobilenet_v2 import Layer, num_features
from pipeline.settings.hyperparameters import NUM_LAYERS, TRAIN
from pipeline.settings.presets import FIRST, PRESETS, preset_of
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import curve_points, numbers, settings_text
from pipeline.wording.numbers import duration, learning_rate, rounded
from pipeline.workspace.run import Run

RELEASED: Final = "background-color: rgba(217, 98, 43, 0.16)"  # on light and dark
LINE_NAME: Final = "freezing line"
LINE: Final = "background-color: rgba(122, 107, 209, 0.35); font-weight: 600"


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
            "State": [words.STATES[run.state][0] for run in rows],
            "Validation %": [best_validation(run) for run in rows],
            "Settings": [preset_name(run.config) for run in rows],
            "Epochs": [curve_points.rounds(run.config) for run in rows],
            "From layer": [
                run.config.fine_tune_at if run.config.fine_tune_epochs else None for run in rows
            ],
            "Learning rate": [
                learning_rate(run.config.learning_rate) if _has_epochs(run) else "" for run in rows
            ],
            "Augmentation": [
                settings_text.augmentation(run.config.augment) if _has_epochs(run) else ""
                for run in rows
            ],
            "Took": [duration(run.seconds) if run.seconds else "" for run in rows],
            "Started": [run.created_at for run in rows],
        }
    )


def rejected(rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Files that were left out; a reason's last sentence is what to do about it."""
    reasons = [row["reason"] for row in rows]
    told = [reason.rpartition(". ") for reason in reasons]
    return pd.DataFrame(
        {
            "File": [row["name"] for row in rows],
            "Reason": [f"{why}." if why else todo for why, _, todo in told],
            "What to do": [todo if why else "Leave it out." for why, _, todo in told],
        }
    )


def class_scores(classes: Sequence[str], scores: Sequence[ClassScores]) -> pd.DataFrame:
    """One line for each class: how many of it are found, how many so called are it."""
    return pd.DataFrame(
        {
            "Class": list(classes),
            "Photos": [one.support for one in scores],
            "Found": [numbers.share(one.recall) for one in scores],
            "Right when called": [numbers.share(one.precision) for one in scores],
            "F1": [None if one.f1 is None else round(one.f1, 3) for one in scores],
        }
    )


def confusion(counts: NDArray[np.int64], classes: Sequence[str]) -> pd.DataFrame:
    """The confusion matrix: rows are what a photo is, columns what it was called."""
    return pd.DataFrame(
        counts,
        index=[f"is {name}" for name in classes],
        columns=[f"called {name}" for name in classes],
    )


def preset_name(config: TrainConfig) -> str:
    """Which of the ready ways to train these settings are."""
    if replace(config, seed=FIRST.seed) == FIRST:
        return "First"
    preset = preset_of(config)
    return PRESETS[preset].label if preset else "own"


def _has_epochs(run: Run) -> bool:
    """Whether anything was learned step by step."""
    return bool(run.config.fine_tune_epochs) or not curve_points.is_solved(run.config)


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
            where = curve_points.name(run.config, run.epochs, last.epoch).removeprefix(
                "fine-tuning "
            )
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


def layers(rows: Sequence[Layer], fine_tune_at: int, num_classes: int) -> Styler:
    """The backbone's layers and the head, with a line where freezing ends."""
    lines = [_layer(layer, fine_tune_at) for layer in rows]
    if fine_tune_at < NUM_LAYERS:
        lines.insert(fine_tune_at, ("", LINE_NAME, "above: frozen", "", "", "", "below: released"))
    else:
        lines.append(("", LINE_NAME, "above: frozen", "", "", "", ""))
    logits = 1 if num_classes == 2 else num_classes
    features = num_features(_alpha(rows))
    parameters = f"{(features + 1) * logits:,}"
    lines.append(
        ("", "new dense layer", "Dense", "head", f"{logits}", parameters, "learns in both")
    )
    columns = ["Layer", "Name", "Kind", "Block", "Output", "Parameters", "Fine-tuning"]
    frame = pd.DataFrame(lines, columns=columns)
    return frame.style.apply(_layer_style, axis=1)


def blocks(rows: Sequence[Layer], fine_tune_at: int) -> Styler:
    """The backbone block by block, with a line where freezing ends."""
    inside: dict[str, list[Layer]] = {}
    for layer in rows:
        inside.setdefault(layer.block, []).append(layer)
    lines: list[tuple[str, ...]] = []
    drawn = False
    for name, members in inside.items():
        first, last = members[0].index, members[-1].index
        if not drawn and fine_tune_at <= last:
            lines.append((LINE_NAME, f"at {fine_tune_at}", "", "", ""))
            drawn = True
        fate = "frozen" if last < fine_tune_at else "released"
        if first < fine_tune_at <= last:
            fate = f"released from layer {fine_tune_at} on"
        shape = " x ".join(str(side) for side in members[-1].output_shape)
        parameters = sum(layer.parameters for layer in members)
        lines.append((name, f"{first} to {last}", shape, f"{parameters:,}", fate))
    if not drawn:
        lines.append((LINE_NAME, f"at {fine_tune_at}", "", "", ""))
    frame = pd.DataFrame(lines, columns=["Name", "Layers", "Output", "Parameters", "Fine-tuning"])
    return frame.style.apply(_layer_style, axis=1)


def _alpha(rows: Sequence[Layer]) -> float:
    """The width whose last layer has as many features as these layers."""
    last = rows[-1].output_shape[-1]
    return next(alpha for alpha in TRAIN["alpha"].choices if num_features(alpha) == last)


def _layer(layer: Layer, fine_tune_at: int) -> tuple[str, ...]:
    if layer.index < fine_tune_at:
        fate = "frozen"
    elif layer.kind == "BatchNormalization":
        fate = "kept as it is"
    elif layer.parameters:
        fate = "released"
    else:
        fate = "nothing to learn"
    shape = " x ".join(str(side) for side in layer.output_shape)
    parameters = f"{layer.parameters:,}" if layer.parameters else ""
    return (
        str(layer.index),
        layer.name,
        layer.kind,
        layer.block,
        shape,
        parameters,
        fate,
    )


def _layer_style(line: pd.Series) -> list[str]:
    if line["Name"] == LINE_NAME:
        return [LINE] * len(line)
    free = line["Fine-tuning"].startswith(("released", "learns"))
    return [RELEASED if free else ""] * len(line)


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


def as_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """Rows as CSV with a byte order mark; no cell is taken for a formula."""
    lines = ([row.get(column, "") for column in columns] for row in rows)
    return ("\ufeff" + spreadsheet.as_csv(columns, lines)).encode()
