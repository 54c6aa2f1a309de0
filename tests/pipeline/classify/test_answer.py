"""What an answer comes to at which threshold."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.classify.answer import (
    Answer,
    called,
    count_kinds,
    gives_name,
    is_unsure,
)
from pipeline.errors import SettingError
from pipeline.evaluation.predictions import Predictions
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording.answer_text import NEITHER, NOT_SURE


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


def test_photos_are_counted_as_classify_would_answer_them() -> None:
    """The counts against the very answers of which the page makes its own."""
    rng = np.random.default_rng(0)
    first = rng.uniform(0, 1, 200).astype(np.float32)
    shares = np.stack([first, 1 - first], axis=1)
    strangeness = rng.uniform(0, 1.4, 200)
    truth = rng.integers(0, 2, 200)
    found = Predictions(np.arange(200), truth, shares, strangeness)
    names = [
        called(Answer("cd"[int(row.argmax())], float(row.max()), {}, strange), 0.7)
        for row, strange in zip(shares, strangeness, strict=True)
    ]
    assert count_kinds(found, 0.7) == {
        "named": sum(name in "cd" for name in names),
        "named_right": sum(name == "cd"[label] for name, label in zip(names, truth, strict=True)),
        "unsure": names.count(NOT_SURE),
        "none": names.count(NEITHER),
    }


def test_what_is_not_known_is_not_counted() -> None:
    shares = np.array([[0.9, 0.1], [0.4, 0.6]], np.float32)
    earlier = Predictions(np.arange(2), np.array([0, 1]), shares)
    assert count_kinds(earlier, 0.7) == {}
    never = Predictions(np.arange(2), np.array([0, 1]), shares, np.full(2, np.nan))
    assert count_kinds(never, 0.7) == {"named": 1, "named_right": 1, "unsure": 1, "none": 0}


def test_the_threshold_is_a_setting_with_its_range() -> None:
    setting = ANSWER["sure_from"]
    setting.check(setting.default)
    assert setting.default == 0.7
    assert "Usual" in setting.help
    with pytest.raises(SettingError, match=r"between 0 and 0\.99"):
        setting.check(1.0)
