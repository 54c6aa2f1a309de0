"""What a network's answers mean, in words that stand in its files."""

from __future__ import annotations

import pytest

from pipeline.exporting.labels import labels


def test_of_one_logit_it_says_which_class_is_above_zero() -> None:
    told = labels(("cat", "dog"), 160, 1.0)
    assert (told["classes"], told["image_size_px"]) == (["cat", "dog"], 160)
    assert "above 0 means dog" in told["output"]
    assert "sigmoid(logit) is the probability of dog" in told["output"]
    assert "(N, 160, 160, 3)" in told["input"]


def test_of_many_it_says_in_which_order() -> None:
    told = labels(("cat", "dog", "owl"), 96, 1.0)
    assert "(N, 3), in the order of the classes" in told["output"]
    assert "softmax" in told["output"]


@pytest.mark.parametrize("classes", [("cat", "dog"), ("cat", "dog", "owl")])
def test_a_temperature_that_is_still_to_be_applied_is_told(classes: tuple[str, ...]) -> None:
    assert "(logit / temperature)" in labels(classes, 96, 1.3)["output"]
    assert "temperature)" not in labels(classes, 96, 1.0)["output"]
