"""Numbers and settings of a run in words, for the report and the model card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.counted import photos
from pipeline.evaluation import class_scores as by_class
from pipeline.evaluation.class_scores import ClassScores
from pipeline.evaluation.metrics import confusion_matrix
from pipeline.exporting.run_facts import RunFacts
from pipeline.settings.hyperparameters import (
    AUGMENT,
    BUILT_IN,
    FRESH_VIEWS,
    IMAGENET,
    NUM_LAYERS,
    SOLVED,
    TRAIN,
)
from pipeline.settings.train_config import FINE_TUNING, AugmentConfig, TrainConfig
from pipeline.wording import PHASE_NAMES, duration, interval, percent, share

__all__ = [
    "PHASE_NAMES",
    "STARTS",
    "class_scores",
    "duration",
    "interval",
    "matrix",
    "mix_ups",
    "percent",
    "settings",
    "share",
    "verdict",
    "views",
]

STARTS: Final = {
    IMAGENET: "what MobileNetV2 learned from the 1.2 million photos of ImageNet (published with "
    "Keras, Apache License 2.0)",
    BUILT_IN: "PawTune's own small network, which has seen 16,000 cats and dogs (Apache License "
    "2.0)",
}


def verdict(facts: RunFacts) -> str:
    """The result in a sentence, with its margin."""
    if facts.test is None:
        return "This run has no test result."
    return (
        f"{percent(facts.test['accuracy'])} of {photos(int(facts.test['photos']))} that it had "
        "never seen were called right (95 % interval: "
        f"{interval(facts.test['low'], facts.test['high'])} %)."
    )


def matrix(facts: RunFacts) -> NDArray[np.int64] | None:
    """`(C, C)` test photos, row = what they are, column = what they were called; None without."""
    if facts.truth is None or facts.called is None:
        return None
    return confusion_matrix(facts.truth, facts.called, len(facts.classes))


def class_scores(facts: RunFacts) -> list[tuple[str, ClassScores]]:
    """Every class in order; nothing where the run's answers are not there."""
    if facts.truth is None or facts.probabilities is None:
        return []
    scores = by_class.class_scores(facts.truth, facts.probabilities)
    return list(zip(facts.classes, scores, strict=True))


def mix_ups(facts: RunFacts, most: int) -> list[tuple[str, str, int]]:
    """What was most often called what else: class, what it was called, how many photos."""
    counts = matrix(facts)
    if counts is None:
        return []
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    places: Sequence[tuple[int, int]] = [divmod(int(one), len(facts.classes)) for one in order]
    return [
        (facts.classes[row], facts.classes[column], int(wrong[row, column]))
        for row, column in places
        if wrong[row, column]
    ]


def settings(config: TrainConfig) -> list[tuple[str, str]]:
    """Every setting that had an effect, by its label, with value and unit."""
    idle = _without_effect(config)
    rows = [
        (setting.label, _value(config, name, getattr(config, name), setting.unit))
        for name, setting in TRAIN.items()
        if name not in idle
    ]
    if not _is_stepped(config):
        return rows
    shown = [
        (setting.label, _shown(asdict(config.augment)[name], setting.unit))
        for name, setting in AUGMENT.items()
        if asdict(config.augment)[name]
    ]
    return rows + (shown or [("Augmentation", "none: photos as they are")])


def views(config: TrainConfig) -> str:
    """`4`, or what it means that there is no number."""
    return "a fresh one each epoch" if config.views == FRESH_VIEWS else str(config.views)


def _is_stepped(config: TrainConfig) -> bool:
    return config.head != SOLVED or config.fine_tune_epochs > 0


def _without_effect(config: TrainConfig) -> set[str]:
    idle: set[str] = set()
    if not config.fine_tune_epochs:
        idle |= {"fine_tune_at", "fine_tune_learning_rate", "weight_averaging"}
    if config.head == SOLVED:
        idle |= {"epochs", "learning_rate"}
    if not _is_stepped(config):
        idle |= {"batch_size", "dropout", "views", "early_stopping"}
    if config.augment == AugmentConfig():
        idle.add("views")
    return idle


def _value(config: TrainConfig, name: str, value: Any, unit: str) -> str:
    if name == "views":
        return views(config)
    if name == "fine_tune_learning_rate":
        return _shown(config.phase_learning_rates[FINE_TUNING], unit)
    if name == "head":
        return "solved directly" if value == SOLVED else "step by step"
    if name == "fine_tune_at":
        return f"{value} of {NUM_LAYERS}"
    return _shown(value, unit)


def _shown(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        value = f"{value:.10f}".rstrip("0").rstrip(".")
    return f"{value} {unit}".strip()
