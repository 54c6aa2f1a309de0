"""What a training is asked to do; the settings, with ranges and words, are `hyperparameters`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import (
    AUGMENT,
    BUILT_IN,
    BUILT_IN_ALPHA,
    FRESH_VIEWS,
    TRAIN,
    UNWEIGHTED,
)
from pipeline.settings.setting import Setting

FEATURE_EXTRACTION: Final = "feature_extraction"
FINE_TUNING: Final = "fine_tuning"
PHASES: Final = (FEATURE_EXTRACTION, FINE_TUNING)


class _Checked:
    """Checks every field against its setting, and turns into JSON and back."""

    _settings: ClassVar[Mapping[str, Setting]]

    def __post_init__(self) -> None:
        for name, setting in self._settings.items():
            setting.check(getattr(self, name))


@dataclass(frozen=True, slots=True)
class AugmentConfig(_Checked):
    """How much the training photos are varied; see `AUGMENT` for units and ranges."""

    horizontal_flip: bool = False
    rotation: float = 0.0
    zoom: float = 0.0
    shift: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0

    _settings: ClassVar[Mapping[str, Setting]] = AUGMENT


AUGMENT_PRESETS: Final[Mapping[str, AugmentConfig]] = {
    "none": AugmentConfig(),
    "mild": AugmentConfig(horizontal_flip=True, rotation=0.05, zoom=0.1, shift=0.05),
    "tutorial": AugmentConfig(horizontal_flip=True, rotation=0.2),
    "strong": AugmentConfig(
        horizontal_flip=True, rotation=0.2, zoom=0.2, shift=0.1, brightness=0.2, contrast=0.3
    ),
}


@dataclass(frozen=True, slots=True)
class TrainConfig(_Checked):
    """Everything that decides a run's result besides the photos; see `TRAIN`."""

    epochs: int = TRAIN["epochs"].default
    fine_tune_epochs: int = TRAIN["fine_tune_epochs"].default
    fine_tune_at: int = TRAIN["fine_tune_at"].default
    learning_rate: float = TRAIN["learning_rate"].default
    fine_tune_learning_rate: float = TRAIN["fine_tune_learning_rate"].default
    batch_size: int = TRAIN["batch_size"].default
    dropout: float = TRAIN["dropout"].default
    image_size_px: int = TRAIN["image_size_px"].default
    alpha: float = TRAIN["alpha"].default
    weights: str = TRAIN["weights"].default
    views: int = TRAIN["views"].default
    head: str = TRAIN["head"].default
    class_weight: str = TRAIN["class_weight"].default
    weight_averaging: bool = TRAIN["weight_averaging"].default
    early_stopping: bool = TRAIN["early_stopping"].default
    seed: int = TRAIN["seed"].default
    augment: AugmentConfig = field(default_factory=lambda: AUGMENT_PRESETS["tutorial"])

    _settings: ClassVar[Mapping[str, Setting]] = TRAIN

    def __post_init__(self) -> None:
        # By name: zero-argument super() does not work in a class with slots.
        _Checked.__post_init__(self)
        if self.weights == BUILT_IN and self.alpha != BUILT_IN_ALPHA:
            raise SettingError(
                f"The built-in network has the width {BUILT_IN_ALPHA} alone. Choose it, or "
                f"ImageNet's weights. Received: {self.alpha}."
            )

    @classmethod
    def fitting(cls, **values: Any) -> TrainConfig:
        """Settings whose width follows from the weights: the built-in network has but one."""
        if values.get("weights") == BUILT_IN:
            values["alpha"] = BUILT_IN_ALPHA
        return cls(**values)

    @property
    def phase_learning_rates(self) -> dict[str, float]:
        """Learning rate of each phase; fine-tuning takes a tenth unless set."""
        second = self.fine_tune_learning_rate or self.learning_rate / 10
        return {FEATURE_EXTRACTION: self.learning_rate, FINE_TUNING: second}

    def view_of(self, epoch: int) -> int:
        """Number of the view that an epoch (from 0, counted over both phases) trains on."""
        return epoch if self.views == FRESH_VIEWS else epoch % self.views

    def to_json(self) -> dict[str, Any]:
        """Plain numbers, ready for `json.dumps` and `from_json`."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TrainConfig:
        """Read what `to_json` wrote.

        Raises:
            SettingError: If a name is unknown or a value is outside its range.
        """
        if not isinstance(values, Mapping):
            raise SettingError(f"Settings are names with values. Received: {values!r}.")
        known = {entry.name for entry in dataclasses.fields(cls)}
        for name in values:
            if name not in known:
                raise SettingError(f"There is no setting of this name. Received: {name!r}.")
        if "epochs" in values:
            # Written before there was a choice: every epoch had views of its own, and every
            # photo weighed the same.
            values = {"views": FRESH_VIEWS, "class_weight": UNWEIGHTED, **values}
        augment = values.get("augment", AUGMENT_PRESETS["tutorial"])
        if not isinstance(augment, AugmentConfig):
            try:
                augment = AugmentConfig(**augment)
            except TypeError as error:
                raise SettingError(
                    f"The augmentation settings cannot be read. Received: {augment!r}."
                ) from error
        return cls(**{**values, "augment": augment})
