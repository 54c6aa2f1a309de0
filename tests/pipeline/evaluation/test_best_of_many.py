"""What being chosen by its score is worth to the best of several runs."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation.best_of_many import contenders, expected_largest, optimism


@pytest.mark.parametrize(
    ("number", "expected"), [(1, 0.0), (2, 0.5642), (5, 1.1630), (10, 1.5388), (100, 2.5076)]
)
def test_the_largest_of_normal_values_is_that_of_the_tables(number: int, expected: float) -> None:
    """Values of Harter, Biometrika 48 (1961), table 1."""
    assert expected_largest(number) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("runs", [2, 5, 20])
@pytest.mark.parametrize(("photos", "hardest"), [(80, 0.5), (200, 0.3), (1000, 0.1)])
def test_it_is_what_simulated_runs_lose_on_new_photos(
    runs: int, photos: int, hardest: float
) -> None:
    """Equally good runs: each photo has a chance to be mistaken, drawn anew for every test."""
    rng = np.random.default_rng(7)
    looked, told = [], []
    for _ in range(600):
        chances = rng.beta(0.3, 0.3 * (1 / hardest - 1), photos)  # most are easy, a few are hard
        right = rng.random((runs, photos)) >= chances
        fresh = 1 - hardest  # what each of them reaches in the long run
        looked.append(right.mean(axis=1).max() - fresh)
        told.append(optimism(right))
    assert np.mean(told) == pytest.approx(np.mean(looked), rel=0.2)


def test_runs_that_answer_alike_have_nothing_to_choose_by() -> None:
    assert optimism(np.tile([True, False, True], (8, 1))) == 0.0
    assert optimism(np.ones((1, 50), bool)) == 0.0


def test_runs_that_are_clearly_worse_had_no_part_in_the_luck() -> None:
    right = np.ones((4, 200), bool)
    right[1, :3] = False
    right[2, :4] = False
    right[3, :40] = False
    assert contenders(right).tolist() == [True, True, True, False]
    assert contenders(right[3:]).tolist() == [True]
    assert contenders(right[:0]).tolist() == []
