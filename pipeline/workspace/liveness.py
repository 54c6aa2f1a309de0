"""Whether a job's worker is still running, as far as it can be told from here.

The worker holds a lock from its first moment to its last: the kernel that runs it tells the truth
about it, whatever its number means here and whatever the clock says. Its number serves to end it,
and its start to tell it from others where there is no lock: on Windows, whose start times no step
of the clock moves, and in work that an earlier version began.

Of another computer's worker nothing can be told, and "unknown" is no death: it counts as lost only
once its heartbeat, written by the database's clock, has been silent for long.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
import psutil

from pipeline.files import locks
from pipeline.workspace import place
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import JobRecord

LOCAL: Final = "local"  # the executor whose workers are processes of a computer
SILENT_S: Final = 60.0  # without a heartbeat, after which one of whom nothing is known is lost


class Life(StrEnum):
    """What an executor knows of a worker."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Handle:
    """A worker that is a process of some computer.

    Attributes:
        lock: Path of the lock that it holds.
        pid: Its number; None while it is being started.
        started: When it began, by that computer's clock.
        machine: See `place`, as do the others.
    """

    lock: str
    pid: int | None
    started: float | None
    machine: str
    boot: str
    pid_namespace: int

    @staticmethod
    def here(lock: Path, pid: int | None = None) -> Handle:
        """One of this computer; it may have ended already."""
        started = None
        if pid is not None:
            try:
                started = psutil.Process(pid).create_time()
            except psutil.Error:
                started = None
        where = place.machine(), place.boot(), place.pid_namespace()
        return Handle(str(lock.absolute()), pid, started, *where)

    @staticmethod
    def read(text: str) -> Handle | None:
        """What was written; None for what only a later version knows."""
        try:
            return msgspec.json.decode(text.encode("utf-8", "replace"), type=Handle)
        except msgspec.MsgspecError:
            return None

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()

    @property
    def is_here(self) -> bool:
        """Whether it is one of this computer's, also in another container on it."""
        same_boot = self.boot != "" and self.boot == place.boot()
        return same_boot or (self.machine != "" and self.machine == place.machine())

    @property
    def may_be_killed(self) -> bool:
        """Whether its number means the same process here."""
        same = (place.boot(), place.pid_namespace())
        return self.is_here and self.pid is not None and (self.boot, self.pid_namespace) == same

    def life(self) -> Life:
        """Whether it lives."""
        if not self.is_here:
            return Life.UNKNOWN
        held = _is_held(Path(self.lock))
        if held is not None:
            return Life.YES if held else Life.NO
        if self.boot != place.boot():  # the same computer, which was switched off since
            return Life.NO
        if not self.may_be_killed:
            return Life.UNKNOWN
        return Life.YES if is_alive(self.pid, self.started) else Life.NO


def lock_path(workspace: Workspace, job_id: str) -> Path:
    """The file of the lock that the job's worker holds; removed when its end is written down."""
    return workspace.jobs_folder / f"{job_id}.lock"


def life(workspace: Workspace, record: JobRecord) -> Life:
    """Whether the worker of a job that is written down as running still lives."""
    if record.executor is None:  # of an earlier version, which knew one computer alone
        held = locks.is_handed_down(lock_path(workspace, record.id))
        alive = is_alive(record.pid, record.pid_created) if held is None else held
        return Life.YES if alive else Life.NO
    handle = Handle.read(record.handle or "") if record.executor == LOCAL else None
    return Life.UNKNOWN if handle is None else handle.life()


def is_lost(found: Life, record: JobRecord, now: float) -> bool:
    """Whether a job's worker is gone: for certain, or it has been silent and nobody knows it.

    Args:
        found: What its executor says.
        record: The job's row.
        now: By the database's clock.
    """
    if found is Life.UNKNOWN:
        return record.heartbeat_at is not None and now - record.heartbeat_at > SILENT_S
    return found is Life.NO


def is_alive(pid: int | None, created: float | None) -> bool:
    """Whether the very process that was started still works, judged by the clock."""
    if pid is None or created is None:
        return False
    try:
        process = psutil.Process(pid)
        ours = abs(process.create_time() - created) < 1.0
        return bool(ours and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _is_held(lock: Path) -> bool | None:
    try:
        return locks.is_handed_down(lock)
    except OSError:  # another account's
        return None
