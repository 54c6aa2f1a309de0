"""Photos wait once, in their order."""

from __future__ import annotations

from pathlib import Path

from pipeline.phone.inbox import Came, Inbox


def test_what_is_taken_waits_no_longer() -> None:
    inbox = Inbox()
    first = Came("1", Path("a.zip"), (("a.jpg", 3), ("b.jpg", 4)))
    second = Came("2", Path("b.zip"), (("c.jpg", 5),))
    inbox.put(first)
    inbox.put(second)
    assert len(inbox) == 3
    assert inbox.take() == [first, second]
    assert (len(inbox), inbox.take()) == (0, [])
