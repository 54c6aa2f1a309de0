"""Names in little room: no letter is torn, and no two names end up looking the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.wording.names import ELLIPSIS, apart, graphemes, short, visible, with_more

LETTERS = {
    "accent": "e\u0301",
    "two accents": "o\u0302\u0301",
    "family": "👨\u200d👩\u200d👧",
    "scientist with skin": "👩🏽\u200d🔬",
    "heart on fire": "❤\ufe0f\u200d🔥",
    "flag": "🇯🇵",
    "flag of Wales": "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "keycap": "1\ufe0f\u20e3",
    "Korean, apart": "\u1112\u1161\u11ab",
    "Korean, with an end": "하\u11ab",
    "Devanagari conjunct": "क्षि",
    "Thai": "กำ",
    "Thai marks": "ที่",
    "Hebrew points": "שָׁ",
    "half width": "ｶﾞ",
}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_what_people_see_as_one_letter_is_never_cut(letter: str) -> None:
    assert graphemes(f"a{letter}b") == ["a", letter, "b"]
    assert graphemes(letter * 3) == [letter] * 3
    for length in range(8, 20):
        kept = short(letter * 40, length)
        assert len(kept) <= length
        assert kept.replace(letter, "") == ELLIPSIS


@given(st.text())
def test_letters_are_all_of_the_text(text: str) -> None:
    parts = graphemes(text)
    assert "".join(parts) == text
    assert not any(unicodedata.category(part[0])[0] == "M" for part in parts[1:])


def test_long_names_lose_their_middle() -> None:
    assert short("a" * 30 + "b" * 30, 21) == "a" * 10 + "…" + "b" * 10
    assert short("short") == "short"


def test_words_behind_a_long_name_are_there_in_full() -> None:
    assert with_more("pets", ", changed") == "pets, changed"
    long = with_more("p" * 119, ", labels mended")
    assert len(long) == 120
    assert long.endswith(", labels mended")


SIBLINGS = {
    "PlantVillage": ("Potato___Early_blight", "Potato___Late_blight", "Potato___healthy"),
    "Stanford Cars": (
        "Chevrolet Silverado 1500 Regular Cab 2012",
        "Chevrolet Silverado 2500HD Regular Cab 2012",
        "Chevrolet Silverado 1500 Hybrid Crew Cab 2012",
        "Chevrolet Silverado 1500 Extended Cab 2012",
    ),
    "two places": tuple(
        f"camera_{side}_of_the_house_{when}_in_the_rain"
        for side in ("front", "back")
        for when in ("morning", "evening")
    ),
    "only the end": tuple(f"{'x' * 60}{number}" for number in range(30)),
    "emoji": tuple(f"{'🐈' * 20}{pet}{'🐈' * 20}" for pet in "🐕🐩🦮"),
    "right to left": ("חתול לבן קטן מאוד", "חתול שחור קטן מאוד", "חתול אפור קטן מאוד"),
    "combining": ("cafe\u0301" * 10, "cafe" * 10, "cafe\u0300" * 10),
}
UNSEEN = {
    "spaces": ("big cat", "big  cat", " big cat", "big\u00a0cat", "big cat "),
    "marks of direction": ("cat\u200e", "cat\u200f", "cat\u202e"),
    "joiners": ("猫猫", "猫\u200d猫", "猫\u200c猫"),
    "forms": ("❤", "❤\ufe0f"),
    "two ways to write": ("caf\u00e9", "cafe\u0301"),
    "blanks": ("cat", "cat\u3164", "cat\u2800"),
    "control": ("a\x00b", "a\x01b", "a\ufffdb"),
    "numbers that are there": ("a  b", "a b (2)", "a b", "a b (3)"),
    "one begins the other": ("a" * 40, "a" * 41, "a" * 42),
    "dots": ("cats", "cats.", "cats..", "cats …"),
}


@pytest.mark.parametrize("length", [12, 16, 18, 24, 28, 40])
@pytest.mark.parametrize("names", SIBLINGS.values(), ids=SIBLINGS)
def test_names_that_differ_in_the_middle_stay_different(
    names: tuple[str, ...], length: int
) -> None:
    shown = apart(names, length)
    assert_apart(names, shown.values(), length)
    for name, text in shown.items():
        pieces = [piece for piece in text.split(ELLIPSIS) if piece]
        assert all(piece in name for piece in pieces), "no number where a difference can be shown"


@pytest.mark.parametrize("length", [8, 16, 1000])
@pytest.mark.parametrize("names", UNSEEN.values(), ids=UNSEEN)
def test_names_that_nobody_can_tell_apart_are_numbered(names: tuple[str, ...], length: int) -> None:
    assert_apart(names, apart(names, length).values(), length)


def test_a_name_that_fits_stands_as_it_is() -> None:
    names = ("cat", "Cat", "dog", "قطط", "Kätzchen 🐱", "x" * 16)
    assert list(apart(names, 16).values()) == list(names)


# Few letters, so that names are near to each other; among them those that are not seen.
NAMES = st.text(st.sampled_from("ab _.\u0301\u200d\u200eé猫🐱🏽א\u3164"), max_size=40)


@given(
    st.lists(st.one_of(NAMES, st.text(max_size=60)), unique=True, max_size=12), st.integers(8, 40)
)
@example(["", " ", "\t", "…", "(2)", " (2)"], 8)
def test_different_names_stay_different_and_short(names: list[str], length: int) -> None:
    shown = apart(names, length)
    assert list(shown) == names
    assert_apart(names, shown.values(), length)


def test_a_thousand_names_take_no_time_worth_a_word() -> None:
    names = [f"a class of things that are much alike, number {one:04}" for one in range(1_000)]
    assert_apart(names, apart(names, 16).values(), 16)


def look(text: str) -> str:
    """What a page makes of a text, by another way: white space collapsed, accents joined."""
    ignored = {"\u200c", "\u200d", "\u034f", *map(chr, range(0xFE00, 0xFE10))}
    seen = "".join(one for one in text if one not in ignored)
    return " ".join(unicodedata.normalize("NFC", seen).replace("\u3164", " ").split())


def assert_apart(names: Sequence[str], shown: Collection[str], length: int) -> None:
    assert len(shown) == len(names)
    assert len(set(map(look, shown))) == len(shown)
    assert all(len(text) <= length for text in shown)


@pytest.mark.parametrize(
    "joined",
    ["👩\u200d🔬", "\u0645\u06cc\u200c\u062e", LETTERS["flag of Wales"], "क्\u200dष"],
)
def test_what_joins_letters_and_emoji_stays(joined: str) -> None:
    assert visible(joined) == joined


@pytest.mark.parametrize(
    "hidden", ["a\u200db", "x\u200c", "\u200dx", "a\u202eb", "a\U000e0067", "\ud800"]
)
def test_what_is_hidden_shows(hidden: str) -> None:
    assert "\ufffd" in visible(hidden)
    assert visible(hidden).replace("\ufffd", "").isascii()
