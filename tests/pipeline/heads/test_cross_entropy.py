from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.heads.cross_entropy import cross_entropies, cross_entropy


@pytest.mark.parametrize("num_classes", [2, 4])
def test_weights_are_those_of_keras(num_classes: int) -> None:
    """Each loss is multiplied, and the sum divided by the number of photos, not of weights."""
    random = np.random.default_rng(0)
    outputs = 1 if num_classes == 2 else num_classes
    logits = random.normal(0, 2, (50, outputs)).astype(np.float32)
    labels, weights = random.integers(0, num_classes, 50), random.uniform(0.1, 5, 50)
    each = [cross_entropy(logits[[at]], labels[[at]]) for at in range(50)]
    loss, slope = cross_entropy(logits, labels, weights)
    assert loss == pytest.approx(np.mean([weights[at] * each[at][0] for at in range(50)]), rel=1e-5)
    expected = [weights[at] * each[at][1][0] / 50 for at in range(50)]
    np.testing.assert_allclose(slope, expected, atol=1e-7)
    assert slope.dtype == logits.dtype


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 3, 6]),
    st.integers(1, 9),
    st.floats(0.1, 30),
)
def test_the_slope_of_the_loss_is_that_of_small_differences(
    seed: int, outputs: int, photos: int, spread: float
) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(0, spread, (photos, outputs))
    labels = random.integers(0, max(2, outputs), photos)
    loss, slope = cross_entropy(logits, labels)
    direction = random.normal(size=logits.shape)
    step = 1e-6
    there, _ = cross_entropy(logits + step * direction, labels)
    back, _ = cross_entropy(logits - step * direction, labels)
    assert (slope * direction).sum() == pytest.approx((there - back) / (2 * step), abs=1e-6)
    assert loss >= 0


@pytest.mark.parametrize("outputs", [1, 3])
def test_certain_answers_have_finite_losses(outputs: int) -> None:
    logits = np.full((2, outputs), -1e4, np.float32)
    logits[:, -1] = 1e4
    loss, slope = cross_entropy(logits, np.array([max(1, outputs - 1), 0]))
    assert loss == pytest.approx(5e3 if outputs == 1 else 1e4)
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("outputs", [1, 4])
@pytest.mark.parametrize("photos", [1, 31])
def test_several_heads_at_once_have_the_losses_of_each(outputs: int, photos: int) -> None:
    random = np.random.default_rng(photos)
    logits = random.normal(0, 5, (6, photos, outputs)).astype(np.float32)
    labels, weights = random.integers(0, max(2, outputs), photos), random.random(photos)
    losses, slopes = cross_entropies(logits, labels, weights)
    for index, one in enumerate(logits):
        loss, slope = cross_entropy(one, labels, weights)
        assert losses[index] == loss
        np.testing.assert_array_equal(slopes[index], slope)
