"""Whether a job's worker is still running.

The worker holds a lock from its first moment to its last. Its number serves to end it, and its
start to tell it from others where there is no lock: on Windows, whose start times no step of the
clock moves, and in work that an earlier version began.
"""

from __future__ import annotations

from pathlib import Path

import psutil

from pipeline.files import locks
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import JobRecord


def lock_path(workspace: Workspace, job_id: str) -> Path:
    """The file of the lock that the job's worker holds; removed when its end is written down."""
    return workspace.jobs_folder / f"{job_id}.lock"


def is_at_work(workspace: Workspace, record: JobRecord) -> bool:
    """Whether the worker of a job that is written down as running still lives."""
    held = locks.is_handed_down(lock_path(workspace, record.id))
    return is_alive(record.pid, record.pid_created) if held is None else held


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
