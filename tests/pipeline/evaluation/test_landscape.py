"""Which cell of a landscape is the best, and which learning rates are wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.evaluation.landscape import Axis, Landscape, Trend


def a_landscape(loss: list[list[float]], accuracy: list[list[float]], axis: str) -> Landscape:
    values = tuple(float(value) for value in range(len(loss)))
    chance = math.log(2)
    return Landscape(axis, values, chance, np.array(loss), np.array(accuracy), 50, 1, 0.0)


def test_of_cells_that_call_equally_many_right_the_surer_is_the_best() -> None:
    loss = [[0.6, 0.5], [0.4, 0.3], [0.2, 0.9]]
    accuracy = [[0.8, 0.9], [0.9, 0.9], [0.8, 0.6]]
    assert a_landscape(loss, accuracy, Axis.DROPOUT).best == (1, 2)


def test_a_run_that_ended_has_no_best_cell() -> None:
    nothing = [[math.nan, math.nan]]
    assert a_landscape(nothing, nothing, Axis.DROPOUT).best is None
    partly = a_landscape([[0.7, math.nan]], [[0.5, math.nan]], Axis.DROPOUT)
    assert (partly.best, partly.epochs) == ((0, 1), 2)


ENDS = {
    "both sides": ([0.69, 0.4, 0.1, 0.06, 0.2, 0.5, 3], "LL...HH"),
    "the loss is no number": ([0.4, 0.1, 0.2, math.nan, math.nan], "L..HH"),
    "all are good": ([0.12, 0.1, 0.11], "..."),
    "nothing can be learned": ([0.69, 0.692, 4], "..H"),
    "the best is the highest": ([0.69, 0.6, 0.1], "LL."),
}


@pytest.mark.parametrize("name", ENDS)
def test_wrong_rates_lie_on_both_sides_of_the_best(name: str) -> None:
    ends, expected = ENDS[name]
    letters = {None: ".", Trend.TOO_LOW: "L", Trend.TOO_HIGH: "H"}
    loss = [[0.7, end] for end in ends]
    found = a_landscape(loss, loss, Axis.LEARNING_RATE).trends
    assert "".join(letters[trend] for trend in found) == expected
    assert a_landscape(loss, loss, Axis.DROPOUT).trends == (None,) * len(ends)


def test_where_no_rate_got_to_an_end_nothing_is_told_apart() -> None:
    nothing = [[math.nan], [math.nan]]
    assert a_landscape(nothing, nothing, Axis.LEARNING_RATE).trends == (
        Trend.TOO_HIGH,
        Trend.TOO_HIGH,
    )
