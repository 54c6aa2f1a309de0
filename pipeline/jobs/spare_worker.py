"""The process of a spare: `python -m pipeline.jobs.spare_worker FILE LOCK SERVER CODE ENVIRONMENT`.

Started by `spares`, never by hand. It imports all that a training needs, and waits until its file
is renamed to the lock of a job; that job it does, as `worker` does, and ends. It ends without one
when nobody has looked at Train for a while, when memory becomes short, or with its server.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path
from typing import Final

import psutil
from sqlalchemy import select

from pipeline.errors import PawTuneError
from pipeline.jobs import spares, worker
from pipeline.jobs.executors.local import log_path
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.liveness import lock_path
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord

LOOK_EVERY_S: Final = 0.03
_MEMORY_EVERY_S: Final = 2.0
_TOLD_WITHIN_S: Final = 10.0  # after its file is renamed the job is this process's
_NICENESS: Final = 19  # of imports that nobody waits for yet


def import_all() -> None:
    """Import what a training imports while it works, and start TensorFlow."""
    import pipeline.heads.cross_validation  # noqa: F401
    import pipeline.heads.solved  # noqa: F401
    import pipeline.jobs.train_job  # noqa: F401
    import pipeline.photos.scenes  # noqa: F401

    in_the_background = threading.Thread(target=_import_tensorflow)
    in_the_background.start()
    in_the_background.join()


def _import_tensorflow() -> None:
    if sys.platform == "linux":  # where a thread has a niceness of its own, which never falls
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
    import pipeline.learning.tail  # noqa: F401


def wait(file: Path, lock: int, server: int) -> bool:
    """Wait for a job; whether there is one.

    Args:
        file: This spare's file, under the name by which it can be taken.
        lock: Descriptor of the same file.
        server: Process that started it, and without which it ends.
    """
    seen, until, look_at_memory = 0, 0.0, 0.0
    with contextlib.suppress(OSError):  # the file is gone
        while os.getppid() == server:
            now, touched = time.monotonic(), file.stat().st_mtime_ns
            if touched != seen:  # somebody looks at Train; no clock is asked, it may be set
                seen, until = touched, now + spares.IDLE_S
            if now >= look_at_memory:
                look_at_memory = now + _MEMORY_EVERY_S
                if psutil.virtual_memory().available < spares.LEAST_BYTES:
                    break
            if now >= until:
                break
            time.sleep(LOOK_EVERY_S)
        file.unlink()  # unless it is taken at this very moment
    return os.fstat(lock).st_nlink > 0


def asked_for(workspace: Workspace, lock: int) -> JobRecord | None:
    """The job whose lock this spare holds; None where whoever took it did not get that far."""
    mine = select(JobRecord).where(JobRecord.state == JobState.STARTING)
    until = time.monotonic() + _TOLD_WITHIN_S
    while time.monotonic() < until:
        with contextlib.suppress(PawTuneError, OSError), workspace.database.reading() as session:
            for job in session.scalars(mine):
                if _is_the_same(lock, lock_path(workspace, job.id)):
                    return job
        time.sleep(LOOK_EVERY_S)
    return None


def _is_the_same(lock: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:  # of a job whose worker is about to be started
        return False


def main() -> int:
    """Import, wait, do one job."""
    path, lock, server, *marks = sys.argv[1:]
    worker.begin_process()
    workspace = open_workspace()
    import_all()
    file = Path(path).with_name(spares.ready_name(os.getpid(), marks[0], marks[1]))
    Path(path).rename(file)
    if not wait(file, int(lock), int(server)):
        return 0
    job = asked_for(workspace, int(lock))
    if job is None:
        return 0
    with log_path(workspace, job).open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
    return worker.work(workspace, job.id, job.attempt)


if __name__ == "__main__":
    sys.exit(main())
