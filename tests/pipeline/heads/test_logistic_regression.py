from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.heads.logistic_regression import Problem
from tests.pipeline.heads.conftest import some_photos


@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 3, 5]), st.integers(2, 30), st.booleans())
def test_the_gradient_is_that_of_small_differences(
    seed: int, num_classes: int, photos: int, weighed: bool
) -> None:
    random = np.random.default_rng(seed)
    features = random.uniform(0, 3, (photos, 6))
    labels = random.integers(0, num_classes, photos)
    weights = random.uniform(0.1, 20, photos) if weighed else None
    problem = Problem(features, labels, num_classes, weights=weights)
    vector, direction = random.normal(size=(2, problem.size))
    _, gradient = problem.objective(vector, 0.3)
    step = 1e-3  # float32: smaller differences are noise
    there, back = (problem.objective(vector + sign * step * direction, 0.3)[0] for sign in (1, -1))
    assert gradient @ direction == pytest.approx((there - back) / (2 * step), rel=5e-3, abs=5e-3)


@pytest.mark.parametrize("num_classes", [2, 4])
def test_a_class_that_weighs_double_is_as_one_with_each_photo_twice(num_classes: int) -> None:
    features, labels, *_ = some_photos(100, num_classes)
    twice = np.repeat(np.arange(len(labels)), 1 + (labels == 1))
    weighed = Problem(features, labels, num_classes, weights=1.0 + (labels == 1))
    longer = Problem(features[twice], labels[twice], num_classes)
    assert weighed.unit == pytest.approx(longer.unit, rel=1e-5)
    vector = np.random.default_rng(0).normal(size=weighed.size)
    loss, gradient = weighed.objective(vector, 0.1)
    expected, expected_gradient = longer.objective(vector, 0.1)
    assert loss == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(gradient, expected_gradient, atol=1e-5)


@pytest.mark.parametrize("weighed", [False, True])
@pytest.mark.parametrize("num_classes", [2, 3])
def test_the_objective_is_the_same_in_parts(
    num_classes: int, weighed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    features, labels, *_ = some_photos(100, num_classes)
    weights = np.random.default_rng(1).uniform(0.1, 9, 100) if weighed else None

    def look():
        problem = Problem(features, labels, num_classes, weights=weights)
        vector = np.random.default_rng(0).normal(size=problem.size)
        return problem.unit, *problem.objective(vector, 0.1)

    whole = look()
    monkeypatch.setattr("pipeline.heads.stepped._BLOCK", 30)
    parts = look()
    assert parts[:2] == pytest.approx(whole[:2], rel=1e-5)
    np.testing.assert_allclose(parts[2], whole[2], atol=1e-5)
