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
    assert figure.layout.xaxis.ticktext[0] == "&lt;i&gt;x"


SILVERADOS = tuple(
    f"Chevrolet Silverado {kind} Regular Cab 2012" for kind in ("1500", "2500HD", "3500HD")
)


@pytest.mark.parametrize("more", [0, 10])
def test_every_class_has_a_bar_of_its_own(more: int) -> None:
    """Standing and lying: two names that are cut alike never fall on one bar."""
    names = (*SILVERADOS, "big cat", "big  cat", *map(str, range(more)))
    figure = bars.photos_per_class({"training": dict.fromkeys(names, 5)}, names)
    trace, axis = figure.data[0], figure.layout.yaxis if more else figure.layout.xaxis
    assert list(trace.y if more else trace.x) == list(range(len(names))) == list(axis.tickvals)
    assert len(set(axis.ticktext)) == len(set(trace.customdata)) == len(names)


def test_of_three_hundred_classes_the_largest_and_the_smallest_have_bars() -> None:
    names = [f"class {number}" for number in range(300)]
    counts = {name: 7 * number % 300 for number, name in enumerate(names)}
    figure = bars.photos_per_class({"training": counts}, names)
    drawn = list(figure.data[0].x)
    assert drawn == [*range(299, 279, -1), *range(19, -1, -1)]
    assert abs(figure.layout.legend.y) * figure.layout.height < 100  # pixels below
    assert [counts[name] for name in figure.layout.yaxis.ticktext] == drawn
    assert figure.layout.height < 2_000
    table = bars.photos_per_class_table({"training": counts}, names).rows
    assert table["Class"].tolist() == names


def test_answers_of_one_name_keep_a_bar_each() -> None:
    """ImageNet has two cranes, one with feathers."""
    figure = bars.probabilities([("crane", 0.5), ("crane", 0.3), ("x" * 60, 0.1)], "It says")
    assert list(figure.data[0].y) == [0, 1, 2]
    assert len(figure.layout.yaxis.ticktext) == 3


def test_a_long_name_takes_no_room_from_the_bars() -> None:
    """Beside a breed of dogs they were 60 pixels wide."""
    figure = bars.probabilities([("soft-coated wheaten terrier", 0.5), ("cat", 0.3)], "It says")
    assert figure.layout.yaxis.showticklabels is False
    named = [(one.text, one.x, one.y) for one in figure.layout.annotations]
    assert named == [
        ("soft-coated wheaten terrier <b>50.0 %</b>", 0, 0),
        ("cat <b>30.0 %</b>", 0, 1),
    ]


@pytest.mark.parametrize("fine_tune_at", [0, 100, 154])
def test_the_strip_counts_all_layers(fine_tune_at: int) -> None:
    layers = backbone_layers(1.0, 160)
    frozen, released = bars.freezing_line(layers, fine_tune_at).data
    assert sum(frozen.x) == fine_tune_at
    assert sum(released.x) == 154 - fine_tune_at
