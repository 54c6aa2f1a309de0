"""Every setting that a person may change, once: default, range, unit and words.

Sliders, the command line and the checks all read the `Setting` objects below; nothing
else in the project repeats a default or a range.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import SettingError

NUM_LAYERS: Final = 154  # MobileNetV2 without its top, at every width and image size


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a person may set.

    Attributes:
        name: Field of the configuration, and with dashes the command line's option.
        label: What stands beside the control.
        default: The value when nobody chose.
        what: What it does, one sentence.
        usual: The usual range, in words.
        symptom: What one sees when it is wrong.
        low: Smallest value, or None for a switch or a list of choices.
        high: Largest value, likewise.
        step: Distance between two positions of the slider.
        choices: The only values allowed, or empty.
        unit: Unit of the value, or empty.
    """

    name: str
    label: str
    default: Any
    what: str
    usual: str
    symptom: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[Any, ...] = ()
    unit: str = ""

    @property
    def help(self) -> str:
        """The text behind the question mark: what, usual range, symptom."""
        return f"{self.what} **Usual:** {self.usual} **When it is wrong:** {self.symptom}"

    def check(self, value: Any) -> None:
        """Accept `value` or say what is wrong with it.

        Raises:
            SettingError: If `value` is of the wrong kind or outside the range.
        """
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise SettingError(self._sentence("be on or off (true or false)", value))
            return
        if self.choices:
            if isinstance(value, bool) or value not in self.choices:
                named = ", ".join(str(choice) for choice in self.choices)
                raise SettingError(self._sentence(f"be one of {named}", value))
            return
        whole = isinstance(self.default, int)
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not math.isfinite(value):
            kind = "a whole number" if whole else "a number"
            raise SettingError(self._sentence(f"be {kind}", value))
        assert self.low is not None and self.high is not None
        if not self.low <= value <= self.high:
            raise SettingError(self._sentence(f"be between {self.low:g} and {self.high:g}", value))

    def _sentence(self, rule: str, value: Any) -> str:
        return f"{self.label} (`{self.name}`) must {rule}. Received: {value!r}."


def _settings(*settings: Setting) -> Mapping[str, Setting]:
    return {setting.name: setting for setting in settings}


AUGMENT: Final = _settings(
    Setting(
        "horizontal_flip",
        "Mirror left and right",
        True,
        "Shows half of the photos mirrored.",
        "on, unless left and right mean something (letters, signs).",
        "with letters or signs, accuracy falls because mirrored ones do not exist.",
    ),
    Setting(
        "rotation",
        "Rotation",
        0.2,
        "Turns each photo by a random angle of up to this fraction of a full turn, either way.",
        "0 to 0.2; 0.2 is up to 72 degrees.",
        "too much: animals stand on their heads, and training accuracy stays far below validation.",
        low=0.0,
        high=0.5,
        step=0.01,
        unit="of a full turn",
    ),
    Setting(
        "zoom",
        "Zoom",
        0.0,
        "Enlarges or shrinks each photo by up to this fraction.",
        "0 to 0.3.",
        "too much: heads are cut off, and accuracy falls in training and validation.",
        low=0.0,
        high=0.5,
        step=0.05,
        unit="of the size",
    ),
    Setting(
        "shift",
        "Shift",
        0.0,
        "Moves each photo sideways and up or down by up to this fraction of its size.",
        "0 to 0.2.",
        "too much: the subject leaves the picture.",
        low=0.0,
        high=0.5,
        step=0.05,
        unit="of the size",
    ),
    Setting(
        "brightness",
        "Brightness",
        0.0,
        "Makes each photo lighter or darker by up to this fraction of full white.",
        "0 to 0.3.",
        "too much: pictures turn white or black and nothing can be learned from them.",
        low=0.0,
        high=0.8,
        step=0.05,
        unit="of full white",
    ),
    Setting(
        "contrast",
        "Contrast",
        0.0,
        "Strengthens or weakens the contrast of each photo by up to this fraction.",
        "0 to 0.4.",
        "too much: pictures turn grey or posterlike.",
        low=0.0,
        high=0.9,
        step=0.05,
        unit="of the contrast",
    ),
)

