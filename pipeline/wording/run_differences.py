"""What sets trainings apart, in as few words as a row or a curve has room for: `lr 1e-3`."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.settings.hyperparameters import AUGMENT, NUM_LAYERS, TRAIN
from pipeline.settings.train_config import FINE_TUNING, AugmentConfig, TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import settings_text

AUGMENTATION: Final = "augment"
# What is tuned most stands first, in names as in columns.
SETTINGS: Final = (
    "learning_rate",
    "head",
    "epochs",
    "fine_tune_at",
    "fine_tune_epochs",
    "fine_tune_learning_rate",
    "dropout",
    "batch_size",
    AUGMENTATION,
    "views",
    "image_size_px",
    *(name for name in TRAIN if name in ("alpha", "weights", "class_weight", "seed")),
    "weight_averaging",
    "early_stopping",
)
_IN_NAMES: Final[Mapping[str, str]] = {
    "learning_rate": "lr {}",
    "epochs": "{} epochs",
    "fine_tune_at": "from {}",
    "fine_tune_epochs": "fine-tuning {} epochs",
    "fine_tune_learning_rate": "fine-tuning lr {}",
    "dropout": "dropout {}",
    "batch_size": "batch {}",
    "views": "{} views",
    "image_size_px": "{} px",
    "alpha": "width {}",
    "class_weight": "class weights {}",
    "seed": "seed {}",
    "weight_averaging": "averaging {}",
    "early_stopping": "early stop {}",
}
_COUNTED: Final = {"epochs", "fine_tune_epochs", "views"}
_COLUMNS: Final[Mapping[str, str]] = {
    "learning_rate": "lr",
    "fine_tune_learning_rate": "Fine-tuning lr",
    "fine_tune_at": "Released from",
    "image_size_px": "Pixels",
    AUGMENTATION: "Augmentation",
}
_SWEPT: Final = "|".join(re.escape(one.label.lower()) for one in {**TRAIN, **AUGMENT}.values())
# As the app calls runs; those of a sweep with what was chosen for them behind it.
_AUTOMATIC: Final = re.compile(rf".+?, (run [\d,]+)(?:: (?:{_SWEPT}) .+)?")
_ALWAYS: Final = {"learning_rate"}  # in a name also where most runs have the same
_REMEMBERED: Final = 4_000  # settings and their words: a bench tells all of them at each release
MOST: Final = 3  # settings in a name: more are not read
AS_NOW: Final = "as now"
UNUSED: Final = ""


def rate(value: float) -> str:
    """A learning rate as those write it who tune: `1e-3`, `2.5e-4`."""
    mantissa, _, power = f"{value:.2e}".partition("e")
    return f"{float(mantissa):g}e{int(power)}" if value else "0"


def column(name: str) -> str:
    """The heading of a setting's column."""
    return _COLUMNS.get(name) or TRAIN[name].label


@lru_cache(_REMEMBERED)
def cell(config: TrainConfig, name: str) -> str:
    """What a setting stands at; empty where it changes nothing beside the others."""
    return _value(name, _effective(config)[name], config)


def varying(configs: Sequence[TrainConfig]) -> list[str]:
    """The settings in which these trainings differ, the most telling first."""
    found = [_effective(config) for config in configs]
    return [name for name in SETTINGS if len({one[name] for one in found}) > 1]


def apart(config: TrainConfig, present: TrainConfig) -> str:
    """In what settings differ from the present ones, `lr 1e-3`; `AS_NOW` if in none."""
    return in_short(config, varying([config, present])) or AS_NOW


def in_short(config: TrainConfig, names: Sequence[str]) -> str:
    """Some settings in words, `lr 1e-3, from block 9`; those without effect are left out."""
    values = {name: cell(config, name) for name in names}
    told = [_phrase(name, value) for name, value in values.items() if value]
    return ", ".join(told[:MOST])


def _phrase(name: str, value: str) -> str:
    if (name, value) == ("fine_tune_epochs", "0"):
        return "no fine-tuning"
    phrase = _IN_NAMES.get(name, "{}").format(value)
    return phrase.removesuffix("s") if name in _COUNTED and value == "1" else phrase


def names(runs: Sequence[tuple[str, TrainConfig]]) -> list[str]:
    """What to call runs beside each other: by what sets them apart, or as a person named them.

    Args:
        runs: The name of each, and its settings.
    """
    configs = [config for _, config in runs]
    differing = varying(configs)
    usual = {name: _most_frequent(configs, name) for name in differing}
    found = []
    for called, config in runs:
        automatic = _AUTOMATIC.fullmatch(called)
        if automatic is None:
            found.append(called)
            continue
        told = [name for name in differing if name in _ALWAYS or cell(config, name) != usual[name]]
        found.append(in_short(config, told or differing) or automatic[1])
    twice = {name for name, times in Counter(found).items() if times > 1}
    return [
        f"{told} ({automatic[1]})" if told in twice and automatic and told != automatic[1] else told
        for told, automatic in zip(
            found, (_AUTOMATIC.fullmatch(name) for name, _ in runs), strict=True
        )
    ]


def _most_frequent(configs: Sequence[TrainConfig], name: str) -> str:
    return Counter(cell(config, name) for config in configs).most_common(1)[0][0]


@lru_cache(_REMEMBERED)
def _effective(config: TrainConfig) -> dict[str, Any]:
    """Every setting; None where it has no effect."""
    idle = without_effect(config.to_json())
    values: dict[str, Any] = {name: getattr(config, name) for name in SETTINGS}
    if math.isclose(config.phase_learning_rates[FINE_TUNING], config.learning_rate / 10):
        values["fine_tune_learning_rate"] = 0.0  # follows from the other, however it was said
    return {name: None if name in idle else value for name, value in values.items()}


def _value(name: str, value: Any, config: TrainConfig) -> str:
    if value is None:
        return UNUSED
    if name.endswith("learning_rate"):
        return rate(value) if value else settings_text.rate_or_tenth(value)
    if isinstance(value, AugmentConfig):
        return settings_text.augmentation(value)
    if name == "fine_tune_at":
        return _released_from(value, config)
    if name == "views":
        return settings_text.views(value)
    if name == "weights":
        return settings_text.KNOWLEDGE.get(value, str(value))
    if name in settings_text.CHOICES:
        return settings_text.CHOICES[name][value].lower()
    if isinstance(value, bool):
        return "on" if value else settings_text.OFF
    return f"{value:g}" if isinstance(value, float) else str(value)


def _released_from(layer: int, config: TrainConfig) -> str:
    """`block 9` where that begins with the layer, else the layer's number."""
    if layer >= NUM_LAYERS:
        return "the head"
    layers = backbone_layers(config.alpha, TRAIN["image_size_px"].default)
    block = layers[layer].block
    return block if layer == 0 or layers[layer - 1].block != block else f"layer {layer}"
