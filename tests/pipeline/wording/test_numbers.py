"""Numbers, sizes, shares and times as people read them."""

from __future__ import annotations

import pytest

from pipeline.evaluation.class_scores import Share
from pipeline.wording import numbers
from pipeline.wording.numbers import signed


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.979, "97.9 %"), (0.7125, "71.3 %"), (1.0, "100.0 %"), (0.9999, "99.9 %"), (0, "0.0 %")],
)
def test_percent_never_promises_all(share: float, text: str) -> None:
    assert numbers.percent(share) == text


def test_scenes_are_told_where_they_are_fewer() -> None:
    assert numbers.scenes(200, 40) == ", of which 40 different scenes"
    assert numbers.scenes(200, 1) == ", of which 1 different scene"
    assert numbers.scenes(200, 200) == numbers.scenes(200, None) == ""


@pytest.mark.parametrize(("low", "high"), [(0.85, 0.9999), (0.99, 0.9999), (0.9951, 0.9999)])
def test_an_interval_never_ends_at_all_for_less_than_all(low: float, high: float) -> None:
    assert "100" not in numbers.interval(low, high)


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
        (188, 192, "97.9 % (95.1 to 99.3)"),
        (99_999, 100_000, "99.9 % (99.9 to 99.9)"),  # never all for less than all
        (5, 5, "100.0 % (62 to 100)"),
        (0, 0, "no photos"),
    ],
)
def test_shares_are_the_same_in_the_app_and_in_what_is_taken_home(
    right: int, photos: int, text: str
) -> None:
    found = Share(right, photos)
    assert numbers.share(found) == numbers.share(found) == text


def test_a_share_in_full_has_the_ends_of_its_interval_and_what_they_mean() -> None:
    assert numbers.share_in_full(Share(188, 192)) == (
        "188 of 192 photos: 95.1 to 99.3 %. The true value lies between these ends with 95 % "
        "confidence."
    )
    assert "1 of 1 photo: " in numbers.share_in_full(Share(1, 1))


def test_progress_says_what_is_known() -> None:
    assert numbers.progress(312e6, 786e6, "bytes") == "312 MB of 786 MB"
    assert numbers.progress(120, 2000, "photos") == "120 of 2,000 photos"
    assert numbers.progress(120, None, "photos") == "120 photos"
    assert numbers.progress(0, None, "") == ""


@pytest.mark.parametrize(
    ("rate", "text"), [(1e-4, "0.0001"), (1e-6, "0.000001"), (0.1, "0.1"), (0.0, "0")]
)
def test_learning_rates_without_powers(rate: float, text: str) -> None:
    assert numbers.learning_rate(rate) == text


def test_a_table_has_nearly_all_never_as_all() -> None:
    assert numbers.percentage(1999 / 2000) == numbers.percentage(0.99999) == 99.9
    assert numbers.percentage(1999 / 2000, 0) == 99
    assert numbers.percentage(1.0) == 100
    assert numbers.percentage(0.7125) == 71.3


@pytest.mark.parametrize(
    ("points", "text"), [(1.24, "+1.2"), (-3.4, "\N{MINUS SIGN}3.4"), (0.04, "0.0"), (-0.0, "0.0")]
)
def test_differences_have_a_true_sign_or_none(points, text):
    assert signed(points) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "almost done"), (45, "about 45 s left"), (360, "about 6 min left")]
)
def test_what_remains_has_no_odd_words_at_the_end(seconds: float, text: str) -> None:
    assert numbers.left(seconds) == text
