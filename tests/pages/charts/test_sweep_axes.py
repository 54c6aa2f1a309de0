"""Where a value lies along the axis of its setting."""

from __future__ import annotations

import pytest

from pages.ui.charts.sweep_axes import place
from pipeline.tuning.sweep_space import read_space

RATES, DROPOUT = read_space("learning_rate=1e-5..1e-2"), read_space("dropout=0..0.5")
HEADS = read_space("head=stepped,solved")


def test_values_lie_where_people_look_for_them() -> None:
    assert place(RATES, 1e-5) == 0 and place(RATES, 1e-2) == pytest.approx(1)
    assert place(RATES, 1e-4) == pytest.approx(1 / 3), "rates by their ratio"
    assert place(DROPOUT, 0.25) == 0.5
    assert (place(HEADS, "stepped"), place(HEADS, "solved")) == (0, 1)
