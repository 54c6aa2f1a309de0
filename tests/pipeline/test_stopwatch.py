"""Seconds of each stage, by a clock that a test sets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pipeline import stopwatch
from pipeline.stopwatch import Stopwatch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that shows what a test says."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(stopwatch, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_each_second_counts_once_for_the_innermost_stage(clock: SimpleNamespace) -> None:
    watch = Stopwatch()
    clock.now = 100.0  # between two stages it counts for none
    with watch.stage("outer"):
        clock.now += 2
        with watch.stage("inner"):
            clock.now += 3
        clock.now += 4
    clock.now += 50
    with watch.stage("inner"):
        clock.now += 1
    assert watch.seconds == {"outer": 6.0, "inner": 4.0}
    assert list(watch.seconds) == ["outer", "inner"]


def test_a_stage_that_fails_has_its_time(clock: SimpleNamespace) -> None:
    watch = Stopwatch()
    with pytest.raises(ZeroDivisionError), watch.stage("work"):
        clock.now += 5
        raise ZeroDivisionError
    clock.now += 9
    assert watch.seconds == {"work": 5.0}


def test_seconds_are_moved_and_none_is_lost(clock: SimpleNamespace) -> None:
    watch = Stopwatch()
    with watch.stage("frozen"):
        clock.now += 10
    watch.move("frozen", "decoding", 4.0)
    assert watch.seconds == {"frozen": 6.0, "decoding": 4.0}
