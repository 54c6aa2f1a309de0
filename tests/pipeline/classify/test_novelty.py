"""Photos that look like none of those that a network learned from."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.classify.novelty import PASSING, Familiar, fit, of_length_one
from pipeline.errors import RunError

FEATURES = 200


def photos(
    count: int, seed: int, away: float = 0.0, features: int = FEATURES
) -> NDArray[np.float32]:
    """Features of a kind: a pattern that they share, and a dozen ways to differ."""
    shape = np.random.default_rng(99)
    pattern = shape.random(features)
    ways = shape.normal(0, 1, (12, features))
    rng = np.random.default_rng(seed)
    own = rng.normal(0, 0.05, (count, 12)) @ ways + rng.normal(0, 0.03, (count, features))
    other = shape.random(features)
    return np.maximum(pattern * (1 - away) + other * away + own, 0).astype(np.float32)


@pytest.mark.parametrize("count", [10, 60, 400, 1500])
def test_its_own_kind_passes_and_others_do_not(count: int) -> None:
    found = fit(photos(count, 1), photos(200, 2))
    assert np.mean(found.strangeness(photos(500, 3)) <= 1) > PASSING - 0.03
    assert np.mean(found.strangeness(photos(500, 4, away=0.8)) > 1) > 0.97


def test_the_limit_lets_98_of_100_validation_photos_pass() -> None:
    validation = photos(500, 2)
    found = fit(photos(300, 1), validation)
    assert np.mean(found.strangeness(validation) <= 1) == pytest.approx(PASSING, abs=0.003)
    few = photos(20, 5)
    assert fit(photos(300, 1), few).strangeness(few).max() == pytest.approx(1.0)


def test_how_strongly_something_is_seen_does_not_count() -> None:
    found = fit(photos(300, 1), photos(100, 2))
    asked = photos(50, 3)
    np.testing.assert_allclose(found.strangeness(asked * 7), found.strangeness(asked), rtol=1e-5)


@pytest.mark.parametrize("count", [40, 500])
def test_both_ways_to_the_directions_agree_with_a_plain_one(count: int) -> None:
    """More photos than features and fewer: the Mahalanobis distance of the fitted normal."""
    training, asked = photos(count, 1, features=80), photos(30, 2, features=80)
    found = fit(training, asked)
    directions = found.directions.astype(np.float64)
    kept = len(directions)
    covariance = found.rest * np.eye(80) + directions.T @ (
        np.diag(found.variances - found.rest) @ directions
    )
    away = asked / np.linalg.norm(asked, axis=1, keepdims=True) - found.centre
    plain = np.sqrt(np.einsum("nf,fg,ng->n", away, np.linalg.inv(covariance), away))
    np.testing.assert_allclose(found.strangeness(asked) * found.limit, plain, rtol=2e-2)
    assert kept == min(64, count // 2, 79)
    seen = training / np.linalg.norm(training, axis=1, keepdims=True)
    values = np.linalg.eigvalsh(np.cov(seen.T, bias=True))[::-1][:kept]
    np.testing.assert_allclose(found.variances, values, rtol=1e-3)


@pytest.mark.parametrize("count", [40, 500])
def test_variances_and_directions_are_those_of_singular_values(count: int) -> None:
    training = photos(count, 1, features=80)
    found = fit(training, photos(30, 2, features=80))
    spread = of_length_one(training.astype(np.float64))
    _, singular, rows = np.linalg.svd(spread - spread.mean(axis=0))
    kept = len(found.variances)
    np.testing.assert_allclose(found.variances, (singular**2)[:kept] / count, rtol=1e-6)
    alike = np.abs(np.sum(found.directions[:12] * rows[:12], axis=1))  # which way is open
    np.testing.assert_allclose(alike, 1, atol=1e-3)  # kept as float16


def test_it_is_kept_and_read_again() -> None:
    found = fit(photos(100, 1), photos(50, 2))
    again = Familiar.from_bytes(found.to_bytes())
    asked = photos(10, 3)
    np.testing.assert_array_equal(again.strangeness(asked), found.strangeness(asked))
    assert len(found.to_bytes()) < 64 * FEATURES * 2 + 10_000


@pytest.mark.parametrize("data", [b"", b"{}", bytes(100)])
def test_what_is_damaged_is_said(data: bytes) -> None:
    with pytest.raises(RunError, match="damaged"):
        Familiar.from_bytes(data)


def test_photos_without_any_difference() -> None:
    same = np.ones((5, FEATURES), np.float32)
    found = fit(same, same)
    assert np.isfinite(found.strangeness(same)).all()
    assert found.strangeness(photos(3, 1)).min() > 1
