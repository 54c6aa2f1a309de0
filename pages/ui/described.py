"""Settings as people read them: one sentence, one cell, one difference."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from pages.ui import words
from pipeline.architecture import backbone_layers, released_share
from pipeline.config import AugmentConfig, TrainConfig
from pipeline.settings import AUGMENT, NUM_LAYERS, TRAIN
from pipeline.workspace.runs import Run


def augmentation(config: AugmentConfig) -> str:
    """`mirrored, turned by up to 72°`, or `photos as they are`."""
    parts = ["mirrored"] if config.horizontal_flip else []
    if config.rotation:
        parts.append(f"turned by up to {config.rotation * 360:.0f}°")
    for name, verb in (("zoom", "zoomed"), ("shift", "shifted")):
        if getattr(config, name):
            parts.append(f"{verb} by up to {getattr(config, name):.0%}")
    for name in ("brightness", "contrast"):
        if getattr(config, name):
            parts.append(f"{name} up to {getattr(config, name):.0%} off")
    return ", ".join(parts) or "photos as they are"


def too_strong(config: AugmentConfig) -> list[str]:
    """What is likely too much about these settings, one sentence each."""
    limits = {
        "rotation": (0.25, "Beyond a quarter turn, animals stand on their heads."),
        "zoom": (0.3, "Zoom above 30 % cuts heads off or makes subjects tiny."),
        "shift": (0.25, "Shifts above 25 % can push the subject out of the picture."),
        "brightness": (0.4, "Brightness above 40 % turns some photos white or black."),
        "contrast": (0.6, "Contrast above 60 % turns some photos grey or posterlike."),
    }
    return [sentence for name, (most, sentence) in limits.items() if getattr(config, name) > most]


def cut(alpha: float, fine_tune_at: int) -> str:
    """Where the freezing line lies: block, layer's name, and share that it frees."""
    if fine_tune_at >= NUM_LAYERS:
        return "Layer 154 lies behind the last one: nothing of the backbone is released."
    layer = backbone_layers(alpha, TRAIN["image_size_px"].default)[fine_tune_at]
    share = words.percent(released_share(alpha, fine_tune_at), 0)
    place = {"stem": "the stem", "top": "the top"}.get(layer.block, layer.block)
    return (
        f"Layer {fine_tune_at} is `{layer.name}` in **{place}**. "
        f"Fine-tuning may change what lies from there on: **{share}** of the backbone."
    )


def differing(runs: Sequence[Run]) -> dict[str, list[Any]]:
    """Settings in which the runs differ: label -> one value for each run."""
    rows = [flat_settings(run.config) for run in runs]
    return {
        label: [row[label] for row in rows]
        for label in rows[0]
        if len({repr(row[label]) for row in rows}) > 1
    }


def flat_settings(config: TrainConfig) -> dict[str, Any]:
    """Every setting of a run by its label, augmentation included."""
    values: dict[str, Any] = {}
    for name, entry in TRAIN.items():
        values[entry.label] = getattr(config, name)
    values["Learning rate"] = words.learning_rate(config.learning_rate)
    values["Learning rate of fine-tuning"] = rate_or_tenth(config.fine_tune_learning_rate)
    augment: Mapping[str, Any] = dataclasses.asdict(config.augment)
    return values | {entry.label: augment[name] for name, entry in AUGMENT.items()}


def rate_or_tenth(rate: float) -> str:
    """A rate of fine-tuning in words; 0 means a tenth of the learning rate."""
    return words.learning_rate(rate) if rate else "a tenth"
