"""What one setting takes, and the sentence for what it does not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pipeline.errors import SettingError
from pipeline.settings.setting import Setting

WORDS = ("What it does.", "3 to 5.", "It wobbles.")
WHOLE = Setting("epochs", "Epochs", 3, *WORDS, low=1, high=10)
PART = Setting("dropout", "Dropout", 0.2, *WORDS, low=0.0, high=0.9)
SWITCH = Setting("flip", "Mirrored", True, *WORDS)
CHOICE = Setting("size", "Image size", 96, *WORDS, choices=(96, 160))


@pytest.mark.parametrize(
    ("setting", "value"),
    [(WHOLE, 1), (WHOLE, 10), (PART, 0), (PART, 0.9), (SWITCH, False), (CHOICE, 160)],
)
def test_what_lies_inside_is_taken(setting: Setting, value: Any) -> None:
    setting.check(value)


@pytest.mark.parametrize(
    ("setting", "value", "rule"),
    [
        (WHOLE, 0, "be between 1 and 10"),
        (WHOLE, 11, "be between 1 and 10"),
        (WHOLE, 2.0, "be a whole number"),
        (WHOLE, True, "be a whole number"),
        (PART, 0.91, "be between 0 and 0.9"),
        (PART, math.nan, "be a number"),
        (PART, math.inf, "be a number"),
        (PART, "0.2", "be a number"),
        (SWITCH, 1, "be on or off (true or false)"),
        (CHOICE, 128, "be one of 96, 160"),
        (CHOICE, True, "be one of 96, 160"),
    ],
)
def test_what_lies_outside_is_named(setting: Setting, value: Any, rule: str) -> None:
    with pytest.raises(SettingError) as caught:
        setting.check(value)
    expected = f"{setting.label} (`{setting.name}`) must {rule}. Received: {value!r}."
    assert str(caught.value) == expected


def test_the_help_says_what_it_does_what_is_usual_and_what_one_sees() -> None:
    assert WHOLE.help == ("What it does. **Usual:** 3 to 5. **When it is wrong:** It wobbles.")


@pytest.mark.parametrize(
    ("setting", "text", "value"),
    [
        (WHOLE, " 7 ", 7),
        (PART, "2e-4", 0.0002),
        (PART, "0,25", 0.25),
        (SWITCH, "off", False),
        (SWITCH, "True", True),
        (CHOICE, "160", 160),
    ],
)
def test_what_is_typed_is_read(setting: Setting, text: str, value: Any) -> None:
    assert setting.read(text) == value
    assert setting.read(setting.written(value)) == value


@pytest.mark.parametrize(
    ("setting", "text", "rule"),
    [
        (WHOLE, "900", "be between 1 and 10. Received: 900"),
        (WHOLE, "2.5", "be a whole number. Received: '2.5'"),
        (PART, "much", "be a number. Received: 'much'"),
        (PART, "nan", "be a number"),
        (PART, "", "be a number. Received: ''"),
        (SWITCH, "perhaps", "be on or off (true or false). Received: 'perhaps'"),
        (CHOICE, "97", "be one of 96, 160. Received: 97"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(setting: Setting, text: str, rule: str) -> None:
    with pytest.raises(SettingError) as caught:
        setting.read(text)
    assert rule in str(caught.value)
