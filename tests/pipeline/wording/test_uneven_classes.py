"""What an accuracy hides where classes differ in size."""

from __future__ import annotations

import pytest

from pipeline.wording.uneven_classes import sentence

TEST = {
    "accuracy": 0.95,
    "balanced_accuracy": 0.5,
    "worst_class": 1,
    "worst_recall": 0.0,
    "worst_photos": 1,
}


def test_each_class_is_counted_alike_and_the_worst_is_named() -> None:
    assert sentence(TEST, ("cat", "dog")) == (
        "Classes differ in size: with each counting alike it is 50.0 % (balanced accuracy). Lowest "
        "recall: dog, 0 of 1 photo."
    )
    assert "Lowest recall: 2 of 6 photos." in sentence(
        TEST | {"worst_recall": 1 / 3, "worst_photos": 6}
    )


@pytest.mark.parametrize("test", [None, {}, {"accuracy": 0.95}])
def test_of_even_classes_and_earlier_runs_nothing_is_said(test: dict[str, float] | None) -> None:
    assert sentence(test, ("cat", "dog")) == ""
