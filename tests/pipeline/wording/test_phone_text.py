"""Sentences around the phone."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.wording import phone_text


def test_what_came_is_told_once_there_is_something() -> None:
    assert phone_text.came(0, 0) == ""
    assert phone_text.came(1, 0) == "1 photo came"
    assert phone_text.came(2, 1) == "2 photos came, 1 question asked"


def test_the_hour_is_that_of_the_computers_clock() -> None:
    moment = datetime(2026, 5, 3, 12, 30, tzinfo=UTC)
    assert phone_text.until(moment) == f"On the phone until {moment.astimezone():%H:%M}"


def test_limits_are_told_as_numbers() -> None:
    assert "2,000 photos" in phone_text.too_many(2_000)
    assert "100 MB" in phone_text.too_large(100 * 10**6)
