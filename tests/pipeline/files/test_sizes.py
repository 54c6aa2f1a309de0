"""Sizes in words."""

from __future__ import annotations

import pytest

from pipeline.files import sizes


@pytest.mark.parametrize(
    ("number", "text"), [(12, "12 bytes"), (14_300_000, "14 MB"), (4_200_000, "4.2 MB")]
)
def test_sizes(number: int, text: str) -> None:
    assert sizes.size(number) == text
