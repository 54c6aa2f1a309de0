"""What a sweep may choose for one setting: a range, or some values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import AUGMENT, TRAIN
from pipeline.settings.setting import Setting

_SEED: Final = "seed"
SWEPT: Final[Mapping[str, Setting]] = {
    name: setting for name, setting in {**TRAIN, **AUGMENT}.items() if name != _SEED
}
_SWITCH: Final = {"true": True, "on": True, "false": False, "off": False}
_DIGITS: Final = 3  # of a rate: nobody tells 0.0001234 from 0.000123


@dataclass(frozen=True, slots=True)
class Space:
    """What may be chosen for a setting.

    Attributes:
        name: Of the setting, one of `SWEPT`.
        values: The values to choose from; empty for a range.
        low: Smallest value of a range.
        high: Largest value of a range.
    """

    name: str
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0

    def __post_init__(self) -> None:
        """Check against the setting.

        Raises:
            SettingError: If there is no such setting, a value is outside its range, or there is
                nothing to choose.
        """
        setting = self.setting
        if self.values or setting.choices or isinstance(setting.default, bool):
            self._check_values(setting)
        else:
            self._check_range(setting)

    @property
    def setting(self) -> Setting:
        """The setting itself."""
        return setting_of(self.name)

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return type(self.setting.default) is int

    def at(self, share: float) -> Any:
        """The value at a share of the way, 0 to 1, from the first or lowest to the last."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.setting.log:
            low, high = math.log(self.low), math.log(self.high)
            return self.tidy(math.exp(low + share * (high - low)))
        return self.tidy(self.low + share * (self.high - self.low))

    def tidy(self, value: float) -> Any:
        """The nearest value of a range that a person would choose: a step, or few digits."""
        setting = self.setting
        if self.is_whole:
            found: float = round(value)
        elif setting.step:
            assert setting.low is not None
            steps = round((value - setting.low) / setting.step)
            found = round(setting.low + steps * setting.step, 10)
        else:
            found = float(f"{value:.{_DIGITS - 1}e}")
        inside = min(max(found, self.low), self.high)
        return round(inside) if self.is_whole else inside

    def levels(self, number: int) -> tuple[Any, ...]:
        """All values; of a range, `number` of them, both ends among them."""
        if self.values:
            return self.values
        return tuple(dict.fromkeys(self.at(one / (number - 1)) for one in range(number)))

    def to_json(self) -> dict[str, Any]:
        """Plain values for `from_json`."""
        if self.values:
            return {"name": self.name, "values": list(self.values)}
        return {"name": self.name, "low": self.low, "high": self.high}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Space:
        """Read what `to_json` wrote.

        Raises:
            SettingError: As the class itself.
        """
        return cls(
            str(kept["name"]),
            tuple(kept.get("values", ())),
            kept.get("low", 0.0),
            kept.get("high", 0.0),
        )

    def _check_values(self, setting: Setting) -> None:
        for value in self.values:
            setting.check(value)
        if len(set(self.values)) < max(2, len(self.values)):
            raise SettingError(
                f"{setting.label} (`{self.name}`) needs two different values or more to choose "
                f"from. Received: {', '.join(map(str, self.values)) or 'none'}."
            )

    def _check_range(self, setting: Setting) -> None:
        for end in (self.low, self.high):
            setting.check(end)
        if not self.low < self.high:
            raise SettingError(
                f"The low end of {setting.label} (`{self.name}`) must lie below the high end. "
                f"Received: {self.low:g}..{self.high:g}."
            )
        if setting.log and self.low <= 0:
            raise SettingError(
                f"A range of {setting.label} (`{self.name}`) must begin above 0, because its "
                f"values are told apart by their ratio. Received: {self.low:g}..{self.high:g}."
            )


def setting_of(name: str) -> Setting:
    """The setting of this name that a sweep may choose.

    Raises:
        SettingError: If there is none.
    """
    if name in SWEPT:
        return SWEPT[name]
    if name == _SEED:
        raise SettingError(
            "The seed is luck and no setting to choose: the best of many seeds is no better on "
            "new photos. A sweep tries other seeds by itself, to show how much is luck."
        )
    raise SettingError(
        f"There is no setting of this name. Choose from {', '.join(SWEPT)}. Received: {name!r}."
    )


def read_space(text: str) -> Space:
    """Read `learning_rate=1e-5..1e-2` or `head=stepped,solved`.

    Raises:
        SettingError: If it is written otherwise, or `Space` refuses it.
    """
    name, equals, told = (part.strip() for part in text.partition("="))
    if not name or not equals or not told:
        raise SettingError(
            "What a sweep shall choose is written as learning_rate=1e-5..1e-2 (a range) or "
            f"head=stepped,solved (some values). Received: {text!r}."
        )
    name = name.replace("-", "_")
    setting = setting_of(name)
    low, is_range, high = told.partition("..")
    if not is_range:
        return Space(name, tuple(_value(setting, part) for part in told.split(",")))
    if setting.choices and isinstance(setting.choices[0], (int, float)):
        ends = _value(setting, low), _value(setting, high)
        for end in ends:
            setting.check(end)
        return Space(name, tuple(one for one in setting.choices if ends[0] <= one <= ends[1]))
    if setting.low is None:
        raise SettingError(
            f"{setting.label} (`{name}`) has no range; name its values with commas between. "
            f"Received: {told!r}."
        )
    return Space(name, (), _value(setting, low), _value(setting, high))


def _value(setting: Setting, text: str) -> Any:
    """A value as the setting has it.

    Raises:
        SettingError: If it is empty or of another kind.
    """
    text = text.strip()
    if not text:
        raise SettingError(
            f"A value of {setting.label} (`{setting.name}`) is missing. Received: nothing."
        )
    if isinstance(setting.default, bool):
        return _SWITCH.get(text.lower(), text)
    try:
        number = float(text)
    except ValueError:
        return text  # a choice by its name, or `Setting.check` says what it must be
    is_whole = all(type(one) is int for one in setting.choices or (setting.default,))
    return int(number) if is_whole and number.is_integer() else number
