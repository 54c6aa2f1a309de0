"""Photos on which two networks are compared."""

from __future__ import annotations

import numpy as np

from pipeline.exporting import samples


def test_only_test_photos_are_examples() -> None:
    """Three photos of the test, and others that fill the comparison up."""
    squares = np.zeros((8, 96, 96, 3), np.uint8)
    shown = ("red", "red", "blue", *["red"] * 5)
    found = samples.Samples((b"",) * 8, squares, shown, 3, False)
    assert found.examples() == [0, 1, 2]
