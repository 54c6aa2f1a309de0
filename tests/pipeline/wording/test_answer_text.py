"""What answers come to, in words."""

from __future__ import annotations

import pytest

from pipeline.wording.answer_text import kinds

COUNTED = {"named": 31, "named_right": 30, "unsure": 8, "none": 1}


def test_names_doubts_and_strangers_are_told() -> None:
    assert kinds({"photos": 40, **COUNTED}) == (
        "On Classify, where a name must be 70 % sure, 31 of these 40 photos would get a name, 30 "
        "of them the right one; 8 would be “not sure” and 1 “none of them”."
    )
    assert "1 photo would get a name, no right one" in kinds(
        {"named": 1, "named_right": 0, "unsure": 0, "none": 0}
    )


@pytest.mark.parametrize("counted", [None, {}, {"photos": 40, "accuracy": 0.9}])
def test_what_nobody_counted_is_not_told(counted: dict[str, float] | None) -> None:
    assert kinds(counted) == ""
