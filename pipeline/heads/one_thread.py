"""Heads are computed in one thread, so that their numbers are the same wherever that happens.

A product that several threads share is added up in another order, and its last digits differ:
between a curve that is drawn at once and its run, or between machines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it, NumPy's products take one thread; TensorFlow has threads of its own."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """Found once: to look for them takes 3 ms, as long as an epoch of a small set."""
    return ThreadpoolController()
