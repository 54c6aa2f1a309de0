"""Names that somebody else chose, inside Markdown and charts: literally what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import markdown

NASTY = (
    "<img src=x onerror=alert(1)>",
    ":red[x]",
    "$x$",
    ":material/home:",
    "a_b_c.jpg",
    "**bold** `code` # no heading",
    "[a](http://example.com)",
    "www.example.com me@example.com",
    "a -> b <- c -- d >= e",
)


@pytest.mark.parametrize("name", NASTY)
def test_names_keep_every_character(name: str) -> None:
    escaped = markdown.literal(name)
    assert unescaped(escaped) == name


@given(st.text(max_size=60))
def test_any_name_becomes_one_harmless_line(name: str) -> None:
    escaped = markdown.literal(name)
    assert "\n" not in escaped
    assert "\r" not in escaped
    for position, character in enumerate(escaped):
        if character in "*_`[]<>$#~|":
            assert escaped[position - 1] == "\\"


def test_directions_and_control_characters_become_visible() -> None:
    assert "\u202e" not in markdown.literal("photo\u202egpj.exe")
    assert "\x00" not in markdown.chart_text("a\x00b")


def test_charts_get_no_tags() -> None:
    assert markdown.chart_text("<b>x</b> & y") == "&lt;b&gt;x&lt;/b&gt; &amp; y"


def test_names_from_right_to_left_do_not_pull_what_is_beside_them() -> None:
    for shown in (markdown.literal("קטן"), markdown.chart_text("قطط 2")):
        assert (shown[0], shown[-1]) == ("\u2068", "\u2069")
    assert markdown.literal("cat 2") == "cat 2"


def test_names_of_one_view_are_shortened_together() -> None:
    names = ("Potato___Early_blight", "Potato___Late_blight")
    early, late = (unescaped(markdown.name(one, names, 16)) for one in names)
    assert early != late
    assert max(len(early), len(late)) <= 16
    assert markdown.chart_names([*names, names[0]], 16) == [early, late, early]


def unescaped(text: str) -> str:
    plain = text.replace(markdown.WORD_JOINER, "")
    out, skip = [], False
    for character in plain:
        if character == "\\" and not skip:
            skip = True
            continue
        out.append(character)
        skip = False
    return "".join(out)
