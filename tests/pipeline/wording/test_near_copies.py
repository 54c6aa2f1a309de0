"""The sentence beside a score that copies make look better."""

from __future__ import annotations

import pytest

from pipeline.wording.near_copies import sentence


def test_it_says_how_many_and_what_follows() -> None:
    assert sentence({"photos": 20, "near_copies": 12}) == (
        "12 of these 20 test photos have a near copy among the photos it learned from, so expect "
        "less on other photos."
    )
    assert sentence({"photos": 2000, "near_copies": 1}).startswith(
        "1 of these 2,000 test photos has"
    )


@pytest.mark.parametrize("test", [None, {}, {"photos": 20}, {"photos": 20, "near_copies": 0}])
def test_it_says_nothing_where_there_is_none_or_nobody_looked(test) -> None:
    assert sentence(test) == ""
