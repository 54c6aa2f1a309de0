"""What a thing that a person may set is: its value, its range, its words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import SettingError

SHARE: Final = "%"  # unit of a fraction, 0 to 1, that people see in percent
TURN: Final = "°"  # unit of a fraction of a full turn, 0 to 1, that people see in degrees
_WORDS: Final = {"on": True, "true": True, "off": False, "false": False}


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
        log: Whether its values are told apart by their ratio, as rates are: 1e-4 lies halfway
            between 1e-5 and 1e-3.
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
    log: bool = False

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

    def read(self, text: str) -> Any:
        """The value that somebody typed, or an address names; checked.

        Args:
            text: Such as `2e-4`, `0,5`, `on`, `imagenet`.

        Raises:
            SettingError: If it stands for no value, or for one outside the range.
        """
        text = text.strip()
        value: Any = _WORDS.get(text.lower()) if isinstance(self.default, bool) else text
        if isinstance(self.default, int | float) and not isinstance(self.default, bool):
            value = _number(text, isinstance(self.default, int))
        self.check(text if value is None else value)
        return value

    def written(self, value: Any) -> str:
        """What `read` understands as this value."""
        return ("on" if value else "off") if isinstance(value, bool) else str(value)

    def _sentence(self, rule: str, value: Any) -> str:
        return f"{self.label} (`{self.name}`) must {rule}. Received: {value!r}."


def _number(text: str, whole: bool) -> int | float | None:
    """The number that a text is; None where it is none of this kind."""
    try:
        return int(text) if whole else float(text.replace(",", ".", 1))
    except ValueError:
        return None
