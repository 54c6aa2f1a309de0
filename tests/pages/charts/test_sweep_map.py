"""The map of a sweep: every run is a point, wherever its settings lie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.ui.charts.sweep_map import Band, Point, figure, in_order, table
from pipeline.tuning.sweep_space import read_space

RATES, DROPOUT = read_space("learning_rate=1e-5..1e-2"), read_space("dropout=0..0.5")
HEADS = read_space("head=stepped,solved")


def points(*names: str) -> list[Point]:
    values = {
        "learning_rate": [1e-5, 1e-3, 1e-2],
        "dropout": [0.0, 0.2, 0.5],
        "head": ["stepped", "solved", "stepped"],
    }
    return [
        Point(
            number + 1,
            {name: values[name][number] for name in names},
            accuracy,
            1 - accuracy,
            "finished",
            is_best=number == 1,
            has_ended=number < 2,
        )
        for number, accuracy in enumerate((0.5, 0.98, 0.9))
    ]


def test_two_settings_are_a_map() -> None:
    made = figure((RATES, DROPOUT), points("learning_rate", "dropout"), None)
    (trace,) = made.data
    assert list(trace.x) == pytest.approx([0, 2 / 3, 1])
    assert list(trace.y) == pytest.approx([0, 0.4, 1])
    assert list(trace.marker.symbol) == ["square", "star", "x"], "the best, and who fell behind"
    assert list(trace.customdata) == [1, 2, 3]
    assert "run 2, learning rate 0.001, dropout 0.2: 98.0 %" in trace.hovertemplate[1]
    assert trace.marker.color[1] == max(trace.marker.color)
    assert list(made.layout.xaxis.ticktext) == ["0.00001", "0.0001", "0.001", "0.01"]


def test_one_setting_is_an_axis_with_the_spread_over_seeds_behind_it() -> None:
    made = figure((RATES,), points("learning_rate"), Band(0.97, 0.985))
    assert list(made.data[0].y) == [50, 98, 90]
    (band,) = made.layout.shapes
    assert (band.y0, band.y1) == pytest.approx((97, 98.5))
    assert made.layout.yaxis.range[0] > 51, "who is far below does not press the others together"


def test_more_settings_are_parallel_axes_with_a_line_for_each_run() -> None:
    spaces = (RATES, DROPOUT, HEADS)
    made = figure(spaces, points("learning_rate", "dropout", "head"), None)
    *lines, dots = made.data
    assert len(lines) == 3 and all(list(line.x) == [0, 1, 2] for line in lines)
    assert [line.line.width for line in lines] == [1, 4, 1]
    assert list(dots.customdata) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert list(made.layout.xaxis.ticktext) == ["Learning rate", "Dropout", "Classifier"]


def test_run_by_run_the_best_so_far_only_climbs() -> None:
    made = in_order(points("dropout"), Band(0.97, 0.985))
    assert list(made.data[1].y) == [50, 98, 98]
    assert len(made.layout.shapes) == 1
    assert not in_order(points("dropout"), None).layout.shapes


@pytest.mark.parametrize(("last", "step"), [(3, 1), (10, 1), (25, 3)])
def test_runs_are_named_by_whole_numbers(last: int, step: int) -> None:
    first = points("dropout")[0]
    made = in_order([replace(first, number=number) for number in range(1, last + 1)], None)
    assert made.layout.xaxis.dtick == step


def test_the_table_has_the_best_first() -> None:
    rows = table(points("learning_rate", "head")).rows
    assert list(rows["Run"]) == [2, 3, 1]
    assert list(rows["Classifier"]) == [
        "closed-form solver",
        "gradient descent",
        "gradient descent",
    ]
    assert rows["Validation accuracy (%)"][0] == 98.0
