"""Results in words."""

from __future__ import annotations

import pytest

from pipeline.evaluation.metrics import wilson_interval
from pipeline.wording.numbers import accuracy_sentence, accuracy_with_margin, verdict


def result(correct: int, photos: int) -> dict[str, float]:
    low, high = wilson_interval(correct, photos)
    return {"accuracy": correct / photos, "low": low, "high": high, "photos": photos}


@pytest.mark.parametrize(("correct", "photos"), [(188, 192), (19_999, 20_000), (57, 80), (1, 1)])
def test_an_accuracy_is_the_same_from_a_result_and_from_numbers(correct: int, photos: int) -> None:
    assert accuracy_sentence(correct, photos) == accuracy_with_margin(result(correct, photos))


def test_nearly_all_is_never_all() -> None:
    assert accuracy_sentence(19_999, 20_000).startswith("99.9 %")


def test_the_verdict_on_a_run() -> None:
    assert verdict(result(188, 192)) == (
        "97.9 % of 192 photos that it had never seen were called right, give or take 2.2 points."
    )
    assert "of 1 photo that" in verdict(result(1, 1))
    assert verdict(None) == "This run has no test result."
