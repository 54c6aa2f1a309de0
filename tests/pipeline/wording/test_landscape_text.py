from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.evaluation.landscape import Axis
from pipeline.wording import landscape_text
from tests.landscapes import a_landscape


def test_it_names_the_best_what_is_wrong_and_the_luck() -> None:
    assert " ".join(landscape_text.sentences(a_landscape())) == (
        "Best: learning rate 0.001, 20 epochs: 96.5 %, loss 0.048. "
        "0.0001 and below are too low: not there yet after 20 epochs. "
        "0.01 and above are too high: the loss runs away. "
        "It is the best of 31 cells that may be as good: on 200 photos, up to 1.2 points of it "
        "may be luck."
    )


def test_one_rate_alone_is_named_alone() -> None:
    told = " ".join(landscape_text.sentences(a_landscape(values=(1e-5, 1e-3, 1e-1))))
    assert "0.00001 is too low" in told and "0.1 is too high" in told


def test_what_is_not_there_is_not_said() -> None:
    quiet = a_landscape(Axis.DROPOUT, (0.0, 0.1, 0.2), lead=0.0004)
    (told,) = landscape_text.sentences(quiet)
    assert told == "Best: dropout 10 %, 20 epochs: 96.5 %, loss 0.048."


@pytest.mark.parametrize(
    "axis, number, expected",
    [
        (Axis.LEARNING_RATE, 3e-5, "0.00003"),
        (Axis.DROPOUT, 0.2, "20 %"),
        (Axis.SIZE, 1412.0, "1,412"),
    ],
)
def test_values_have_the_words_of_their_axis(axis: Axis, number: float, expected: str) -> None:
    assert landscape_text.value(axis, number) == expected


def test_a_cell_that_ran_away_says_so() -> None:
    found = a_landscape()
    fewer = a_landscape(Axis.SIZE, (100.0, 1412.0, 2000.0))
    assert landscape_text.cell(fewer, 1, 1) == "1,412 photos, 1 epoch: 68.0 %, loss 0.500"
    assert landscape_text.cell(found, 4, 20) == "learning rate 0.1, 20 epochs: ran away"
    nothing = replace(found, accuracy=np.full((5, 20), np.nan))
    assert landscape_text.sentences(nothing) == ("Every loss ran away: nothing was learned.",)
