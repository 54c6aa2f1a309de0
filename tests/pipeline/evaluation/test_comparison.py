"""Two runs on the same photos, against SciPy, statsmodels and published numbers."""

from __future__ import annotations

import math
import re
import sys

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
    compare,
    p_value,
    photos_needed,
    photos_needed_sentence,
    shared_photos,
    verdict,
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
    assert shared.sentence("Small", "Large") == (
        "Compared on the 2 photos that both were tested on. Left out: 2 that only Small was "
        "tested on; 1 that only Large was tested on."
    )


def test_numbers_serve_as_ids_and_a_repeated_photo_counts_once() -> None:
    shared = shared_photos(np.array([4, 4, 7]), np.array([7, 4]))
    assert (shared.a_indices.tolist(), shared.b_indices.tolist()) == ([0, 2], [1, 0])
    assert shared.sentence() == "Both were tested on the same 2 photos."


@pytest.mark.parametrize(("a_ids", "b_ids"), [(["x"], ["y"]), ([], []), ([], ["y"])])
def test_without_a_photo_in_common_nothing_is_compared(a_ids: list, b_ids: list) -> None:
    one = answers(a_ids, [0] * len(a_ids), [0] * len(a_ids))
    other = answers(b_ids, [0] * len(b_ids), [0] * len(b_ids))
    found = compare(one, other)
    assert found.shared.sentence() == "A and B share no test photos to compare them on."
    assert found.pairs == Pairs(0, 0, 0, 0)
    assert verdict(found.pairs) == "There are no photos to compare on."
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
    assert ("the same" in shared.sentence()) == (set(a_ids) == set(b_ids) != set())
    assert ("Left out" in shared.sentence()) == (shared.photos > 0 and set(a_ids) != set(b_ids))


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
    assert found.shared.sentence() == (
        "Compared on the 2 photos that both were tested on. Left out: 1 whose label changed in "
        "between."
    )


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
        # In whole numbers: what is this small, SciPy's own test calls 0.
        expected = min(1.0, 2 * tail / 2**tosses)
        assert found == pytest.approx(expected, rel=1e-7, abs=sys.float_info.min)


@pytest.mark.parametrize("only_a", [0, 1, 5, 20, 300])
@pytest.mark.parametrize("only_b", [1, 6, 7, 35, 341])
def test_p_is_the_exact_one_of_statsmodels(only_a: int, only_b: int) -> None:
    expected = mcnemar([[80, only_a], [only_b, 9]], exact=True).pvalue
    assert p_value(Pairs(80, only_a, only_b, 9)) == pytest.approx(expected, rel=1e-9)


def test_the_verdict_in_words() -> None:
    assert verdict(Pairs(280, 9, 14, 9)) == (
        "B is right on 14 photos that A got wrong, A on 9 that B got wrong: no real difference "
        "with this many photos (312)."
    )
    assert verdict(Pairs(700, 1030, 1200, 9), "Small", "Large") == (
        "Large is right on 1,200 photos that Small got wrong, Small on 1,030 that Large got "
        "wrong: Large is better; chance alone would do this about 1 time in 3,000."
    )
    assert verdict(Pairs(10, 1, 0, 9)).startswith("A is right on 1 photo that B got wrong, B on n")
    assert verdict(Pairs(9, 90, 0, 9)).endswith("would do this less than 1 time in a million.")
    assert verdict(Pairs(10, 0, 0, 2)) == (
        "A and B are right on the same photos and wrong on the same: no difference on 12 photos."
    )


@brief
@given(some_pairs)
def test_a_difference_is_claimed_only_where_there_is_one(pairs: Pairs) -> None:
    words = verdict(pairs, "Ann", "Bob")
    claimed = re.search(r"(Ann|Bob) is better", words)
    assert bool(claimed) == (p_value(pairs) < LEVEL)
    if claimed:
        assert claimed[1] == ("Ann" if pairs.only_a > pairs.only_b else "Bob")
    if pairs.only_a != pairs.only_b:
        assert words == verdict(swapped(pairs), "Bob", "Ann")
    assert ("settle" in photos_needed_sentence(pairs)) == (pairs.only_a != pairs.only_b)
    assert ("were enough" in photos_needed_sentence(pairs)) == bool(claimed)


@brief
@given(some_pairs)
def test_the_odds_in_words_are_the_p_value(pairs: Pairs) -> None:
    said = re.search(r"1 time in ([\d,]+)", verdict(pairs))
    if said:
        assert 0.66 < int(said[1].replace(",", "")) * p_value(pairs) < 1.34


# === The difference ===


@pytest.mark.parametrize(
    ("pairs", "value", "low", "high"),
    [
        # Cavo et al. 2012 in Fagerland, Lydersen and Laake 2017, "Statistical Analysis of
        # Contingency Tables", chapter 8 (there the first less the second)
        (Pairs(59, 16, 6, 80), -0.0621, -0.1186, -0.0046),
    ],
)
def test_newcombes_interval_has_the_published_ends(
    pairs: Pairs, value: float, low: float, high: float
) -> None:
    found = accuracy_difference(pairs)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=5e-5)


@brief
@given(some_pairs.filter(lambda pairs: pairs.photos > 0))
def test_the_interval_holds_the_difference_and_mirrors(pairs: Pairs) -> None:
    found, mirrored = accuracy_difference(pairs), accuracy_difference(swapped(pairs))
    assert found is not None
    assert mirrored is not None
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.value == pytest.approx((pairs.only_b - pairs.only_a) / pairs.photos)
    assert (found.low, found.high) == pytest.approx((-mirrored.high, -mirrored.low), abs=1e-12)


def test_95_of_100_intervals_hold_the_true_difference() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(200, [0.80, 0.05, 0.10, 0.05], 3000)
    found = [accuracy_difference(Pairs(*row)) for row in drawn.tolist()]
    holds = np.mean([one is not None and one.low <= 0.05 <= one.high for one in found])
    assert 0.93 <= holds <= 0.97


# === How many more ===


def test_connors_formula() -> None:
    # powerandsamplesize.com's example after Connor 1987, page 209: 0.45 against 0.05
    assert photos_needed(Pairs(40, 5, 45, 10)) == 23
    assert photos_needed(Pairs(280, 9, 14, 9)) == 2251
    assert photos_needed_sentence(Pairs(280, 9, 14, 9)) == (
        "If they go on being right as often as here, about 2,300 test photos would most likely "
        "settle it."
    )
    assert photos_needed_sentence(Pairs(280, 9, 40, 9)) == "338 photos were enough to settle it."
    assert "no number of photos" in photos_needed_sentence(Pairs(280, 9, 9, 9))


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
