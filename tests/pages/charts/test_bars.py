"""Bars: photos of each class, probabilities, frozen and released layers."""

from __future__ import annotations

import pytest

from pages.ui.charts import bars
from pipeline.network.mobilenet_v2 import backbone_layers


def test_bars_count_every_split_and_lie_down_for_many_classes() -> None:
    splits = {"training": {"cat": 8, "dog": 9}, "validation": {"cat": 1}, "test": {"dog": 2}}
    figure = bars.photos_per_class(splits, ("cat", "dog"))
    assert [list(trace.y) for trace in figure.data] == [[8, 9], [1, 0], [0, 2]]
    many = bars.photos_per_class({"training": {}}, [str(number) for number in range(20)])
    assert many.data[0].orientation == "h"


def test_a_class_name_in_a_chart_is_no_tag() -> None:
    figure = bars.photos_per_class({"training": {"<i>x": 1}}, ("<i>x", "y"))
    assert figure.data[0].x[0] == "&lt;i&gt;x"


@pytest.mark.parametrize("fine_tune_at", [0, 100, 154])
def test_the_strip_counts_all_layers(fine_tune_at: int) -> None:
    layers = backbone_layers(1.0, 160)
    frozen, released = bars.freezing_line(layers, fine_tune_at).data
    assert sum(frozen.x) == fine_tune_at
    assert sum(released.x) == 154 - fine_tune_at
