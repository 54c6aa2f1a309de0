"""Names, lists and moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.wording.text import ago, short


def test_ago() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert ago(now - timedelta(seconds=5), now) == "just now"
    assert ago(now - timedelta(minutes=5), now) == "5 min ago"
    assert ago(now - timedelta(days=3), now) == "3 days ago"
    assert ago(now + timedelta(seconds=5), now) == "just now"  # a clock that runs ahead


def test_long_names_lose_their_middle() -> None:
    assert short("a" * 30 + "b" * 30, 21) == "a" * 10 + "…" + "b" * 10
    assert short("short") == "short"
