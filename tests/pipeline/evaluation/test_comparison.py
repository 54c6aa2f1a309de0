"""Two runs on the same photos, against SciPy, statsmodels and published numbers."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.contingency_tables import mcnemar

from pipeline.evaluation.comparison import (
    LEVEL,
    Answers,
    Pairs,
    accuracy_difference,
    claims,
    compare,
    p_value,
    photos_needed,
    shared_photos,
)

# No deadline: a busy machine is no failure.
brief = settings(max_examples=60, deadline=None)
counts = st.integers(0, 12) | st.integers(0, 3000)
some_pairs = st.builds(Pairs, counts, counts, counts, counts)
labels = st.lists(st.tuples(*[st.integers(0, 2)] * 3), max_size=40)


def swapped(pairs: Pairs) -> Pairs:
    return Pairs(pairs.both_right, pairs.only_b, pairs.only_a, pairs.both_wrong)


def answers(ids: list, truth: list, called: list) -> Answers:
    return Answers(ids, np.array(truth), np.array(called))


# === The same photos ===


def test_photos_are_found_by_id_wherever_they_stand() -> None:
    shared = shared_photos(["x", "y", "z", "w"], ["z", "n", "x"])
    assert shared.a_indices.tolist() == [0, 2]
    assert shared.b_indices.tolist() == [2, 0]
    assert (shared.photos, shared.only_a, shared.only_b) == (2, 2, 1)


def test_numbers_serve_as_ids_and_a_repeated_photo_counts_once() -> None:
    shared = shared_photos(np.array([4, 4, 7]), np.array([7, 4]))
    assert (shared.a_indices.tolist(), shared.b_indices.tolist()) == ([0, 2], [1, 0])


@pytest.mark.parametrize(("a_ids", "b_ids"), [(["x"], ["y"]), ([], []), ([], ["y"])])
def test_without_a_photo_in_common_nothing_is_compared(a_ids: list, b_ids: list) -> None:
    one = answers(a_ids, [0] * len(a_ids), [0] * len(a_ids))
    other = answers(b_ids, [0] * len(b_ids), [0] * len(b_ids))
    found = compare(one, other)
    assert found.pairs == Pairs(0, 0, 0, 0)
    assert accuracy_difference(found.pairs) is None
    assert photos_needed(found.pairs) is None


@brief
@given(st.lists(st.integers(0, 20)), st.lists(st.integers(0, 20)))
def test_every_photo_is_accounted_for(a_ids: list[int], b_ids: list[int]) -> None:
    shared = shared_photos(a_ids, b_ids)
    assert shared.photos + shared.only_a == len(set(a_ids))
    assert shared.photos + shared.only_b == len(set(b_ids))
    pairs = zip(shared.a_indices, shared.b_indices, strict=True)
    assert all(a_ids[a] == b_ids[b] for a, b in pairs)


def test_pairs_are_counted_on_photos_in_another_order() -> None:
    one = answers(["p", "q", "r", "s", "only"], [0, 1, 2, 0, 0], [0, 1, 0, 1, 0])
    other = answers(["s", "r", "q", "p"], [0, 2, 1, 0], [0, 1, 0, 0])
    found = compare(one, other)
    assert found.pairs == Pairs(both_right=1, only_a=1, only_b=1, both_wrong=1)
    assert found.only_a.tolist() == [1]
    assert found.only_b.tolist() == [3]
    assert found.differing.tolist() == [1, 2, 3]  # r: both wrong, each in its own way
    assert found.shared.b_indices[found.only_b].tolist() == [0]


def test_class_names_serve_as_well_and_a_changed_label_is_left_out() -> None:
    one = answers([1, 2, 3], ["cat", "dog", "cat"], ["cat", "cat", "cat"])
    other = answers([1, 2, 3], ["cat", "dog", "dog"], ["cat", "dog", "dog"])
    found = compare(one, other)
    assert found.pairs == Pairs(1, 0, 1, 0)
    assert found.shared.relabelled == 1


@brief
@given(labels)
def test_counts_add_up_and_change_places_with_the_runs(rows: list[tuple[int, int, int]]) -> None:
    truth, a_called, b_called = np.array(rows, np.int64).reshape(-1, 3).T
    one = Answers(range(len(rows)), truth, a_called)
    other = Answers(range(len(rows)), truth, b_called)
    found, mirrored = compare(one, other), compare(other, one)
    assert found.pairs.photos == len(rows)
    assert found.pairs == swapped(mirrored.pairs)
    assert found.pairs.right_a == sum(row[1] == row[0] for row in rows)
    assert found.pairs.right_b == sum(row[2] == row[0] for row in rows)
    assert (len(found.only_a), len(found.only_b)) == (found.pairs.only_a, found.pairs.only_b)
    assert set(found.only_a.tolist()) | set(found.only_b.tolist()) <= set(found.differing.tolist())


# === The test ===


def test_published_p_values() -> None:
    # Armitage and Berry 1994, page 127: two media for tuberculosis; 0.0129 two-sided
    assert p_value(Pairs(20, 12, 2, 16)) == pytest.approx(0.0129, abs=5e-5)
    # Bentur et al. 2009, 1 against 7 of 21 patients; by hand 2 (1 + 8) / 2**8
    assert p_value(Pairs(1, 1, 7, 12)) == pytest.approx(0.0703, abs=5e-5)


@brief
@given(some_pairs)
@example(Pairs(0, 10, 1065, 0))
def test_p_is_the_binomial_tests_and_the_same_from_both_sides(pairs: Pairs) -> None:
    found = p_value(pairs)
    assert 0 <= found <= 1
    assert found == p_value(swapped(pairs))
    if pairs.only_a + pairs.only_b:
        tosses, fewer = pairs.only_a + pairs.only_b, min(pairs.only_a, pairs.only_b)
        tail = sum(math.comb(tosses, heads) for heads in range(fewer + 1))
        # In whole numbers: what is smaller than that, SciPy calls 0.
        expected = min(1.0, 2 * tail / 2**tosses)
        assert found == pytest.approx(expected, rel=1e-7, abs=1e-250)


@pytest.mark.parametrize("only_a", [0, 1, 5, 20, 300])
@pytest.mark.parametrize("only_b", [1, 6, 7, 35, 341])
def test_p_is_the_exact_one_of_statsmodels(only_a: int, only_b: int) -> None:
    expected = mcnemar([[80, only_a], [only_b, 9]], exact=True).pvalue
    assert p_value(Pairs(80, only_a, only_b, 9)) == pytest.approx(expected, rel=1e-9)


# === The difference ===


def test_the_verdict_never_stands_beside_an_interval_that_says_the_opposite() -> None:
    """On every small table, and with scenes: 0 lies outside just where a difference is claimed."""
    assert not claims(Pairs(60, 0, 5, 3))
    for both_right, only_a, only_b, both_wrong, told in itertools.product(
        (0, 3, 60), range(13), range(13), (0, 3, 40), (1.0, 0.5, 0.21)
    ):
        pairs = Pairs(both_right, only_a, only_b, both_wrong, told)
        found = accuracy_difference(pairs)
        if found is not None:
            assert (not found.low <= 0 <= found.high) == claims(pairs), pairs
            assert found.low <= found.value <= found.high


def test_the_interval_is_about_as_newcombes_of_a_published_table() -> None:
    # Cavo et al. 2012 in Fagerland, Lydersen and Laake 2017, "Statistical Analysis of Contingency
    # Tables", chapter 8: -0.1186 to -0.0046 by Newcombe; exact is a little wider
    found = accuracy_difference(Pairs(59, 16, 6, 80))
    assert found is not None
    assert found.value == pytest.approx(-0.0621, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((-0.1186, -0.0046), abs=6e-3)


@brief
@given(some_pairs.filter(lambda pairs: pairs.photos > 0))
def test_the_interval_holds_the_difference_and_mirrors(pairs: Pairs) -> None:
    found, mirrored = accuracy_difference(pairs), accuracy_difference(swapped(pairs))
    assert found is not None
    assert mirrored is not None
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.value == pytest.approx((pairs.only_b - pairs.only_a) / pairs.photos)
    assert (found.low, found.high) == pytest.approx((-mirrored.high, -mirrored.low), abs=1e-12)


@pytest.mark.parametrize(
    ("photos", "chances"), [(200, [0.8, 0.05, 0.1, 0.05]), (40, [0.8, 0.05, 0.1, 0.05])]
)
def test_95_of_100_intervals_hold_the_true_difference(photos: int, chances: list[float]) -> None:
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(photos, chances, 1000)
    found = [accuracy_difference(Pairs(*row)) for row in drawn.tolist()]
    holds = np.mean([one is not None and one.low <= 0.05 <= one.high for one in found])
    assert 0.93 <= holds <= 0.98


def drawn(seed: int, scenes: int, together: float) -> Pairs:
    """Two equally good runs on bursts of five, answered together so often."""
    rng = np.random.default_rng(seed)

    def right() -> np.ndarray:
        scene, own = rng.random((scenes, 1)) < 0.85, rng.random((scenes, 5)) < 0.85
        return np.where(rng.random((scenes, 5)) < together, scene, own).ravel()

    ids, numbers = list(range(scenes * 5)), np.repeat(np.arange(scenes), 5)
    truth = np.ones(scenes * 5, int)
    one, other = (Answers(ids, truth, right().astype(int), numbers) for _ in range(2))
    return compare(one, other).pairs


@pytest.mark.parametrize(("scenes", "together"), [(40, 1.0), (40, 0.5), (8, 1.0)])
def test_bursts_raise_no_false_alarms(scenes: int, together: float) -> None:
    pairs = [drawn(seed, scenes, together) for seed in range(300)]
    assert np.mean([claims(one) for one in pairs]) <= LEVEL
    alone = [replace(one, independent=1.0) for one in pairs]
    assert np.mean([claims(one) for one in alone]) > 2 * LEVEL, "what was said before"


def test_disagreements_of_a_scene_are_one_toss_and_its_cancelling_ones_count_as_they_are() -> None:
    truth, scenes = np.ones(10, int), np.repeat([0, 1], 5)
    wrong, right = np.zeros(10, int), np.ones(10, int)
    pairs = compare(
        Answers(range(10), truth, wrong, scenes), Answers(range(10), truth, right)
    ).pairs
    assert pairs == Pairs(0, 0, 10, 0, 0.2)
    assert p_value(pairs) == pytest.approx(0.5), "two tosses, both one way"
    odd = np.arange(10) % 2
    assert compare(
        Answers(range(10), truth, odd, scenes), Answers(range(10), truth, 1 - odd, scenes)
    ).pairs == Pairs(0, 5, 5, 0, 1.0)
    assert photos_needed(Pairs(8, 0, 2, 0, 0.5)) == 2 * (photos_needed(Pairs(8, 0, 2, 0)) or 0)


# === How many more ===


def test_connors_formula() -> None:
    # powerandsamplesize.com's example after Connor 1987, page 209: 0.45 against 0.05
    assert photos_needed(Pairs(40, 5, 45, 10)) == 23
    assert photos_needed(Pairs(280, 9, 14, 9)) == 2251


@brief
@given(some_pairs)
def test_more_photos_are_named_where_these_do_not_settle_it(pairs: Pairs) -> None:
    needed = photos_needed(pairs)
    assert needed == photos_needed(swapped(pairs))
    assert (needed is None) == (pairs.only_a == pairs.only_b)
    if needed is not None and p_value(pairs) >= LEVEL:
        assert needed > pairs.photos


@pytest.mark.parametrize("pairs", [Pairs(280, 9, 14, 9), Pairs(80, 2, 8, 10), Pairs(3, 0, 5, 1)])
def test_that_many_photos_settle_it_four_times_in_five(pairs: Pairs) -> None:
    """The exact test's own power: over how many disagree, and how they fall."""
    needed = photos_needed(pairs)
    assert needed is not None
    differ = np.arange(needed + 1)
    often = binom.pmf(differ, needed, (pairs.only_a + pairs.only_b) / pairs.photos)
    ahead = max(pairs.only_a, pairs.only_b) / (pairs.only_a + pairs.only_b)
    bound = binom.ppf(LEVEL / 2, differ, 0.5)  # the most losses that still count as a win
    bound -= binom.cdf(bound, differ, 0.5) > LEVEL / 2
    power = float((often * binom.cdf(bound, differ, 1 - ahead)).sum())
    assert 0.74 < power < 0.81
