"""What a phone has to know to be let in, and until when."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from pipeline.api.access import is_same

LASTS: Final = timedelta(hours=1)
_TOKEN_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Link:
    """One switching on, from its first to its last minute.

    Attributes:
        token: The secret in the address; every switching on makes another one.
        until: When it ends, by the clock on the wall.
        until_s: The same by a clock that nobody sets; the first of both ends it, since that one
            may stand still while the computer sleeps.
    """

    token: str
    until: datetime
    until_s: float

    @classmethod
    def new(cls) -> Self:
        """One that begins now."""
        return cls(
            secrets.token_urlsafe(_TOKEN_BYTES),
            datetime.now(UTC) + LASTS,
            time.monotonic() + LASTS.total_seconds(),
        )

    @property
    def seconds_left(self) -> float:
        """How long it still lasts; 0 once it is over."""
        by_wall = (self.until - datetime.now(UTC)).total_seconds()
        return max(0.0, min(by_wall, self.until_s - time.monotonic()))

    def admits(self, shown: str) -> bool:
        """Whether who shows this token may come in; how long it takes tells nothing of it."""
        return is_same(shown, self.token) and self.seconds_left > 0
