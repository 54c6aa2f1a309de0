"""The one interval of an accuracy: published ends, and whether it holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.accuracy_interval import (
    accuracy_interval,
    after_cross_validation,
    answers_interval,
    witnesses,
)
from tests.benchmarks.honesty.intervals import Plan, simulate, wilson

brief = settings(max_examples=60, deadline=None)
counts = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("correct", "photos", "low", "high"),
    [
        # Brown, Cai and DasGupta 2001, table 5, with its ends closed at none and all
        (0, 7, 0, 0.292),
        (1, 7, 0.016, 0.501),
        (3, 7, 0.139, 0.766),
        (4, 10, 0.153, 0.696),
        (6, 15, 0.188, 0.647),
        (10, 25, 0.227, 0.594),
        (10, 10, 0.783, 1.0),
    ],
)
def test_jeffreys_interval_has_the_published_ends(
    correct: int, photos: int, low: float, high: float
) -> None:
    assert accuracy_interval(correct, photos) == pytest.approx((low, high), abs=6e-4)


@brief
@given(counts, st.floats(1e-3, 1))
def test_the_interval_holds_the_accuracy_and_mirrors(
    given_counts: tuple[int, int], independent: float
) -> None:
    correct, photos = given_counts
    told = photos * independent
    low, high = accuracy_interval(correct, photos, told)
    assert 0 <= low <= correct / photos <= high <= 1
    assert low < high
    mirrored = accuracy_interval(photos - correct, photos, told)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert high - low >= np.subtract(*accuracy_interval(correct, photos)[::-1]) - 1e-9


@pytest.mark.parametrize("told", [None, 0.0])
def test_without_witnesses_nothing_is_known(told: float | None) -> None:
    assert accuracy_interval(0, 0, told) == (0.0, 1.0)
    assert accuracy_interval(3, 4, 0.0) == (0.0, 1.0)


def test_photos_without_lookalikes_are_all_witnesses() -> None:
    right = np.array([True, False, True])
    assert witnesses(right) == witnesses(right, np.array([4, 9, 1])) == 3
    assert witnesses(right[:0], np.zeros(0, int)) == 0


def test_copies_that_are_right_together_are_one_witness() -> None:
    scenes = np.repeat(np.arange(40), 5)
    together = np.repeat(np.arange(40) < 36, 5)
    assert witnesses(together, scenes) == pytest.approx(40)
    assert witnesses(np.ones(200, bool), scenes) == pytest.approx(40), "all right: nobody knows"
    assert witnesses(together[:5], scenes[:5]) == pytest.approx(1)
    # One scene of forty photos and forty others: hardly more than two.
    assert witnesses(np.ones(80, bool), np.append(np.zeros(40, int), np.arange(1, 41))) < 4


def test_photos_of_a_scene_that_are_answered_as_if_unlike_count_for_more() -> None:
    scenes = np.repeat(np.arange(200), 5)
    apart = np.random.default_rng(0).random(1000) < 0.8
    assert 400 < witnesses(apart, scenes) < 460  # a third of the worst case: 1000 / (1 + 4 / 3)


def test_the_likeness_of_answers_is_the_textbooks() -> None:
    """Against the correlation over all pairs of one scene, which it estimates."""
    draw = np.random.default_rng(1)
    scene = draw.random((4000, 1)) < 0.9
    right = np.where(draw.random((4000, 3)) < 0.6, scene, draw.random((4000, 3)) < 0.9)
    pairs = np.corrcoef(right[:, 0], right[:, 1])[0, 1]
    told = witnesses(right.ravel(), np.repeat(np.arange(4000), 3))
    assert 12_000 / told == pytest.approx(1 + 2 * (1 + 2 * pairs) / 3, abs=0.05)


def test_judging_in_turns_leaves_fewer_witnesses_the_fewer_a_class_has() -> None:
    shares = [after_cross_validation(2 * number, 2) / (2 * number) for number in (1, 2, 10, 1000)]
    assert shares == sorted(shares)
    assert shares[0] == 0, "a class of one scene cannot be judged by who has not seen it"
    assert shares[-1] == pytest.approx(0.8, abs=0.01)


def test_classes_of_like_size_are_judged_as_one() -> None:
    truth = np.repeat([0, 1], [40, 30])
    right = np.arange(70) % 9 > 0
    scenes = np.arange(70) // 2
    told = witnesses(right, scenes)
    assert answers_interval(right, truth, scenes) == pytest.approx(
        accuracy_interval(int(right.sum()), 70, told)
    )
    assert answers_interval(right, truth, scenes, in_turns=True) == pytest.approx(
        accuracy_interval(int(right.sum()), 70, after_cross_validation(told, 2))
    )
    assert answers_interval(right, truth, near_copies=35) == pytest.approx(
        accuracy_interval(int(right.sum()), 70, 35)
    )


def test_a_rare_class_that_is_hardly_found_leaves_less_to_chance() -> None:
    """How many of it are asked about is settled, so its share of the wrong answers is, too."""
    truth = np.repeat([0, 1], [190, 10])
    right = np.repeat([True, False, True, False], [189, 1, 5, 5])
    low, high = answers_interval(right, truth)
    before_low, before_high = accuracy_interval(194, 200)
    assert before_low < low < 0.97 < high < before_high


@brief
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 9)), min_size=1))
def test_any_answers_have_an_interval_around_their_accuracy(
    answers: list[tuple[bool, int, int]],
) -> None:
    right, truth, scenes = (np.array(column) for column in zip(*answers, strict=True))
    for in_turns in (False, True):
        for near_copies in (0, len(right)):
            low, high = answers_interval(right, truth, scenes, near_copies, in_turns)
            assert 0 <= low <= right.mean() + 1e-12 and right.mean() - 1e-12 <= high <= 1


@pytest.mark.thorough
@pytest.mark.parametrize(
    "plan",
    [
        *(Plan(2, 20, 1), Plan(2, 200, 1), Plan(2, 50, 5), Plan(2, 200, 5), Plan(6, 20, 2)),
        *(Plan(2, 200, 5, uneven=True), Plan(6, 50, 5)),
    ],
)
def test_19_of_20_intervals_hold_the_truth_and_few_hide_behind_width(plan: Plan) -> None:
    """A small part of `bench_honesty intervals`, where every photo counted as a witness before."""
    for judged in simulate(plan, 400):
        held = judged.covered(judged.intervals())
        assert held >= 0.93
        if len(set(judged.scenes.tolist())) >= 20:  # fewer leave steps too coarse to aim
            assert held <= 0.985
        if plan.burst > 1:
            assert judged.covered(wilson(judged.right)) < 0.93
