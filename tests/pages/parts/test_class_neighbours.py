"""The table of a map: a line for each class, a column for each moment."""

from __future__ import annotations

import numpy as np

from pages.ui.parts.class_neighbours import table


def test_each_class_has_its_average_and_an_empty_one_none() -> None:
    labels = np.array([0, 0, 2])
    now = np.array([1, 0.5, 0.2], np.float32)
    rows = table(labels, ("cat", "newt", "dog"), {"Before": now / 2, "After": now}).rows
    assert rows["Photos"].tolist() == [2, 0, 1]
    assert rows["After"].tolist() == ["75 %", "", "20 %"]
    assert rows["Before"].tolist() == ["38 %", "", "10 %"]
