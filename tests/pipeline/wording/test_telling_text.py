from __future__ import annotations

import numpy as np

from pipeline.wording.telling_text import WORDS, summary, watched


def test_it_counts_what_turns_stays_and_ends_wrong() -> None:
    right = np.array([[0, 0, 1, 0, 1], [0, 1, 1, 0, 0], [1, 1, 1, 0, 0]], bool)
    assert (
        summary(right)
        == "5 validation photos: 2 from wrong to right, 1 right from the start, 2 wrong at the end."
    )
    assert (
        summary(right[:, [0, 3]])
        == "2 validation photos: 1 from wrong to right, 1 wrong at the end."
    )
    assert summary(right[:, [2]]) == "1 validation photo: 1 right from the start."
    assert summary(right[-1:]) == "5 validation photos: 3 right from the start, 2 wrong at the end."


def test_the_browser_can_fill_in_its_words() -> None:
    filled = WORDS["state"].format(point="epoch 3", right=6, all=9)
    assert filled == "epoch 3: 6 of 9 right"
    assert WORDS["labelled"].format(name="cat") == "labelled cat"


def test_for_the_first_time_no_term_of_the_field() -> None:
    right = np.array([[0, 1], [1, 1]], bool)
    told = "2 photos that it does not learn from: 1 from wrong to right, 1 right from the start."
    assert summary(right, plain=True) == told
    assert watched(8) == "8 photos that it does not learn from"
