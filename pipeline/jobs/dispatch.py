"""Starts workers, notices those that died, and ends those that do not hear a Stop.

A worker lives as long as its lock is held, see `workspace.liveness`. It gets the lock handed down
when it is started, so there is no moment without, and a pid is killed only while it is its own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import filelock
import psutil
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.files.locks import handed_down
from pipeline.jobs import awaited, spares
from pipeline.jobs.job import gives_way
from pipeline.network.names import LAST_FILE
from pipeline.photos.sources.layout import shown
from pipeline.progress import Step
from pipeline.settings import mode
from pipeline.wording import endings
from pipeline.workspace import quotas
from pipeline.workspace.home import Workspace
from pipeline.workspace.liveness import is_at_work, lock_path
from pipeline.workspace.runs import LOG, find
from pipeline.workspace.states import ACTIVE, UNFINISHED, JobState, RunState
from pipeline.workspace.tables import JobRecord, RunRecord

_GO_ON: Final = {
    "train": "press Continue to go on from the last epoch.",
    "sweep": "press Continue to go on with the runs that are left.",
}
STOP_GRACE_S: Final = 20.0  # until the worker must have heard a Stop
LAST_GRACE_S: Final = 300.0  # over its time limit, until even a worker that is ending must be gone
_TRAINING: Final = ("train", "sweep")  # kinds of jobs that a spare has the imports for
_children: list[subprocess.Popen[bytes]] = []  # kept only so that they can be reaped


def settle(workspace: Workspace) -> None:
    """Record what died, end what does not stop, start what may start.

    Whoever holds the dispatcher's lock does it; others return at once, because it is
    being done.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    with contextlib.suppress(filelock.Timeout), _alone(workspace):
        # Most looks find nothing to do: those only read, and keep no worker from writing.
        with workspace.database.reading() as session:
            active = session.scalars(select(JobRecord).where(JobRecord.state.in_(ACTIVE))).all()
        _bury(workspace, [record for record in active if record.state == JobState.RUNNING])
        if any(record.state == JobState.QUEUED for record in active):
            while _start_next(workspace):
                pass
        spares.replenish(workspace, _environment(workspace, None))


def keep_warm(workspace: Workspace) -> None:
    """Let a process wait for the next training, now that somebody may start one soon."""
    spares.want(workspace)
    with contextlib.suppress(filelock.Timeout), _alone(workspace):
        spares.replenish(workspace, _environment(workspace, None))


def _alone(workspace: Workspace) -> AbstractContextManager[object]:
    """Hold the dispatcher's lock; raises `filelock.Timeout` where another one does."""
    return filelock.FileLock(workspace.jobs_folder / "dispatch.lock").acquire(timeout=0)


def end(
    session: Session, record: JobRecord, state: JobState, error: str | None, died: bool = False
) -> None:
    """Write the end of a job, and of its runs with it, into the caller's transaction.

    One that ends as queued has given way: it is started again when nobody goes before it.
    """
    if state == JobState.QUEUED and record.stop_requested_at is not None:
        state = JobState.STOPPED  # somebody pressed Stop at that moment
    if state == JobState.STOPPED and error is None and _took_too_long(record):
        limit_s = quotas.time_limit_s(record.visitor) or 0.0
        error = (
            f"It was stopped after {limit_s / 60:g} minutes, the most that one piece of work may "
            "take in this demo. What a training has learned until then is kept. Choose fewer "
            "photos or epochs to let it finish."
        )
    # A path with bytes that are no text could not be kept, and the end would be lost with it.
    record.state, record.error = state, error and shown(error)
    record.seconds_left, record.speed = None, None
    unfinished = RunRecord.job_id == record.id, RunRecord.state.in_(UNFINISHED)
    for run in session.scalars(select(RunRecord).where(*unfinished)):
        run.state, run.error = RunState(state), record.error
    if died or state == JobState.QUEUED:
        record.pid, record.pid_created = None, None


def log_path(workspace: Workspace, record: JobRecord) -> Path:
    """Where the job's worker writes what it has to say."""
    if record.run_id is not None:
        return workspace.runs_folder / record.run_id / LOG
    return workspace.jobs_folder / f"{record.id}.log"


