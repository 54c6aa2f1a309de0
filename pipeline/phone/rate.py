"""How often somebody may come: so many at once, and so many a second after that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Rate:
    """A bucket that fills with time; each request takes one drop. Thread-safe.

    Args:
        at_once: How many drops it holds; it begins full.
        per_second: How many flow in.
        now: Tells the time, in seconds.
    """

    def __init__(
        self, at_once: int, per_second: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._now = now
        self._lock = threading.Lock()
        self._left = float(at_once)
        self._then = now()

    def takes(self) -> bool:
        """Whether there is one more; it is taken then."""
        with self._lock:
            now = self._now()
            flowed = (now - self._then) * self._per_second
            self._left, self._then = min(float(self._at_once), self._left + flowed), now
            if self._left < 1:
                return False
            self._left -= 1
            return True
