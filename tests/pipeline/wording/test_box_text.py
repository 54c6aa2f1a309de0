"""Boxes in words."""

from __future__ import annotations

import pytest

from pipeline.wording import box_text
from pipeline.wording.box_text import Short


@pytest.mark.parametrize(
    ("count", "said"),
    [
        ((0, 0, 0, 0), "Needs 5 photos, 20 are better"),
        ((0, 0, 0, 12), "12 photos on the way"),
        ((3, 0, 0, 0), "**3**: 2 more needed"),
        ((5, 0, 0, 0), "**5**: enough to try, 20 are better"),
        ((12, 0, 0, 0), "**12**: good for a try, 20 are better"),
        ((20, 0, 0, 0), "**20**: good"),
        ((64, 0, 0, 0), "**64**: plenty"),
        (
            (12, 1, 2, 0),
            "**12**: good for a try, 20 are better · 1 near copy: vary place and light · "
            "2 files cannot be used",
        ),
        ((0, 0, 1, 0), "**0**: 5 more needed · 1 file cannot be used"),
    ],
)
def test_what_stands_below_a_box(count: tuple[int, int, int, int], said: str) -> None:
    assert box_text.advice(*count) == said


MIA, REX = Short(1, "Mia", 0), Short(2, "Rex", 4)


def test_what_is_missing_is_the_least_that_helps() -> None:
    assert box_text.missing(2, [Short(3, "Bello", 1)]) == ""
    assert box_text.missing(1, [REX, Short(3, "Bello", 0)]) == "Still needed: 1 of Rex."
    assert box_text.missing(0, [MIA, REX]) == "Still needed: 1 of Rex and 5 of Mia."
    assert box_text.missing(0, [REX]) == "Still needed: 1 of Rex. And add a second box."
    assert box_text.missing(1, []) == "A second class is missing: add a box, and 5 photos."


def test_a_box_whose_name_nobody_knows_yet_is_told_by_its_place() -> None:
    second, ninth = Short(2, "", 0), Short(9, "", 2)
    assert box_text.missing(1, [second]) == "Still needed: 5 in the second box."
    assert box_text.missing(1, [ninth]) == "Still needed: 3 in box 9."
    assert box_text.left_out([second], 0) == "The second box has too few photos and stays here."


def test_what_is_left_out_this_time() -> None:
    bello, kim = Short(3, "Bello", 1), Short(4, "Kim", 2)
    assert box_text.left_out([], 0) == ""
    assert box_text.left_out([bello], 1) == (
        "Bello has too few photos and stays here. 1 photo waits for a label."
    )
    assert box_text.left_out([bello, kim], 3) == (
        "Bello and Kim have too few photos and stay here. 3 photos wait for a label."
    )


def test_what_a_network_knows() -> None:
    score = {"accuracy": 22 / 24, "photos": 24}
    assert box_text.knows(["Mia", "Rex"], score) == "Knows Mia from Rex: 22 of 24"
    assert box_text.knows(["a", "b", "c"], score) == "Knows a, b and c apart: 22 of 24"


def test_a_mark_names_what_it_is_like() -> None:
    assert box_text.mark("near", "1.jpg", "Mia") == "Looks nearly like 1.jpg"
    assert "is in Rex: one of the two is wrong" in box_text.mark("elsewhere", "1.jpg", "Rex")
    assert "the photos without a label" in box_text.mark("elsewhere", "1.jpg", "")


def test_names_of_lists_and_sets() -> None:
    assert box_text.photos_of("Mia") == "Photos of Mia"
    assert box_text.photos_of(None) == "Photos without a label"
    assert box_text.more(1) == "and 1 more photo"
    assert box_text.set_name(["Mia", "Rex"]) == "Mia and Rex"
    assert box_text.set_name(list("abcde")) == "a, b, c and 2 more"
