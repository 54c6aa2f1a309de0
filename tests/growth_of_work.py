"""How much longer work takes for more of it: a ratio holds on every computer, seconds do not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TRIES = 3


def times_as_long(work: Callable[[T], object], little: T, much: T) -> float:
    """By how much the processor works longer for `much` than for `little`: the quickest of three.

    Of ten times as much, work that grows as its input does is asked about ten times, work that
    compares everything with everything a hundred times.
    """
    return _quickest_s(work, much) / max(_quickest_s(work, little), 1e-4)


def _quickest_s(work: Callable[[T], object], on: T) -> float:
    """Of the thread's own time, others' work on the same computer is no part."""
    seconds = []
    for _ in range(TRIES):
        began = time.thread_time()
        work(on)
        seconds.append(time.thread_time() - began)
    return min(seconds)
