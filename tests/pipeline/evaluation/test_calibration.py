"""Certainty that is set right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import log_softmax

from pipeline.evaluation.calibration import (
    COOLEST,
    HOTTEST,
    bands,
    expected_calibration_error,
    refined_loss,
    temperature,
)
from pipeline.evaluation.class_weights import photo_weights
from pipeline.evaluation.metrics import log_loss, probabilities


def answers(
    classes: int, photos: int = 4000, sure: float = 1.0
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Truth that follows the logits' own probabilities; the logits given are `sure` times those."""
    rng = np.random.default_rng(classes)
    logits = rng.normal(0, 2, (photos, 1 if classes == 2 else classes))
    shares = probabilities(logits).cumsum(axis=1)
    truth = (rng.random((photos, 1)) > shares).sum(axis=1).clip(0, classes - 1)
    return truth, (sure * logits).astype(np.float32)


@pytest.mark.parametrize("classes", [2, 3, 40])
@pytest.mark.parametrize("sure", [0.4, 1.0, 3.0])
def test_the_temperature_takes_out_what_was_put_in(classes: int, sure: float) -> None:
    truth, logits = answers(classes, sure=sure)
    assert temperature(truth, logits) == pytest.approx(sure, rel=0.08)


@given(
    seed=st.integers(0, 2**31 - 1),
    photos=st.integers(1, 60),
    classes=st.integers(2, 5),
    size=st.floats(0.01, 100),
    is_right=st.booleans(),
)
def test_it_is_where_the_loss_is_lowest(
    seed: int, photos: int, classes: int, size: float, is_right: bool
) -> None:
    """No temperature of a fine grid does better, and the best of them is a neighbour."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, size, (photos, classes))
    truth = logits.argmax(axis=1) if is_right else rng.integers(0, classes, photos)
    wanted = np.full(logits.shape, 1 / (photos + classes))
    wanted[np.arange(photos), truth] = (photos + 1) / (photos + classes)

    def loss(heats: NDArray[np.float64]) -> NDArray[np.float64]:
        return -(wanted * log_softmax(logits / heats[:, None, None], axis=2)).sum((1, 2)) / photos

    grid = np.geomspace(COOLEST, HOTTEST, 500)
    heat = temperature(truth, logits)
    best = int(loss(grid).argmin())
    assert loss(np.array([heat]))[0] <= loss(grid)[best] * (1 + 1e-6)
    assert grid[max(0, best - 1)] <= heat <= grid[min(len(grid) - 1, best + 1)]


def test_it_takes_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training asks after every epoch."""
    looks = 0

    def counted(values: NDArray[np.float64]) -> NDArray[np.float64]:
        nonlocal looks
        looks += 1
        return exp(values)

    exp = np.exp
    truth, logits = answers(5, sure=2.0)
    monkeypatch.setattr("pipeline.evaluation.calibration.np.exp", counted)
    assert temperature(truth, logits) == pytest.approx(2.0, rel=0.08)
    assert looks <= 25


def test_one_logit_and_two_say_the_same() -> None:
    truth, logits = answers(2, sure=1.7)
    both = np.concatenate([-logits / 2, logits / 2], axis=1)
    assert temperature(truth, logits) == pytest.approx(temperature(truth, both), rel=1e-6)


def test_a_few_photos_that_are_all_right_do_not_make_it_certain() -> None:
    truth = np.array([0, 1, 0, 1])
    logits = np.array([[-2.0], [2.0], [-2.0], [2.0]])
    sure = probabilities(logits / temperature(truth, logits)).max()
    assert sure == pytest.approx(5 / 6, abs=0.01)  # (n + 1) / (n + 2)


def test_the_refined_loss_knows_no_certainty() -> None:
    truth, logits = answers(3)
    assert refined_loss(truth, logits * 5) == pytest.approx(refined_loss(truth, logits), rel=1e-3)


def test_weights_that_are_alike_change_nothing() -> None:
    truth, logits = answers(3, photos=200)
    for one in (temperature, refined_loss):
        assert one(truth, logits, np.full(200, 7.0)) == pytest.approx(one(truth, logits))


def test_balanced_it_is_what_each_class_would_be_with_as_many_photos() -> None:
    """The certainty suits the rare class, too; but what stands on few photos is less sure."""
    truth, logits = answers(2, sure=3.0)
    rare = np.flatnonzero(truth == 1)
    kept = np.sort(np.concatenate([np.flatnonzero(truth == 0), rare[: len(rare) // 19]]))
    truth, logits = truth[kept], logits[kept]
    weights = photo_weights(truth)
    assert temperature(truth, logits, weights) == pytest.approx(3.0, rel=0.2)
    refined = refined_loss(truth, logits, weights)
    each = [
        log_loss(truth[truth == one], probabilities(logits[truth == one] / 3)) for one in (0, 1)
    ]
    assert refined == pytest.approx(np.mean(each), rel=0.05)
    few = np.array([0] * 19 + [1]), np.array([[-9.0]] * 19 + [[9.0]])
    sure, less = (
        probabilities(few[1] / temperature(*few, one)).max()
        for one in (None, photo_weights(few[0]))
    )
    assert 0.5 < less < 0.9 < sure


def test_nothing_and_nonsense_leave_it_alone() -> None:
    assert temperature(np.empty(0, np.int64), np.empty((0, 1), np.float32)) == 1.0
    assert temperature(np.array([0]), np.array([[np.nan]])) == 1.0


def test_only_wrong_answers_blur_to_the_end() -> None:
    truth, logits = np.zeros(100, np.int64), np.full((100, 1), 3.0)
    assert temperature(truth, logits) == pytest.approx(HOTTEST, rel=0.01)


# === How far certainty is off ===


def test_bands_hold_every_answer_once() -> None:
    truth, logits = answers(3, photos=500)
    found = bands(truth, probabilities(logits))
    assert sum(band.photos for band in found) == 500
    for band in found:
        assert band.low <= band.certainty <= band.high
    assert [band.low for band in found] == sorted(band.low for band in found)


def test_a_certain_answer_is_in_the_last_band() -> None:
    (band,) = bands(np.array([0]), np.array([[1.0, 0.0]]))
    assert (band.low, band.high) == (14 / 15, 1.0)
    assert (band.right, band.photos) == (1.0, 1)


def test_the_error_is_that_of_the_bands_that_are_drawn() -> None:
    truth, logits = answers(3, photos=500)
    shares = probabilities(logits)
    drawn = bands(truth, shares)
    off = sum(abs(band.certainty - band.right) * band.photos for band in drawn) / 500
    assert expected_calibration_error(truth, shares) == pytest.approx(off)
    assert {round((band.high - band.low) * 15, 6) for band in drawn} == {1.0}


def test_the_error_by_hand() -> None:
    shares = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]])
    truth = np.array([0, 1, 1, 1])
    # 0.9 sure and half right: off by 0.4; 0.6 sure and always right: off by 0.4.
    assert expected_calibration_error(truth, shares) == pytest.approx(0.4)
    assert expected_calibration_error(np.empty(0, int), np.empty((0, 2))) == 0.0


def test_the_temperature_makes_certainty_honest() -> None:
    truth, logits = answers(2, sure=4.0)
    before = expected_calibration_error(truth, probabilities(logits))
    after = expected_calibration_error(truth, probabilities(logits / temperature(truth, logits)))
    assert after < 0.02 < 0.1 < before
