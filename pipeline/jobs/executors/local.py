"""Workers that are processes of this computer; of another computer's it knows nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import psutil

from pipeline.files.locks import handed_down
from pipeline.jobs import spares
from pipeline.settings import mode
from pipeline.workspace.home import Workspace
from pipeline.workspace.liveness import LOCAL, Handle, Life, lock_path
from pipeline.workspace.runs import LOG
from pipeline.workspace.tables import JobRecord

_TRAINING: Final = ("train", "sweep")  # kinds of jobs that a spare has the imports for
_children: list[subprocess.Popen[bytes]] = []  # kept only so that they can be reaped


class Local:
    """Starts processes; see `Executor`.

    Whoever starts or asks holds the lock of the workspace's dispatcher.
    """

    name = LOCAL

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def start(self, job: JobRecord, attempt: int) -> str:
        """Have the job done by a process: one that waits for a training, or a fresh one."""
        path, lock = log_path(self._workspace, job), lock_path(self._workspace, job.id)
        environment = worker_environment(self._workspace, job.visitor)
        path.parent.mkdir(parents=True, exist_ok=True)
        if job.kind in _TRAINING:
            spare = spares.take(self._workspace, lock, environment)
            if spare is not None:
                return str(Handle.here(lock, spare))
        with path.open("ab") as log, handed_down(lock) as locks:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.jobs.worker", job.id, str(attempt)],
                cwd=spares.PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=locks,
                start_new_session=True,  # outlives the server that started it
            )
        _children.append(process)
        return str(Handle.here(lock, process.pid))

    def is_alive(self, handle: str) -> Life:
        """Whether the process lives."""
        worker = Handle.read(handle)
        if worker is None:
            return Life.UNKNOWN
        ours = worker.is_here and Path(worker.lock).parent == self._workspace.jobs_folder.absolute()
        if worker.pid is None and ours and not Path(worker.lock).exists():
            return Life.NO  # who was about to start it, and held the dispatcher's lock, is gone
        return worker.life()

    def kill(self, handle: str) -> None:
        """End the process, and those that it has started."""
        worker = Handle.read(handle)
        if worker is not None and worker.may_be_killed:
            assert worker.pid is not None
            kill_process(worker.pid)


def reap() -> None:
    """Let go of processes that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]


def kill_process(pid: int) -> None:
    """End a worker's process, and those that it has started."""
    with contextlib.suppress(psutil.Error, OSError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)  # the worker leads its own session
        else:
            psutil.Process(pid).kill()


def log_path(workspace: Workspace, record: JobRecord) -> Path:
    """Where the job's worker writes what it has to say."""
    if record.run_id is not None:
        return workspace.runs_folder / record.run_id / LOG
    return workspace.jobs_folder / f"{record.id}.log"


def worker_environment(workspace: Workspace, visitor: str | None) -> dict[str, str]:
    """What a worker is started with."""
    return {
        **os.environ,
        "PAWTUNE_HOME": str(workspace.home),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",  # the log's, whatever a console has
        # A visitor's files meet the demo's limits, whoever happens to start the work.
        **({mode.VARIABLE: mode.DEMO.name} if visitor is not None else {}),
    }
