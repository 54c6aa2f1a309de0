"""Three ways to train, each with its words: what it does and when to take it; and a first one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA, SOLVED, TRAIN
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.settings.without_effect import without_effect


@dataclass(frozen=True, slots=True)
class Preset:
    """One way to train.

    Attributes:
        label: What the button says.
        icon: Its name among the Material Symbols.
        what: What happens, one or two sentences.
        when: When to take it, one sentence.
        config: The settings.
    """

    label: str
    icon: str
    what: str
    when: str
    config: TrainConfig


QUICK: Final = "quick"
TUTORIAL: Final = "tutorial"
CAREFUL: Final = "careful"

PRESETS: Final[Mapping[str, Preset]] = {
    QUICK: Preset(
        "Quick",
        "bolt",
        "The frozen network looks at each photo once, and the best new layer (the head) for what "
        "it sees is computed directly. No fine-tuning.",
        "Take it first: it is done in seconds, and often that is all you need.",
        TrainConfig(
            image_size_px=224, head=SOLVED, fine_tune_epochs=0, augment=AUGMENT_PRESETS["none"]
        ),
    ),
    TUTORIAL: Preset(
        "Tutorial",
        "menu_book",
        "TensorFlow's recipe, step by step: the head learns first, then the last layers adapt.",
        "Take it to watch learning happen, and to see what each slider does.",
        TrainConfig(),
    ),
    CAREFUL: Preset(
        "Careful",
        "workspace_premium",
        "Starts from the quick head, then fine-tunes on large, varied photos until validation "
        "no longer improves, and keeps the best epoch of an averaged network.",
        "Take it last, when every photo counts and some minutes do not.",
        TrainConfig(
            image_size_px=224,
            head=SOLVED,
            fine_tune_epochs=12,
            views=8,
            augment=AUGMENT_PRESETS["mild"],
            weight_averaging=True,
            early_stopping=True,
        ),
    ),
}


# A first training, to be watched in less than a minute on the drawn pets, from the network that
# comes along: that one has seen few drawings, so much of it is released, in small batches.
FIRST: Final = TrainConfig(
    weights=BUILT_IN,
    alpha=BUILT_IN_ALPHA,
    image_size_px=192,
    epochs=5,
    fine_tune_epochs=5,
    fine_tune_at=27,
    learning_rate=1e-3,
    fine_tune_learning_rate=1e-3,
    batch_size=8,
    weight_averaging=True,
    augment=AUGMENT_PRESETS["mild"],
)

# The same on the tutorial's photos, which ImageNet's knowledge sees well: the head alone learns.
FIRST_REAL: Final = TrainConfig(
    fine_tune_epochs=0,
    views=1,
    augment=AUGMENT_PRESETS["none"],
)


def fitted(config: TrainConfig, training: int) -> TrainConfig:
    """The same settings with a batch that is no larger than all training photos together.

    Args:
        config: The settings.
        training: How many training photos there are.
    """
    sizes = fitting_batches(training)
    return replace(config, batch_size=min(config.batch_size, sizes[-1]))


def fitting_batches(training: int) -> tuple[int, ...]:
    """The batch sizes that so many training photos fill; the smallest where they fill none."""
    sizes: tuple[int, ...] = TRAIN["batch_size"].choices
    return tuple(size for size in sizes if size <= training) or sizes[:1]


def preset_of(config: TrainConfig, training: int | None = None) -> str | None:
    """Name of the preset whose settings these are; None for one's own.

    Neither the seed counts, nor whether classes are treated alike (a run records for that what
    its photos made of "auto"), nor what changes nothing beside the others.

    Args:
        config: The settings.
        training: How many training photos there are: as `fitted` to them a preset is still the
            same. None where nobody knows.
    """
    for name, preset in PRESETS.items():
        start = preset.config if training is None else fitted(preset.config, training)
        if _but_for_photos(config, start) == start:
            return name
    return None


def preset_name(config: TrainConfig) -> str:
    """Which of the ready ways to train these settings are."""
    if any(_but_for_photos(config, first) == first for first in (FIRST, FIRST_REAL)):
        return "First"
    preset = preset_of(config)
    return PRESETS[preset].label if preset else "Custom"


def _but_for_photos(config: TrainConfig, preset: TrainConfig) -> TrainConfig:
    idle = without_effect(config.to_json())
    same = {name: getattr(preset, name) for name in (*idle, "seed", "class_weight")}
    return replace(config, **same)