def _bury(workspace: Workspace, running: Sequence[JobRecord]) -> None:
    """Record what died, kill what does not hear a Stop, ask what is over its time to stop."""
    dead, late = [], []
    for record in running:
        if not is_at_work(workspace, record):
            dead.append(record.number)
            continue
        asked, over_s = record.stop_requested_at, over_time_s(record)
        deaf = asked is not None and not record.stopping and time.time() - asked > STOP_GRACE_S
        if over_s > 0 and asked is None:
            late.append(record.number)
        if deaf or over_s > LAST_GRACE_S:
            _kill(record)
            dead.append(record.number)
    if not dead and not late:
        return
    with workspace.database.writing() as session:
        for record in session.scalars(select(JobRecord).where(JobRecord.number.in_(dead + late))):
            if record.state != JobState.RUNNING:  # it ended by itself in the meantime
                continue
            if record.number in late:
                record.stop_requested_at = record.stop_requested_at or time.time()
            if record.number in dead and record.stop_requested_at is not None:
                sentence = _unpacked(workspace, record)
                state = JobState.INTERRUPTED if sentence else JobState.STOPPED
                end(session, record, state, sentence, died=True)
            elif record.number in dead:
                end(session, record, JobState.INTERRUPTED, _why(record), died=True)
    for record in running:
        if record.number in dead:
            lock_path(workspace, record.id).unlink(missing_ok=True)


def _unpacked(workspace: Workspace, record: JobRecord) -> str | None:
    """What to say of a training that was stopped and died before its epochs were packed."""
    if record.kind != "train" or record.run_id is None:
        return None
    kept = (workspace.runs_folder / record.run_id / LAST_FILE).exists()
    return endings.CUT_OFF_WHILE_STOPPING if kept else None


def over_time_s(record: JobRecord) -> float:
    """How much longer a job works than it may, in seconds; at most 0 while all is well."""
    limit_s = quotas.time_limit_s(record.visitor)
    if limit_s is None or record.pid_created is None:
        return 0.0
    return time.time() - record.pid_created - limit_s


def _took_too_long(record: JobRecord) -> bool:
    """Whether it was its time limit that stopped a job, and no person before."""
    limit_s = quotas.time_limit_s(record.visitor)
    if limit_s is None or record.pid_created is None or record.stop_requested_at is None:
        return False
    return record.stop_requested_at - record.pid_created >= limit_s


def _why(record: JobRecord) -> str:
    what = "The training" if record.kind == "train" else "The work"
    return (
        f"{what} was cut off: its process ended without a word, perhaps because the computer "
        "was switched off or ran out of memory. What was kept before is safe"
        + ("; " + _GO_ON.get(record.kind, "start again."))
    )


def _kill(record: JobRecord) -> None:
    assert record.pid is not None
    with contextlib.suppress(psutil.Error, OSError):
        if hasattr(os, "killpg"):
            os.killpg(record.pid, signal.SIGKILL)  # the worker leads its own session
        else:
            psutil.Process(record.pid).kill()


def _start_next(workspace: Workspace) -> bool:
    """Start one job of a lane that is free; whether there was one."""
    with workspace.database.writing() as session:
        busy = set(
            session.scalars(select(JobRecord.lane).where(JobRecord.state == JobState.RUNNING))
        )
        may_start = JobRecord.state == JobState.QUEUED, ~gives_way()
        waiting = select(JobRecord).where(*may_start).order_by(JobRecord.number)
        free = (job for job in session.scalars(waiting).all() if job.lane not in busy)
        record = next((job for job in free if not awaited.waits(session, job)), None)
        if record is None:
            return False
        if problem := awaited.take_up(session, workspace, record):
            end(session, record, JobState.FAILED, problem)
            return True
        try:
            pid = _launch(workspace, record)
        except BlockingIOError:  # one that was started in vain, by a server that died, is ending
            return False
        except OSError as error:
            sentence = f"The work could not be started: {error.strerror}."
            end(session, record, JobState.FAILED, sentence)
            lock_path(workspace, record.id).unlink(missing_ok=True)
            return True
        record.state, record.pid = JobState.RUNNING, pid
        with contextlib.suppress(psutil.Error):  # it is dead already, and will be found so
            record.pid_created = psutil.Process(pid).create_time()
        record.step = Step.STARTING
        if record.run_id is not None:
            find(session, record.run_id).state = RunState.RUNNING
    return True


def _launch(workspace: Workspace, record: JobRecord) -> int:
    """Have the job done by a process: one that waits for a training, or a fresh one; its number."""
    path, lock = log_path(workspace, record), lock_path(workspace, record.id)
    environment = _environment(workspace, record.visitor)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as log:
        spare = None
        if record.kind in _TRAINING:
            spare = spares.take(workspace, lock, environment)
        if spare is not None:
            return spare
        with handed_down(lock) as locks:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.jobs.worker", record.id],
                cwd=spares.PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=locks,
                start_new_session=True,  # outlives the server that started it
            )
    _children.append(process)
    return process.pid


def _environment(workspace: Workspace, visitor: str | None) -> dict[str, str]:
    """What a worker is started with."""
    return {
        **os.environ,
        "PAWTUNE_HOME": str(workspace.home),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",  # the log's, whatever a console has
        # A visitor's files meet the demo's limits, whoever happens to start the work.
        **({mode.VARIABLE: mode.DEMO.name} if visitor is not None else {}),
    }
