"""Which spellings of a class name are the same class."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos import class_names

anything = st.text(st.characters(), max_size=40)  # lone surrogates as well


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cats", "cats "),
        ("CATS", "\tcats\n"),
        ("big  cats", "Big cats"),
        ("caf\u00e9", "cafe\u0301"),
        ("Straße", "STRASSE"),
        ("a\x00b", "a b"),
    ],
)
def test_the_same_class(one: str, other: str) -> None:
    assert class_names.key(one) == class_names.key(other)


@pytest.mark.parametrize(("one", "other"), [("cat", "cats"), ("e", "é"), ("a/b", "ab"), ("", "x")])
def test_different_classes(one: str, other: str) -> None:
    assert class_names.key(one) != class_names.key(other)


@given(anything)
def test_trimming_twice_changes_nothing_more(name: str) -> None:
    trimmed = class_names.clean(name)
    assert class_names.clean(trimmed) == trimmed
    assert class_names.key(trimmed) == class_names.key(name)
    trimmed.encode("utf-8")  # every screen and file can take it


@given(anything)
def test_accents_in_one_sign_or_two_are_the_same(name: str) -> None:
    one, other = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    assert class_names.key(one) == class_names.key(other)


@given(st.text(string.ascii_letters + string.digits + " _-", max_size=30), st.integers(0, 3))
def test_upper_and_lower_case_and_blanks_are_the_same(name: str, blanks: int) -> None:
    assert class_names.key(name.upper() + " " * blanks) == class_names.key(name.lower())


@given(st.lists(st.sampled_from(["Cats", "cats", " cats", "Dogs", "dogs", "DOGS"]), min_size=1))
def test_every_photo_is_counted_once(names: list[str]) -> None:
    found = class_names.spellings(names)
    assert sum(counts.total() for counts in found.values()) == len(names)
    for key, counts in found.items():
        assert class_names.key(class_names.preferred(counts)) == key


def test_the_most_frequent_spelling_is_shown() -> None:
    counts = class_names.spellings(["dogs", "Dogs", "Dogs"])["dogs"]
    assert class_names.preferred(counts) == "Dogs"
    counts = class_names.spellings(["dogs", "Dogs"])["dogs"]
    assert class_names.preferred(counts) == "Dogs", "of equals the first in the alphabet"
