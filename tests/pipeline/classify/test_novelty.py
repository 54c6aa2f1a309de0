"""Photos that look like none of those that a network learned from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.classify.bundle import read_bundle
from pipeline.classify.novelty import Familiar, fit, fit_apart, of_length_one
from pipeline.errors import RunError
from pipeline.settings.environment import EXAMPLE

FEATURES = 200


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Many small products take several threads longer than one."""
    with threadpool_limits(1, user_api="blas"):
        yield


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


def known(found: Familiar | None) -> Familiar:
    assert found is not None
    return found


def refused(find: Callable[[int], Familiar | None], draws: int) -> float:
    """Share of new photos of the same kind that count as strange, in the mean over sets."""
    asked = photos(1_000, 999)
    strange = [np.mean(known(find(seed)).strangeness(asked) > 1) for seed in range(draws)]
    return float(np.mean(strange))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("count", "draws"), [(8, 60), (18, 50), (36, 40), (90, 20), (360, 8), (1_500, 2)]
)
def test_at_most_3_of_100_of_its_own_kind_are_refused_by_sets_of_any_size(
    count: int, draws: int
) -> None:
    """As many as two classes of 5, 10, 20, 50, 200 photos leave for training and validation."""
    assert refused(lambda seed: fit(photos(count, seed)), draws) <= 0.03
    # Nor are they let pass because everything is.
    others = known(fit(photos(count, 1))).strangeness(photos(300, 4, away=0.8))
    assert np.mean(others > 1) > (0.97 if count > 40 else 0.5 if count > 10 else 0.1)


@pytest.mark.parametrize(("count", "draws"), [(6, 150), (20, 40), (100, 20), (600, 4)])
def test_where_training_photos_changed_the_network_the_others_set_the_limit(
    count: int, draws: int
) -> None:
    """Photos that it learned by heart lie nearer to each other than any new photo does."""

    def find(seed: int) -> Familiar | None:
        training = photos(100, seed + 10_000)
        by_heart = training.mean(axis=0) + 0.7 * (training - training.mean(axis=0))
        return fit_apart(by_heart, photos(count, seed))

    assert refused(find, draws) <= 0.03


@pytest.mark.thorough
@pytest.mark.parametrize("count", [40, 100])
def test_lookalikes_do_not_make_their_kind_seem_nearer_than_it_is(count: int) -> None:
    """Each scene five times, nearly the same: what is held out has its own kind among the rest."""

    def bursts(seed: int) -> NDArray[np.float32]:
        scenes = np.repeat(photos(count // 5, seed), 5, axis=0)
        return scenes + np.random.default_rng(seed).normal(0, 0.002, scenes.shape)

    scene = np.arange(count) // 5
    assert refused(lambda seed: fit(bursts(seed)), 6) > 0.2
    assert refused(lambda seed: fit(bursts(seed), scene), 20) <= 0.03


def test_of_too_few_photos_nothing_is_said() -> None:
    assert fit(photos(4, 1)) is None
    assert fit(photos(12, 1), np.arange(12) // 3) is None
    assert fit(photos(5, 1)) is not None
    assert fit_apart(photos(50, 1), photos(4, 2)) is None
    assert fit_apart(photos(50, 1), photos(5, 2)) is not None


def test_how_strongly_something_is_seen_does_not_count() -> None:
    found = known(fit(photos(300, 1)))
    asked = photos(50, 3)
    np.testing.assert_allclose(found.strangeness(asked * 7), found.strangeness(asked), rtol=1e-5)


@pytest.mark.parametrize("count", [40, 500])
def test_both_ways_to_the_directions_agree_with_a_plain_one(count: int) -> None:
    """More photos than features and fewer: the Mahalanobis distance of the fitted normal."""
    training, asked = photos(count, 1, features=80), photos(30, 2, features=80)
    found = known(fit(training))
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
    found = known(fit(training))
    spread = of_length_one(training.astype(np.float64))
    _, singular, rows = np.linalg.svd(spread - spread.mean(axis=0))
    kept = len(found.variances)
    np.testing.assert_allclose(found.variances, (singular**2)[:kept] / count, rtol=1e-6)
    alike = np.abs(np.sum(found.directions[:12] * rows[:12], axis=1))  # which way is open
    np.testing.assert_allclose(alike, 1, atol=1e-3)  # kept as float16


def test_it_is_kept_and_read_again() -> None:
    found = known(fit(photos(100, 1)))
    again = Familiar.from_bytes(found.to_bytes())
    asked = photos(10, 3)
    np.testing.assert_array_equal(again.strangeness(asked), found.strangeness(asked))
    assert len(found.to_bytes()) < 64 * FEATURES * 2 + 10_000


def test_what_the_example_has_kept_since_earlier_versions_is_read() -> None:
    found = known(read_bundle(EXAMPLE / "bundle").familiar())
    assert found.directions.shape == (64, len(found.centre))
    assert found.strangeness(found.centre[np.newaxis])[0] < 1


@pytest.mark.parametrize("data", [b"", b"{}", bytes(100)])
def test_what_is_damaged_is_said(data: bytes) -> None:
    with pytest.raises(RunError, match="damaged"):
        Familiar.from_bytes(data)


def test_photos_without_any_difference() -> None:
    same = np.ones((5, FEATURES), np.float32)
    found = known(fit(same))
    assert np.isfinite(found.strangeness(same)).all()
    assert found.strangeness(photos(3, 1)).min() > 1
