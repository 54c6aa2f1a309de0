"""A burst of the camera in words."""

from __future__ import annotations

import pytest

from pipeline.wording import burst_text


@pytest.mark.parametrize(
    ("count", "said"),
    [
        ((0, 0, 0), ""),
        ((12, 3, 0), "12 taken, 3 near copies left out"),
        ((2, 1, 0), "2 taken, 1 near copy left out"),
        ((5, 0, 1), "5 taken, 1 could not be read"),
    ],
)
def test_what_came_of_a_hold(count: tuple[int, int, int], said: str) -> None:
    assert burst_text.came(*count) == said
