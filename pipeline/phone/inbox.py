"""Photos that a phone brought for the boxes, until the computer's page takes them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Came:
    """Photos of one class, in the order in which they lie in their zip.

    Attributes:
        box: The key of the class; see `Goal.classes`.
        kept: The zip.
        photos: The name and the bytes of each.
    """

    box: str
    kept: Path
    photos: tuple[tuple[str, int], ...]


class Inbox:
    """What waits. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Came] = []

    def put(self, came: Came) -> None:
        """Add what has just come."""
        with self._lock:
            self._waiting.append(came)

    def take(self) -> list[Came]:
        """All that waits, the first first; it waits no longer."""
        with self._lock:
            taken, self._waiting = self._waiting, []
            return taken

    def __len__(self) -> int:
        with self._lock:
            return sum(len(one.photos) for one in self._waiting)
