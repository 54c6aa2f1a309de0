"""Numbers, sizes, shares and times as people read them."""

from __future__ import annotations

import pytest

from pipeline.evaluation.class_scores import Share
from pipeline.evaluation.metrics import wilson_interval
from pipeline.wording import numbers
from pipeline.wording.numbers import accuracy_sentence, accuracy_with_margin, signed, verdict


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


def result(correct: int, photos: int) -> dict[str, float]:
    low, high = wilson_interval(correct, photos)
    return {"accuracy": correct / photos, "low": low, "high": high, "photos": photos}


@pytest.mark.parametrize(("correct", "photos"), [(188, 192), (19_999, 20_000), (57, 80), (1, 1)])
def test_an_accuracy_is_the_same_from_a_result_and_from_numbers(correct: int, photos: int) -> None:
    assert accuracy_sentence(correct, photos) == accuracy_with_margin(result(correct, photos))


def test_nearly_all_is_never_all() -> None:
    assert accuracy_sentence(19_999, 20_000).startswith("99.9 %")


def test_the_verdict_on_a_run() -> None:
    assert verdict(result(188, 192)) == (
        "97.9 % of 192 photos that it had never seen were called right, give or take 2.2 points."
    )
    assert "of 1 photo that" in verdict(result(1, 1))
    assert verdict(None) == "This run has no test result."


def test_the_margin_is_half_of_the_interval_as_on_every_page():
    assert accuracy_sentence(95, 100) == "95.0 %, give or take 4.5, on 100 photos"
    assert accuracy_sentence(1000, 1000) == "100.0 %, give or take 0.2, on 1,000 photos"
    for correct, photos in ((188, 192), (13, 20), (0, 5)):
        low, high = wilson_interval(correct, photos)
        test = {"accuracy": correct / photos, "low": low, "high": high, "photos": photos}
        assert accuracy_sentence(correct, photos) == accuracy_with_margin(test)
    assert accuracy_sentence(1, 1).endswith("on 1 photo")


@pytest.mark.parametrize(
    ("points", "text"), [(1.24, "+1.2"), (-3.4, "\N{MINUS SIGN}3.4"), (0.04, "0.0"), (-0.0, "0.0")]
)
def test_differences_have_a_true_sign_or_none(points, text):
    assert signed(points) == text
