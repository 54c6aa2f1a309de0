"""What an answer comes to at which threshold."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.classify.answer import NEITHER, NOT_SURE, Answer, called, gives_name, is_unsure
from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import ANSWER


def answer(probability: float, strangeness: float | None = None) -> Answer:
    return Answer("cat", probability, {"cat": probability, "dog": 1 - probability}, strangeness)


@pytest.mark.parametrize(
    ("probability", "sure_from", "name"),
    [
        (0.71, 0.7, "cat"),
        (0.69, 0.7, NOT_SURE),
        (float(np.float32(0.7)), 0.7, "cat"),  # as the network says it: a little less than 0.7
        (0.5, 0.0, "cat"),
        (0.985, 0.99, NOT_SURE),
    ],
)
def test_below_the_threshold_it_is_not_sure(probability, sure_from, name) -> None:
    found = answer(probability, 0.3)
    assert called(found, sure_from) == name
    assert is_unsure(found, sure_from) == (name == NOT_SURE)
    assert gives_name(found, sure_from) == (name == "cat")


@pytest.mark.parametrize("probability", [0.51, 1.0])
def test_none_of_them_comes_first(probability: float) -> None:
    found = answer(probability, 1.2)
    assert called(found, 0.7) == NEITHER
    assert not is_unsure(found, 0.7)
    assert not gives_name(found, 0.0)


def test_the_threshold_is_a_setting_with_its_range() -> None:
    setting = ANSWER["sure_from"]
    setting.check(setting.default)
    assert setting.default == 0.7
    assert "Usual" in setting.help
    with pytest.raises(SettingError, match=r"between 0 and 0\.99"):
        setting.check(1.0)
