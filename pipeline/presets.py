"""Three ways to train, each with its words: what it does and when to take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pipeline.config import AUGMENT_PRESETS, TrainConfig
from pipeline.settings import SOLVED


@dataclass(frozen=True, slots=True)
class Preset:
    """One way to train.

    Attributes:
        label: What the button says.
        what: What happens, one or two sentences.
        when: When to take it, one sentence.
        config: The settings.
    """

    label: str
    what: str
    when: str
    config: TrainConfig


QUICK: Final = "quick"
TUTORIAL: Final = "tutorial"
CAREFUL: Final = "careful"

PRESETS: Final[Mapping[str, Preset]] = {
    QUICK: Preset(
        "Quick",
        "The frozen network looks at each photo once, and the best new layer (the head) for what "
        "it sees is computed directly. No fine-tuning.",
        "Take it first: it is done in seconds, and often that is all you need.",
        TrainConfig(
            image_size_px=224,
            head=SOLVED,
            fine_tune_epochs=0,
            augment=AUGMENT_PRESETS["none"],
        ),
    ),
    TUTORIAL: Preset(
        "Tutorial",
        "TensorFlow's recipe, step by step: the head learns first, then the last layers adapt.",
        "Take it to watch learning happen, and to see what each slider does.",
        TrainConfig(),
    ),
    CAREFUL: Preset(
        "Careful",
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


def preset_of(config: TrainConfig) -> str | None:
    """Name of the preset whose settings these are, whatever the seed; None for one's own."""
    for name, preset in PRESETS.items():
        if replace(config, seed=preset.config.seed) == preset.config:
            return name
    return None
