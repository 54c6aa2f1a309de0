"""How much of a difference of two accuracies is luck."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.coach.curves import accuracy_noise


def test_the_noise_of_a_difference_is_the_binomial_one() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.binomial(200, 0.9, 20_000) / 200 - rng.binomial(200, 0.8, 20_000) / 200
    assert accuracy_noise(0.9, 0.8, 200) == pytest.approx(drawn.std(), rel=0.03)
    assert accuracy_noise(1.0, 1.0, 20) > 0.04  # none wrong of twenty is no certainty
