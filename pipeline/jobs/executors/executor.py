"""What every executor can do; the queue, its order and its limits are none of its business."""

from __future__ import annotations

from typing import Protocol

from pipeline.workspace.liveness import Life
from pipeline.workspace.tables import JobRecord


class Executor(Protocol):
    """Starts workers somewhere.

    A handle is a text that names a worker for whoever has the same executor, on any computer.

    Attributes:
        name: As the rows of its jobs keep it.
    """

    name: str

    def start(self, job: JobRecord, attempt: int) -> str:
        """Have a worker begin with an attempt at a job; the same twice is refused.

        Returns:
            Its handle.

        Raises:
            BlockingIOError: If one that was started earlier has not ended.
            OSError: If it cannot be started.
        """

    def is_alive(self, handle: str) -> Life:
        """Whether a worker lives; unknown where that cannot be told from here."""

    def kill(self, handle: str) -> None:
        """End a worker at once, if it lives and is within reach."""
