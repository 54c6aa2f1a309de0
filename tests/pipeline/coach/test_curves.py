"""How much of a difference of two accuracies is luck."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.coach.curves import FEWEST_TO_JUDGE, accuracy_noise, tells_apart


def test_the_noise_of_a_difference_is_the_binomial_one() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.binomial(200, 0.9, 20_000) / 200 - rng.binomial(200, 0.8, 20_000) / 200
    assert accuracy_noise(0.9, 0.8, 200) == pytest.approx(drawn.std(), rel=0.03)
    assert accuracy_noise(1.0, 1.0, 20) > 0.04  # none wrong of twenty is no certainty


@pytest.mark.parametrize(
    ("first", "second", "photos", "apart"),
    [
        (0.0, 1.0, FEWEST_TO_JUDGE - 1, False),
        (0.0, 1.0, FEWEST_TO_JUDGE, True),
        (0.9, 0.93, 100, False),
        (0.93, 0.9, 5000, True),
        (0.9, 0.9, 5000, False),
    ],
)
def test_few_photos_and_small_differences_tell_nothing_apart(
    first: float, second: float, photos: int, apart: bool
) -> None:
    assert tells_apart(first, second, photos) is apart
