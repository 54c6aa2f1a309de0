"""The map of scores: a square for every cell, marks where people look, nothing left blank."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pages.ui.charts import landscape
from pages.ui.charts.landscape import ACCURACY, LOSS, Mark
from pipeline.evaluation.landscape import Axis
from tests.landscapes import RATES, a_landscape


@pytest.mark.parametrize("epochs", [1, 20, 40, 100])
def test_each_cell_that_is_drawn_can_be_clicked(epochs: int) -> None:
    found = a_landscape(epochs=epochs)
    squares, _, shades, *_ = landscape.figure(found, ACCURACY).data
    places = landscape.cells(found)
    drawn = landscape.rows(found)
    assert drawn[-1] == epochs and len(drawn) <= landscape.MOST_ROWS + 1
    assert len(places) == len(squares.x) == len(RATES) * len(drawn)
    for (column, epoch), x, y in zip(places, squares.x, squares.y, strict=True):
        assert (x, drawn[y]) == (column, epoch)
    assert np.array(shades.z).shape == (len(drawn), len(RATES))


def test_better_is_deeper_for_accuracy_and_loss() -> None:
    found = a_landscape()
    for measure, better in ((ACCURACY, found.accuracy), (LOSS, -found.loss)):
        depths = np.array(landscape.figure(found, measure).data[2].z).T
        there = ~np.isnan(better)
        assert (np.isnan(depths) == ~there).all()
        assert (np.argsort(depths[there]) == np.argsort(better[there])).all()


def test_what_ran_away_is_crossed_out_and_not_left_blank() -> None:
    found = a_landscape()
    figure = landscape.figure(found, ACCURACY)
    lost = np.isnan(found.accuracy)
    blank = ~np.isnan(np.array(figure.data[1].z).T)
    assert (blank == lost).all()
    crosses = next(trace for trace in figure.data if trace.name == "ran away")
    assert len(crosses.x) == lost.sum() == 10
    assert "ran away" in landscape.table(found, ACCURACY).rows["0.1"].tolist()
    whole = replace(found, loss=found.loss[:4], accuracy=found.accuracy[:4], values=RATES[:4])
    assert "ran away" not in [trace.name for trace in landscape.figure(whole, LOSS).data]


def test_the_best_yours_and_the_tutorials_are_marked() -> None:
    yours, usual = Mark("yours", 1e-2, 7), Mark("tutorial", 1e-4, 10)
    figure = landscape.figure(a_landscape(), ACCURACY, yours, usual)
    marks = {trace.name: (trace.x[0], trace.y[0]) for trace in figure.data[4:]}
    assert marks == {"best": (2, 19), "tutorial": (1, 9), "yours": (3, 6)}
    elsewhere = landscape.figure(a_landscape(), ACCURACY, Mark("yours", 2e-2, 7), None)
    assert [trace.name for trace in elsewhere.data[4:]] == ["best"]
    sparse = landscape.figure(a_landscape(epochs=100), ACCURACY, Mark("yours", 1e-2, 51))
    assert (sparse.data[-1].x[0], sparse.data[-1].y[0]) == (3, 12)  # 52, the nearest that is drawn


def test_too_low_and_too_high_stand_above_their_columns() -> None:
    notes = landscape.figure(a_landscape(), ACCURACY).layout.annotations
    assert [(note.text, note.x) for note in notes] == [("too low", 0.5), ("too high", 3.5)]
    assert not landscape.figure(a_landscape(Axis.DROPOUT), ACCURACY).layout.annotations


def test_table_and_words_say_the_same() -> None:
    found = a_landscape()
    rows = landscape.table(found, ACCURACY).rows
    assert rows["Epochs"].tolist() == list(range(1, 21))
    assert rows["0.001"].iloc[-1] == "96.5 %"
    assert landscape.table(found, LOSS).rows["0.001"].iloc[-1] == "0.048"
    told = landscape.describe(found, ACCURACY)
    assert told.startswith("Validation accuracy over learning rate, 0.00001 to 0.1, and epochs")
    assert "Best: learning rate 0.001" in told


def test_where_everything_ran_away_there_still_is_a_map() -> None:
    nothing = np.full((5, 20), np.nan)
    found = replace(a_landscape(), loss=nothing, accuracy=nothing)
    figure = landscape.figure(found, ACCURACY, Mark("yours", 1e-3, 10))
    assert "best" not in [trace.name for trace in figure.data]
