"""How long work tells what it is doing and hears that it should stop."""

from __future__ import annotations

from typing import Protocol


class Report(Protocol):
    """What long work calls while it works; the worker's writes to the database."""

    def __call__(
        self, stage: str, done: float = 0, total: float | None = None, unit: str = ""
    ) -> None:
        """Tell where the work is.

        Args:
            stage: What is being done, for people: "Downloading cats_and_dogs.zip".
            done: How much of it is done, in `unit`.
            total: How much there is in all, in `unit`; None when nobody knows.
            unit: "photos", "bytes", "batches" or empty.

        Raises:
            Stopped: If somebody pressed Stop. Call often: several times a second.
        """


def silent(stage: str, done: float = 0, total: float | None = None, unit: str = "") -> None:
    """A `Report` for callers who do not listen."""