TRAIN: Final = _settings(
    Setting(
        "epochs",
        "Epochs",
        10,
        "How often the new top layer sees all training photos while the rest is frozen.",
        "5 to 20.",
        "too few: the curves still climb at the marker; too many: they are flat and time is lost.",
        low=1,
        high=100,
        step=1,
    ),
    Setting(
        "fine_tune_epochs",
        "Fine-tuning epochs",
        10,
        "How many more rounds follow with part of the network released; 0 skips fine-tuning.",
        "5 to 20.",
        "too many: training accuracy climbs while validation stays or falls (overfitting).",
        low=0,
        high=100,
        step=1,
    ),
    Setting(
        "fine_tune_at",
        "Fine-tune from layer",
        100,
        "Layers from this number on may change in the second phase; those before stay frozen.",
        "80 to 130 of 154; 154 keeps everything frozen.",
        "too low with few photos: the network forgets what it knew and validation falls.",
        low=0,
        high=NUM_LAYERS,
        step=1,
    ),
    Setting(
        "learning_rate",
        "Learning rate",
        1e-4,
        "How big a step the network takes after each batch; fine-tuning takes a tenth of it.",
        "0.00003 to 0.001.",
        "too high: the loss jumps up and down; too low: the curves hardly move.",
        low=1e-6,
        high=1e-1,
        step=0.0,
    ),
    Setting(
        "fine_tune_learning_rate",
        "Learning rate of fine-tuning",
        0.0,
        "Step size of the second phase; 0 means a tenth of the learning rate.",
        "a tenth of the learning rate.",
        "too high: accuracy drops sharply right after the marker.",
        low=0.0,
        high=1e-1,
        step=0.0,
    ),
    Setting(
        "batch_size",
        "Batch size",
        32,
        "How many photos the network sees between two steps.",
        "16 to 64.",
        "too small: a ragged curve; too large: fewer steps in an epoch, so slower learning.",
        choices=(4, 8, 16, 32, 64, 128),
        unit="photos",
    ),
    Setting(
        "dropout",
        "Dropout",
        0.2,
        "Hides this share of the features at random while training, so that none is relied on.",
        "0.1 to 0.5.",
        "too high: training accuracy stays low; too low with few photos: overfitting.",
        low=0.0,
        high=0.8,
        step=0.05,
        unit="of the features",
    ),
    Setting(
        "image_size_px",
        "Image size",
        160,
        "Side of the square that every photo is scaled to before the network sees it.",
        "160; 224 is a little more accurate and takes twice as long.",
        "too small: details such as whiskers are lost; too large: slow.",
        choices=(96, 128, 160, 192, 224),
        unit="pixels",
    ),
    Setting(
        "alpha",
        "Network width",
        1.0,
        "Width of MobileNetV2: how many filters each layer has.",
        "1.0; 0.35 is about three times as fast and a little less accurate.",
        "too small: accuracy stays below what the photos allow; large: slow.",
        choices=(0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
        unit="times the standard",
    ),
    Setting(
        "weights",
        "Starting knowledge",
        "imagenet",
        "Whether the network starts with what it learned from 1.2 million photos, or from nothing.",
        "imagenet.",
        "none: needs far more photos and epochs, and stays near chance with few.",
        choices=("imagenet", "none"),
    ),
    Setting(
        "early_stopping",
        "Stop early",
        False,
        "Ends a phase when validation loss has not improved for three epochs.",
        "on for long trainings.",
        "on with few validation photos: it may stop at a chance dip.",
    ),
    Setting(
        "seed",
        "Seed",
        0,
        "Start of the random numbers: the same seed and settings give the same training again.",
        "any; change it to see how much is luck.",
        "nothing is wrong: results that differ much between seeds mean too few photos.",
        low=0,
        high=2**31 - 1,
        step=1,
    ),
)
