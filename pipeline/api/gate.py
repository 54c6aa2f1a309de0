"""How much may be asked at once; who comes when it is full is told to come again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pipeline.api.refused import Refused

_AGAIN_S: Final = 1


class Gate:
    """Counts requests and the bytes of their photos. Used from one event loop.

    Args:
        most_requests: How many are taken at once, whatever they wait for.
        most_bytes: What all their photos may take in memory together.
    """

    def __init__(self, most_requests: int, most_bytes: int) -> None:
        self._most_requests = most_requests
        self._most_bytes = most_bytes
        self.requests = 0
        self.bytes = 0

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place for one request, given back at the end with what its photos took.

        Raises:
            Refused: If there is none.
        """
        if self.requests >= self._most_requests:
            raise _full()
        self.requests += 1
        place = Place(self)
        try:
            yield place
        finally:
            self.requests -= 1
            self.bytes -= place.bytes

    def take(self, num_bytes: int) -> None:
        """Count bytes that have come.

        Raises:
            Refused: If they are more than there is room for.
        """
        if self.bytes + num_bytes > self._most_bytes:
            raise _full()
        self.bytes += num_bytes


class Place:
    """What one request takes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.bytes = 0

    def take(self, num_bytes: int) -> None:
        """Count bytes that have come; see `Gate.take`."""
        self._gate.take(num_bytes)
        self.bytes += num_bytes


def _full() -> Refused:
    return Refused(
        503,
        "Too much is being asked at the moment. Ask again in a second.",
        headers={"Retry-After": str(_AGAIN_S)},
    )
