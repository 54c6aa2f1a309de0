"""Numbers, times and names as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.ui import markdown
from pipeline.evaluation.class_scores import Share
from pipeline.wording import numbers
from pipeline.wording.text import ago, short


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.979, "97.9 %"), (0.7125, "71.3 %"), (1.0, "100.0 %"), (0.9999, "99.9 %"), (0, "0.0 %")],
)
def test_percent_never_promises_all(share: float, text: str) -> None:
    assert numbers.percent(share) == text


def test_the_margin_is_half_of_the_interval() -> None:
    test = {"accuracy": 188 / 192, "low": 0.9476, "high": 0.9919, "photos": 192, "loss": 0.1}
    assert numbers.accuracy_with_margin(test) == "97.9 %, give or take 2.2, on 192 photos"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0.2, "under 1 s"), (45, "45 s"), (89, "89 s"), (360, "6 min"), (3590, "1 h")),
        *((3600, "1 h"), (4800, "1 h 20 min")),
    ],
)
def test_durations_are_the_same_in_the_app_and_in_what_is_taken_home(
    seconds: float, text: str
) -> None:
    assert numbers.duration(seconds) == numbers.duration(seconds) == text


@pytest.mark.parametrize(
    ("right", "photos", "text"),
    [
        (188, 192, "97.9 % (94.8-99.2)"),
        (99_999, 100_000, "99.9 % (99.9-99.9)"),  # never all for less than all
        (5, 5, "100.0 % (56.6-100.0)"),
        (0, 0, "no photos"),
    ],
)
def test_shares_are_the_same_in_the_app_and_in_what_is_taken_home(
    right: int, photos: int, text: str
) -> None:
    found = Share(right, photos)
    assert numbers.share(found) == numbers.share(found) == text.replace("-", "\N{EN DASH}")


def test_a_share_in_full_has_the_ends_of_its_interval() -> None:
    assert numbers.share_in_full(Share(188, 192)) == (
        "188 of 192 photos; the true share lies between 94.8 and 99.2 % 19 times of 20."
    )
    assert "1 of 1 photo; " in numbers.share_in_full(Share(1, 1))


@pytest.mark.parametrize(
    ("number", "text"), [(12, "12 bytes"), (14_300_000, "14 MB"), (4_200_000, "4.2 MB")]
)
def test_sizes(number: int, text: str) -> None:
    assert numbers.size(number) == text


def test_progress_says_what_is_known() -> None:
    assert numbers.progress(312e6, 786e6, "bytes") == "312 MB of 786 MB"
    assert numbers.progress(120, 2000, "photos") == "120 of 2,000 photos"
    assert numbers.progress(120, None, "photos") == "120 photos"
    assert numbers.progress(0, None, "") == ""


def test_ago() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert ago(now - timedelta(seconds=5), now) == "just now"
    assert ago(now - timedelta(minutes=5), now) == "5 min ago"
    assert ago(now - timedelta(days=3), now) == "3 days ago"
    assert ago(now + timedelta(seconds=5), now) == "just now"  # a clock that runs ahead


@pytest.mark.parametrize(
    ("rate", "text"), [(1e-4, "0.0001"), (1e-6, "0.000001"), (0.1, "0.1"), (0.0, "0")]
)
def test_learning_rates_without_powers(rate: float, text: str) -> None:
    assert numbers.learning_rate(rate) == text


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


def test_long_names_lose_their_middle() -> None:
    assert short("a" * 30 + "b" * 30, 21) == "a" * 10 + "…" + "b" * 10
    assert short("short") == "short"


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


def test_errors_are_shown_literally() -> None:
    def script() -> None:
        from pages.ui import frame
        from pipeline.errors import PhotoError

        with frame.guard():
            raise PhotoError("<b>:red[x]</b>.jpg", "It is empty.")

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert unescaped(app.error[0].value) == "<b>:red[x]</b>.jpg: It is empty."


def test_a_bug_stays_a_bug() -> None:
    def script() -> None:
        from pages.ui import frame

        with frame.guard():
            raise ZeroDivisionError

    app = AppTest.from_function(script, default_timeout=60).run()
    assert len(app.exception) == 1
