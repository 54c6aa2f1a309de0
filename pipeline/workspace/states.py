"""The states of work and of runs: the only place where they are spelled.

The database keeps the values; people read what the screen makes of them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class JobState(StrEnum):
    """Where one piece of work stands."""

    QUEUED = "queued"
    STARTING = "starting"  # a worker is on its way; people are told that it runs
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by somebody, or by the demo's time limit
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # its process ended without a word


class RunState(StrEnum):
    """Where one training stands: where its job does, unless its row cannot be read."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    DAMAGED = "damaged"  # found while reading; no row holds it


AT_WORK: Final = (JobState.STARTING, JobState.RUNNING)
ACTIVE: Final = (JobState.QUEUED, *AT_WORK)
UNFINISHED: Final = (RunState.QUEUED, RunState.RUNNING)
