"""Names of a language surprise its readers less than what other code pages make of them."""

from __future__ import annotations

import pytest

from pipeline.photos.sources.letter_costs import (
    CYRILLIC,
    JAPANESE,
    SIMPLIFIED_CHINESE,
    TRADITIONAL_CHINESE,
    WESTERN,
    cost,
)


def test_plain_names_are_alike_to_everybody():
    assert cost("cats 1", WESTERN) == cost("cats 1", CYRILLIC) == cost("cats 1", JAPANESE)


@pytest.mark.parametrize(
    ("right", "wrong", "language"),
    [
        ("кошки", "КОШКИ", CYRILLIC),
        ("кошки", "êîøêè", CYRILLIC),
        ("Kätzchen", "K├ñtzchen", WESTERN),
        ("Kätzchen", "KÄtzchen", WESTERN),
        ("ねこ", "猫子", JAPANESE),
        ("猫", "釨", SIMPLIFIED_CHINESE),
        ("貓", "猫", TRADITIONAL_CHINESE),
        ("貓cat", "cat貓ç", TRADITIONAL_CHINESE),
        ("a", "\x01", WESTERN),
    ],
)
def test_what_is_usual_costs_less(right: str, wrong: str, language):
    assert 0 < cost(right, language) < cost(wrong, language)
