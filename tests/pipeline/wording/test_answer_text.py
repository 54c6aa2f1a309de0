"""What answers come to, in words."""

from __future__ import annotations

import pytest

from pipeline.wording.answer_text import kinds, took

COUNTED = {"named": 31, "named_right": 30, "unsure": 8, "none": 1}


def test_names_doubts_and_strangers_are_told() -> None:
    assert kinds({"photos": 40, **COUNTED}) == (
        "Of 40 photos, Classify would name 31, 30 of them rightly; 8 would be “not sure” (less "
        "than 70 %), 1 “none of them”."
    )
    assert "Of 1 test photo, Classify would name 1, none of them rightly" in kinds(
        {"named": 1, "named_right": 0, "unsure": 0, "none": 0}, "test photo"
    )


@pytest.mark.parametrize("counted", [None, {}, {"photos": 40, "accuracy": 0.9}])
def test_what_nobody_counted_is_not_told(counted: dict[str, float] | None) -> None:
    assert kinds(counted) == ""


def test_how_long_is_told_of_those_that_took_it() -> None:
    assert took(2, 2, 0.031) == "2 answers in 0.03 s."
    assert took(1, 1, 0.02) == "1 answer in 0.02 s."
    assert took(1, 3, 0.02) == "1 new answer in 0.02 s.", "the others were there before"
    assert took(2, 3, 0.02) == "2 new answers in 0.02 s."
