"""Work on a list in threads, a little ahead of whoever uses the results."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def made_ahead(
    make: Callable[[Given], Made], items: Iterable[Given], threads: int
) -> Generator[Made, None, None]:
    """`make` of each item, in order, made in threads while the ones before are used.

    No more than twice as many results as threads wait in memory. An error in `make` is raised
    where its result would have come. Close the iterator (`contextlib.closing`) where it may be
    left early: that waits for what is being made and drops the rest.

    Args:
        make: Makes one; several threads call it at once.
        items: What to make it of.
        threads: How many work at once.
    """
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(make, item))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def processors() -> int:
    """Processors that this process may use; a container may grant fewer than there are."""
    granted = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(granted(0)) if granted else os.cpu_count() or 1
