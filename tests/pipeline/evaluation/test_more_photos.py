"""What a curve says of twice as many photos: right where it can be known, silent where not."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation.more_photos import SizeCurve, Verdict, size_curve

SIZES = (80.0, 200.0, 400.0, 800.0)


def answers(wrong, photos: int = 1_000, draws: int = 5, seed: int = 0):
    """Photos of different difficulty: each is called wrong where the share is above its own."""
    random = np.random.default_rng(seed)
    ease = random.permutation(np.linspace(0, 1, photos, endpoint=False))
    noise = random.normal(0, 0.004, (len(wrong), draws, photos))
    return ease + noise >= np.array(wrong)[:, None, None]


def falling(power: float, at_last: float) -> list[float]:
    return [at_last * (SIZES[-1] / size) ** power for size in SIZES]


@pytest.mark.parametrize(("power", "at_last"), [(0.5, 0.06), (0.3, 0.10), (0.8, 0.08)])
def test_a_power_law_is_carried_on(power: float, at_last: float) -> None:
    found = size_curve(SIZES, answers(falling(power, at_last)), np.arange(1_000), 0.0)
    truth = at_last * (1 - 2**-power)
    assert found.low <= truth <= found.high
    assert found.gain == pytest.approx(truth, abs=0.006)
    assert found.verdict is Verdict.HELPS
    assert [point.photos for point in found.points] == list(SIZES)
    assert all(point.low <= point.score <= point.high for point in found.points)


def test_a_flat_curve_says_no() -> None:
    found = size_curve(SIZES, answers([0.06, 0.03, 0.03, 0.03]), np.arange(1_000), 0.0)
    assert (found.verdict, round(found.gain, 3)) == (Verdict.NO, 0.0)


def test_wrong_labels_limit_it() -> None:
    flat = answers([0.07, 0.06, 0.06, 0.06])
    assert size_curve(SIZES, flat, np.arange(1_000), 0.05).verdict is Verdict.LABELS
    assert size_curve(SIZES, flat, np.arange(1_000), 0.01).verdict is Verdict.NO


def test_few_photos_say_nothing() -> None:
    few = answers([0.2, 0.1, 0.09, 0.08], photos=24)
    assert size_curve((4, 9, 12, 19), few, np.arange(24), 0.0).verdict is Verdict.UNKNOWN
    assert size_curve((9, 19), few[:2], np.arange(24), 0.0).verdict is Verdict.UNKNOWN


def test_lookalikes_are_one_witness() -> None:
    right = answers(falling(0.5, 0.06), photos=200)
    alone = size_curve(SIZES, right, np.arange(200), 0.0)
    frames = np.repeat(right, 5, axis=2)
    together = size_curve(SIZES, frames, np.repeat(np.arange(200), 5), 0.0)
    assert together.gain == pytest.approx(alone.gain)
    width = [one.points[-1].high - one.points[-1].low for one in (alone, together)]
    assert width[1] == pytest.approx(width[0], rel=0.25)


def test_nothing_called_wrong_leaves_nothing_to_gain() -> None:
    found = size_curve(SIZES, np.ones((4, 3, 300), np.bool_), np.arange(300), 0.0)
    assert (found.gain, found.verdict) == (0.0, Verdict.NO)


def test_it_comes_back_from_json() -> None:
    found = size_curve(SIZES, answers(falling(0.5, 0.06)), np.arange(1_000), 0.0)
    assert SizeCurve.from_json(found.to_json()) == found
