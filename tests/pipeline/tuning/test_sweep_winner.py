"""Which run is the best, and which has no prospect."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation.best_of_many import contenders, optimism
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.tuning.sweep_winner import Validation, falls_behind


def curve(*accuracies: float, tuned: tuple[float, ...] = ()) -> list[Epoch]:
    phases = [FEATURE_EXTRACTION] * len(accuracies) + [FINE_TUNING] * len(tuned)
    return [
        Epoch(phase, number, 0.5, 0.9, 0.5, accuracy, 0.1)
        for number, (phase, accuracy) in enumerate(zip(phases, (*accuracies, *tuned), strict=True))
    ]


def test_the_loss_decides_between_equals_alone() -> None:
    assert Validation(0.91, 9.0).score > Validation(0.90, 0.1).score
    assert Validation(0.90, 0.2).score > Validation(0.90, 0.3).score


def test_what_is_said_of_luck_is_what_luck_does() -> None:
    """Twenty runs that are equally good, on the same photos: some easy, some hard."""
    rng = np.random.default_rng(0)
    said, done = [], []
    for _ in range(60):
        chances = rng.beta(9, 1, 400)  # of each photo to be called right, whoever is asked
        right = rng.random((20, 400)) < chances
        said.append(optimism(right[contenders(right)]))
        done.append(right.mean(axis=1).max() - chances.mean())
    assert 0.02 < np.mean(done) < 0.04, "two to four points, for nothing"
    assert np.mean(said) == pytest.approx(np.mean(done), abs=0.006)


OTHERS = [curve(*[0.9] * 10) for _ in range(4)]


def test_who_lies_well_behind_falls_behind() -> None:
    assert falls_behind(curve(0.5, 0.5, 0.5, 0.5), OTHERS, 10, photos=200)
    assert not falls_behind(curve(0.5, 0.5, 0.5), OTHERS, 10, photos=200), "too early"
    assert not falls_behind(curve(0.5, 0.5, 0.5, 0.5), OTHERS[:3], 10, photos=200), "too few"
    assert not falls_behind(curve(0.5, 0.9, 0.5, 0.5), OTHERS, 10, photos=200), "its best counts"


def test_a_lag_that_may_be_luck_is_no_lag() -> None:
    behind = curve(0.87, 0.87, 0.87, 0.87)
    assert not falls_behind(behind, OTHERS, 10, photos=40)
    assert falls_behind(behind, OTHERS, 10, photos=4000)


def test_others_are_held_against_it_as_they_were_then() -> None:
    slow = [curve(*np.linspace(0.5, 0.95, 10)) for _ in range(4)]
    assert not falls_behind(curve(0.5, 0.55, 0.6, 0.65), slow, 10, photos=1000)
    assert falls_behind(curve(0.5, 0.5, 0.5, 0.5), slow, 10, photos=1000)


def test_fine_tuning_is_held_against_fine_tuning() -> None:
    others = [curve(0.8, 0.8, tuned=(0.95, 0.95, 0.95)) for _ in range(4)]
    assert falls_behind(curve(0.8, 0.8, tuned=(0.8, 0.8)), others, 3, photos=1000)
    assert not falls_behind(curve(0.8, 0.8, tuned=(0.95, 0.8)), others, 3, photos=1000)
    heads = [curve(0.95, 0.95, 0.95) for _ in range(4)]
    assert not falls_behind(curve(0.8, 0.8, tuned=(0.8, 0.8)), heads, 3, photos=1000)
