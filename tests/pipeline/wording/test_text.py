"""Names, lists and moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.wording.text import ago, some


def test_ago() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert ago(now - timedelta(seconds=5), now) == "just now"
    assert ago(now - timedelta(minutes=5), now) == "5 min ago"
    assert ago(now - timedelta(days=3), now) == "3 days ago"
    assert ago(now + timedelta(seconds=5), now) == "just now"  # a clock that runs ahead


def test_some_of_many() -> None:
    assert some(["a", "b"], 2) == "a and b"
    assert some(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert some([]) == ""
