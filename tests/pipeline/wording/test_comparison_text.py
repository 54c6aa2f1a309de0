"""Is one run better? The verdict, what was compared, and what would settle it, in words."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given

from pipeline.evaluation.comparison import (
    LEVEL,
    Answers,
    Difference,
    Pairs,
    compare,
    p_value,
    shared_photos,
)
from pipeline.wording import comparison_text
from tests.pipeline.evaluation.test_comparison import brief, some_pairs, swapped


def test_what_is_compared_and_what_is_left_out() -> None:
    shared = shared_photos(["x", "y", "z", "w"], ["z", "n", "x"])
    assert comparison_text.compared(shared, "Small", "Large") == (
        "Compared on the 2 photos that both were tested on. Left out: 2 that only Small was "
        "tested on; 1 that only Large was tested on."
    )
    same = shared_photos([4, 7], [7, 4])
    assert comparison_text.compared(same) == "Both were tested on the same 2 photos."
    none = shared_photos(["x"], ["y"])
    assert comparison_text.compared(none) == "A and B share no test photos to compare them on."


def test_a_changed_label_is_told() -> None:
    labels = np.array(["cat", "dog", "dog"])
    one = Answers([1, 2, 3], np.array(["cat", "dog", "cat"]), labels)
    shared = compare(one, Answers([1, 2, 3], labels, labels)).shared
    assert comparison_text.compared(shared) == (
        "Compared on the 2 photos that both were tested on. Left out: 1 whose label changed in "
        "between."
    )


def test_the_verdict_in_words() -> None:
    assert comparison_text.verdict(Pairs(280, 9, 14, 9)) == (
        "B is right on 14 photos that A got wrong, A on 9 that B got wrong: no real difference "
        "with this many photos (312)."
    )
    assert comparison_text.verdict(Pairs(700, 1030, 1200, 9), "Small", "Large") == (
        "Large is right on 1,200 photos that Small got wrong, Small on 1,030 that Large got "
        "wrong: Large is better; chance alone would do this about 1 time in 3,000."
    )
    assert comparison_text.verdict(Pairs(10, 1, 0, 9)).startswith(
        "A is right on 1 photo that B got wrong, B on n"
    )
    assert comparison_text.verdict(Pairs(9, 90, 0, 9)).endswith(
        "would do this less than 1 time in a million."
    )
    assert comparison_text.verdict(Pairs(10, 0, 0, 2)) == (
        "A and B are right on the same photos and wrong on the same: no difference on 12 photos."
    )


@brief
@given(some_pairs)
def test_a_difference_is_claimed_only_where_there_is_one(pairs: Pairs) -> None:
    words = comparison_text.verdict(pairs, "Ann", "Bob")
    claimed = re.search(r"(Ann|Bob) is better", words)
    assert bool(claimed) == (p_value(pairs) < LEVEL)
    if claimed:
        assert claimed[1] == ("Ann" if pairs.only_a > pairs.only_b else "Bob")
    if pairs.only_a != pairs.only_b:
        assert words == comparison_text.verdict(swapped(pairs), "Bob", "Ann")
    assert ("settle" in comparison_text.photos_needed(pairs)) == (pairs.only_a != pairs.only_b)
    assert ("were enough" in comparison_text.photos_needed(pairs)) == bool(claimed)


@brief
@given(some_pairs)
def test_the_odds_in_words_are_the_p_value(pairs: Pairs) -> None:
    said = re.search(r"1 time in ([\d,]+)", comparison_text.verdict(pairs))
    if said:
        assert 0.66 < int(said[1].replace(",", "")) * p_value(pairs) < 1.34


def test_without_photos_nothing_is_compared() -> None:
    assert comparison_text.verdict(Pairs(0, 0, 0, 0)) == "There are no photos to compare on."


def test_the_difference_has_both_ends_and_says_what_they_mean() -> None:
    said = comparison_text.difference(Difference(0.0735, -0.002, 0.1536), "“A”", "“B”")
    minus = "\N{MINUS SIGN}"
    assert said == (
        f"Difference in accuracy (“B” minus “A”): **+7.3 points** ({minus}0.2 to +15.4). The true "
        "value lies between these ends with 95 % confidence."
    )


def test_what_would_settle_it() -> None:
    assert comparison_text.photos_needed(Pairs(280, 9, 14, 9)) == (
        "If they go on being right as often as here, about 2,300 test photos would most likely "
        "settle it."
    )
    enough = comparison_text.photos_needed(Pairs(280, 9, 40, 9))
    assert enough == "338 photos were enough to settle it."
    assert "no number of photos" in comparison_text.photos_needed(Pairs(280, 9, 9, 9))
    assert comparison_text.photos_needed(Pairs(280, 9, 14, 9, 0.5)).endswith(
        "Photos of one scene, on which they disagree together, count as one."
    )


def test_a_verdict_in_a_cell() -> None:
    assert comparison_text.in_short(Pairs(90, 0, 0, 10)) == "no difference"
    assert (
        comparison_text.in_short(Pairs(80, 5, 5, 10))
        == comparison_text.in_short(Pairs(80, 4, 6, 10))
        == "no real difference"
    )
    assert comparison_text.in_short(Pairs(50, 2, 40, 8)) == "better"
    assert comparison_text.in_short(Pairs(50, 40, 2, 8)) == "worse"
    found = Difference(0.0151, 0.001, 0.03)
    assert comparison_text.difference_in_short(found) == "+1.5 (+0.1 to +3.0)"
