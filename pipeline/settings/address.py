"""Settings as an address has them: by name, and only those that are not the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import AUGMENT, TRAIN
from pipeline.settings.setting import Setting
from pipeline.settings.train_config import AugmentConfig, TrainConfig

_ALL: Final[Mapping[str, Setting]] = {**TRAIN, **AUGMENT}
NAMES: Final = frozenset(_ALL)  # what an address may hold besides


@dataclass(frozen=True, slots=True)
class Read:
    """What an address asks for.

    Attributes:
        config: The settings; the default where it names none, or none that can be.
        odd: Labels of the settings that it names with a value that cannot be.
        why: What is wrong with the first of them; empty where nothing is.
    """

    config: TrainConfig
    odd: tuple[str, ...]
    why: str


def told(config: TrainConfig) -> dict[str, str]:
    """Every setting that is not the default, by its name."""
    values = {name: getattr(config, name) for name in TRAIN}
    values |= {name: getattr(config.augment, name) for name in AUGMENT}
    return {
        name: _ALL[name].written(value)
        for name, value in values.items()
        if value != _ALL[name].default
    }


def read(address: Mapping[str, str]) -> Read:
    """The settings that an address names; what else it holds is somebody else's."""
    values: dict[str, Any] = {}
    odd: dict[str, str] = {}
    for name in address.keys() & NAMES:
        try:
            values[name] = _ALL[name].read(address[name])
        except SettingError as error:
            odd[name] = str(error)
    ordered = [name for name in _ALL if name in odd]
    return Read(
        TrainConfig.fitting(**_of(TRAIN, values), augment=AugmentConfig(**_of(AUGMENT, values))),
        tuple(_ALL[name].label for name in ordered),
        odd[ordered[0]] if ordered else "",
    )


def _of(settings: Mapping[str, Setting], values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values of these settings, the default of the others."""
    return {name: values.get(name, entry.default) for name, entry in settings.items()}
