"""Names in the text of a finding."""

from __future__ import annotations

import pytest

from pipeline.photos.checkup.findings import named


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["cat"], "cat"),
        (["cat", "dog"], "cat and dog"),
        (["cat", "dog", "newt"], "cat, dog and newt"),
        ([str(number) for number in range(6)], "0, 1, 2, 3, 4 and 5"),
        ([str(number) for number in range(9)], "0, 1, 2, 3, 4, 5 and 3 more"),
    ],
)
def test_names_in_a_row(names: list[str], text: str) -> None:
    assert named(names) == text
