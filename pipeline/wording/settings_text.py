"""Settings as people read them: one sentence, one cell, one difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from pipeline.evaluation.class_weights import VERY_UNEVEN, settled, unevenness
from pipeline.settings.hyperparameters import (
    AUGMENT,
    AUTO,
    BALANCED,
    BUILT_IN,
    FRESH_VIEWS,
    IMAGENET,
    NOTHING,
    NUM_LAYERS,
    SOLVED,
    STEPPED,
    TRAIN,
    UNWEIGHTED,
)
from pipeline.settings.setting import SHARE, TURN, Setting
from pipeline.settings.train_config import FINE_TUNING, AugmentConfig, TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import numbers
from pipeline.wording.text import joined

HEADS: Final = {STEPPED: "Gradient descent", SOLVED: "Closed-form solver"}
ALIKE: Final = {AUTO: "Auto", BALANCED: "On", UNWEIGHTED: "Off"}
# What the choices of a setting are called, where that is not what they are.
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {"head": HEADS, "class_weight": ALIKE}
KNOWLEDGE: Final = {
    IMAGENET: "ImageNet",
    BUILT_IN: "PawTune's own small network",
    NOTHING: "none (random)",
}
NOT_USED: Final = "not used"
OFF: Final = "off"
AS_THEY_ARE: Final = "as they are"


def augmentation(config: AugmentConfig) -> str:
    """`mirrored, turned by up to 72°`, or `as they are`."""
    parts = ["mirrored"] if config.horizontal_flip else []
    if config.rotation:
        parts.append(f"turned by up to {turn(config.rotation)}")
    for name, verb in (("zoom", "zoomed"), ("shift", "shifted")):
        if getattr(config, name):
            parts.append(f"{verb} by up to {getattr(config, name):.0%}")
    for name in ("brightness", "contrast"):
        if getattr(config, name):
            parts.append(f"{name} up to {getattr(config, name):.0%} off")
    return ", ".join(parts) or AS_THEY_ARE


def turn(fraction: float) -> str:
    """A fraction of a full turn in degrees: `72°`."""
    return f"{fraction * 360:.0f}°"


def views(number: int) -> str:
    """A number of views in words: `4`, or `a fresh one each epoch`."""
    return "a fresh one each epoch" if number == FRESH_VIEWS else str(number)


def views_used(config: TrainConfig) -> int:
    """How many different views of each photo a training will take; 0: photos as they are."""
    epochs = config.fine_tune_epochs + (0 if config.head == SOLVED else config.epochs)
    if config.augment == AugmentConfig():
        return 0
    return epochs if config.views == FRESH_VIEWS else min(config.views, epochs)


def training_photos(config: TrainConfig) -> str:
    """A sentence: in which variations a training sees its photos."""
    used = views_used(config)
    if not used:
        return "Training photos are shown as they are."
    seen = f"{augmentation(config.augment)}, in **{numbers.plural(used, 'view')}** of each"
    if config.head == SOLVED:
        return f"The head is solved on photos as they are; fine-tuning sees them {seen}."
    return f"Training photos are shown {seen}."


def head(choice: str, fine_tune_epochs: int) -> str:
    """What it means for the other settings which classifier is chosen."""
    if choice != SOLVED:
        return "Batch by batch, for as many epochs as you choose, on augmented photos."
    if fine_tune_epochs:
        return (
            "Computed at once, from photos as they are: epochs do nothing, and dropout, "
            "augmentation and views count in fine-tuning only."
        )
    return (
        "Computed at once, from photos as they are. Without fine-tuning there are no epochs at "
        "all: rates, batches, dropout, augmentation and views do nothing."
    )


def class_weight(config: TrainConfig, sizes: Mapping[str, int]) -> str:
    """A sentence on how very uneven classes will be treated; empty where they are not.

    Args:
        config: The settings.
        sizes: How many training photos each class has.
    """
    times = unevenness(sizes.values())
    if times <= VERY_UNEVEN:
        return ""
    there = {name: size for name, size in sizes.items() if size}
    most, least = max(there, key=there.__getitem__), min(there, key=there.__getitem__)
    uneven = f"Of {most} there are {times:.0f} times as many training photos as of {least}. "
    if settled(config, sizes.values()).class_weight == BALANCED:
        return f"{uneven}Each class counts alike nevertheless: a photo of {least} weighs more."
    return (
        f"{uneven}Each photo counts alike, so {least} will often be predicted as something else; "
        f"{TRAIN['class_weight'].label} under More settings mends that."
    )


def one_batch(config: TrainConfig, training: int) -> str:
    """A sentence where all training photos fit into one batch; empty where they do not.

    Args:
        config: The settings.
        training: How many training photos there are.
    """
    is_idle = "batch_size" in without_effect(config.to_json())
    if is_idle or not 0 < training < config.batch_size:
        return ""
    return (
        f"There are fewer training photos ({training}) than the batch size ({config.batch_size}): "
        "all of them make one batch, so each epoch is one step. A smaller batch size gives more."
    )


def fitted_batch(config: TrainConfig, training: int) -> str:
    """A sentence on a batch size that was lowered to the photos that there are.

    Args:
        config: The settings that were fitted.
        training: How many training photos there are.
    """
    return f"Batch size {config.batch_size}: there are {training} training photos."


def changed(config: TrainConfig, start: TrainConfig) -> list[str]:
    """Labels of the settings that are no longer as they were at the start; not the seed."""
    now, before = (asdict(one) | asdict(one.augment) for one in (config, start))
    return [
        entry.label
        for name, entry in {**TRAIN, **AUGMENT}.items()
        if now[name] != before[name] and name != "seed"
    ]


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


def odd_address(odd: Sequence[str], why: str) -> str:
    """A sentence on what an address names and nobody can set; empty where it names nothing such.

    Args:
        odd: Labels of these settings.
        why: What is wrong with the first.
    """
    if len(odd) > 1:
        labels = joined(odd)
        return f"This address names values that cannot be; they are at their default: {labels}."
    return f"From this address, the default was taken instead: {why}" if odd else ""


def in_words(config: TrainConfig, started_from: str | None = None) -> dict[str, str]:
    """Every setting by its label, with its unit, as a report tells it; or that it was not used.

    Args:
        config: The settings.
        started_from: Name of the run whose network was the start, whatever they say.
    """
    told = dict(settings(config))
    told[TRAIN["weights"].label] = KNOWLEDGE.get(config.weights, config.weights)
    if started_from is not None:
        told[TRAIN["weights"].label] = f"the network of {started_from}"
    values = {entry.label: told.get(entry.label, NOT_USED) for entry in TRAIN.values()}
    # The report leaves out what augmentation does not do.
    rest = NOT_USED if "augment" in without_effect(config.to_json()) else OFF
    return values | {entry.label: told.get(entry.label, rest) for entry in AUGMENT.values()}


def rate_or_tenth(rate: float) -> str:
    """A rate of fine-tuning in words; 0 means a tenth of the learning rate."""
    return numbers.learning_rate(rate) if rate else "a tenth"


def settings(config: TrainConfig) -> list[tuple[str, str]]:
    """Every setting that had an effect, by its label, with value and unit."""
    idle = without_effect(config.to_json())
    rows = [
        (setting.label, _value(config, name, getattr(config, name), setting.unit))
        for name, setting in TRAIN.items()
        if name not in idle
    ]
    if "augment" in idle:
        return rows
    augment = asdict(config.augment)
    varied = [
        (setting.label, shown(augment[name], setting.unit))
        for name, setting in AUGMENT.items()
        if augment[name]
    ]
    return rows + (varied or [("Augmentation", "none: photos as they are")])


def _value(config: TrainConfig, name: str, value: Any, unit: str) -> str:
    if name == "views":
        return views(config.views)
    if name == "fine_tune_learning_rate":
        return shown(config.phase_learning_rates[FINE_TUNING], unit)
    if name in CHOICES:
        return CHOICES[name][value].lower()
    if name == "fine_tune_at":
        return f"{value} of {NUM_LAYERS}"
    return shown(value, unit)


def shown(value: Any, unit: str) -> str:
    """A value with its unit: `0.0001`, `32 photos`, `72°`, `20 %`, `on`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if unit == TURN:
        return turn(value)
    if unit == SHARE:
        return f"{value:.10%}".rstrip("0%").rstrip(".") + " %" if value else "0 %"
    if isinstance(value, float):
        value = f"{value:.10f}".rstrip("0").rstrip(".")
    return f"{value} {unit}".strip()


def asked_for(setting: Setting) -> str:
    """What may be typed for a number: `Epochs: a whole number between 1 and 100, please`."""
    low, high = setting.low or 0, setting.high or 0
    if isinstance(setting.default, int):
        return f"{setting.label}: a whole number between {low:g} and {high:g}, please."
    ends = f"{numbers.learning_rate(low)} and {numbers.learning_rate(high)}"
    return f"{setting.label}: between {ends}, please."
