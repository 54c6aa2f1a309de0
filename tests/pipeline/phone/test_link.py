"""The token, and its hour."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.phone.link import LASTS, Link


def test_every_switching_on_has_another_token_that_nobody_guesses() -> None:
    tokens = {Link.new().token for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(one) >= 32 and one.isascii() for one in tokens)


def test_the_token_opens_and_nothing_like_it_does() -> None:
    link = Link.new()
    assert link.admits(link.token)
    wrong = ("", link.token[:-1], f"{link.token}a", link.token.swapcase(), "é", "\ud800", "\0")
    assert not [one for one in wrong if link.admits(one)]


def test_it_ends_with_its_hour_whichever_clock_says_so() -> None:
    link = Link.new()
    assert LASTS.total_seconds() - 5 < link.seconds_left <= LASTS.total_seconds()
    for over in (
        replace(link, until=datetime.now(UTC) - timedelta(seconds=1)),
        replace(link, until_s=time.monotonic() - 1),
    ):
        assert over.seconds_left == 0
        assert not over.admits(over.token)
