"""Starts workers, notices those that died, and ends those that do not hear a Stop.

Who does a job, and which attempt at it counts, is `claims`'; how a worker is started, `executors`'.
"Unknown" never buries a job: only a certain end does, or a heartbeat that has been silent for long
of one about whom nobody knows anything.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final

import filelock
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import WorkspaceError
from pipeline.jobs import awaited, claims, spares
from pipeline.jobs.executors.executor import Executor
from pipeline.jobs.executors.local import Local, kill_process, reap, worker_environment
from pipeline.network.names import LAST_FILE
from pipeline.photos.sources.layout import shown
from pipeline.wording import endings
from pipeline.workspace import clock, quotas
from pipeline.workspace.home import Workspace
from pipeline.workspace.liveness import LOCAL, Handle, Life, is_lost, life, lock_path
from pipeline.workspace.states import ACTIVE, AT_WORK, UNFINISHED, JobState, RunState
from pipeline.workspace.tables import JobRecord, RunRecord

_GO_ON: Final = {
    "train": "press Continue to go on from the last epoch.",
    "sweep": "press Continue to go on with the runs that are left.",
}
STOP_GRACE_S: Final = 20.0  # until the worker must have heard a Stop
LAST_GRACE_S: Final = 300.0  # over its time limit, until even a worker that is ending must be gone


def settle(workspace: Workspace) -> None:
    """Record what died, end what does not stop, start what may start.

    Whoever holds the dispatcher's lock does it; others return at once, because it is
    being done.
    """
    reap()
    with contextlib.suppress(filelock.Timeout), _alone(workspace):
        # Most looks find nothing to do: those only read, and keep no worker from writing.
        with workspace.database.reading() as session:
            active = session.scalars(select(JobRecord).where(JobRecord.state.in_(ACTIVE))).all()
            now = clock.now(session)
        at_work = [record for record in active if record.state in AT_WORK]
        _expect_one_computer(workspace, at_work, now)
        _bury(workspace, at_work, now)
        if any(record.state == JobState.QUEUED for record in active):
            while _start_next(workspace):
                pass
        spares.replenish(workspace, worker_environment(workspace, None))


def keep_warm(workspace: Workspace) -> None:
    """Let a process wait for the next training, now that somebody may start one soon."""
    spares.want(workspace)
    with contextlib.suppress(filelock.Timeout), _alone(workspace):
        spares.replenish(workspace, worker_environment(workspace, None))


def _expect_one_computer(workspace: Workspace, at_work: Sequence[JobRecord], now: float) -> None:
    """Keep a second computer out of a folder whose rows are in a file.

    Raises:
        WorkspaceError: If another one works in it.
    """
    if workspace.database.sqlite_file is None:
        return
    for record in at_work:
        handle = Handle.read(record.handle or "") if record.executor == LOCAL else None
        if handle and not handle.is_here and not is_lost(handle.life(), record, now):
            raise WorkspaceError(
                f"Another computer, {record.host}, works in this folder, and its rows are in a "
                "file that one computer at a time may use. Close PawTune there and wait a "
                "minute, or name a PostgreSQL database in PAWTUNE_DATABASE_URL on both."
            )


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


def _bury(workspace: Workspace, running: Sequence[JobRecord], now: float) -> None:
    """Record what died, kill what does not hear a Stop, ask what is over its time to stop."""
    dead, late = set[int](), set[int]()
    for record in running:
        found = _life(workspace, record)
        if is_lost(found, record, now):
            dead.add(record.number)
        if found is not Life.YES:  # gone; or another computer's, which looks after it
            continue
        asked, over_s = record.stop_requested_at, over_time_s(record)
        deaf = asked is not None and not record.stopping and now - asked > STOP_GRACE_S
        if over_s > 0 and asked is None:
            late.add(record.number)
        if deaf or over_s > LAST_GRACE_S:
            _kill(workspace, record)
            dead.add(record.number)
    if not dead and not late:
        return
    seen = {record.number: record for record in running}
    with workspace.database.writing() as session:
        changed = select(JobRecord).where(JobRecord.number.in_(dead | late))
        for record in session.scalars(changed.with_for_update()):
            before = seen[record.number]
            if record.state not in AT_WORK or record.attempt != before.attempt:
                continue  # it ended by itself in the meantime
            if _is_heard_again(workspace, before, record):
                dead.discard(record.number)
                continue
            if record.number in late:
                record.stop_requested_at = record.stop_requested_at or clock.now(session)
            if record.number in dead and record.stop_requested_at is not None:
                sentence = _unpacked(workspace, record)
                state = JobState.INTERRUPTED if sentence else JobState.STOPPED
                end(session, record, state, sentence, died=True)
            elif record.number in dead and _never_began(record):
                end(session, record, JobState.QUEUED, None, died=True)
            elif record.number in dead:
                end(session, record, JobState.INTERRUPTED, _why(workspace, record), died=True)
    for record in running:
        if record.number in dead:
            lock_path(workspace, record.id).unlink(missing_ok=True)


def _is_heard_again(workspace: Workspace, before: JobRecord, record: JobRecord) -> bool:
    """Whether a worker of whom nothing was known has told of itself since it was looked for."""
    unknown = _life(workspace, before) is Life.UNKNOWN
    return unknown and record.heartbeat_at != before.heartbeat_at


def _never_began(record: JobRecord) -> bool:
    """Whether whoever claimed a job was gone before there was a worker."""
    handle = Handle.read(record.handle or "") if record.executor == LOCAL else None
    return record.state == JobState.STARTING and handle is not None and handle.pid is None


def _unpacked(workspace: Workspace, record: JobRecord) -> str | None:
    """What to say of a training that was stopped and died before its epochs were packed."""
    if record.kind != "train":
        return None
    return endings.CUT_OFF_WHILE_STOPPING if _has_kept(workspace, record) else None


def _has_kept(workspace: Workspace, record: JobRecord) -> bool:
    """Whether a training has kept an epoch that it could go on from."""
    folder = workspace.runs_folder / (record.run_id or "")
    return record.run_id is not None and (folder / LAST_FILE).exists()


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


def _why(workspace: Workspace, record: JobRecord) -> str:
    what = "The training" if record.kind == "train" else "The work"
    if record.kind == "train" and not _has_kept(workspace, record):
        return endings.CUT_OFF_BEFORE_AN_EPOCH
    return (
        f"{what} was cut off: its process ended without a word, perhaps because the computer "
        "was switched off or ran out of memory. What was kept before is safe"
        + ("; " + _GO_ON.get(record.kind, "start again."))
    )


def _start_next(workspace: Workspace) -> bool:
    """Start one job of a lane that is free; whether there was one."""
    executor = executor_of(workspace)
    with workspace.database.writing() as session:
        record = claims.next_one(session)
        if record is None:
            return False
        if problem := awaited.take_up(session, workspace, record):
            end(session, record, JobState.FAILED, problem)
            return True
        claims.claim(session, workspace, record, executor.name)
    try:
        handle = executor.start(record, record.attempt)
    except BlockingIOError:  # one that was started in vain, by a server that died, is ending
        _take_back(workspace, record, JobState.QUEUED, None)
        return False
    except OSError as error:
        sentence = f"The work could not be started: {error.strerror}."
        _take_back(workspace, record, JobState.FAILED, sentence)
        lock_path(workspace, record.id).unlink(missing_ok=True)
        return True
    claims.started(workspace, record, handle)
    return True


def _take_back(
    workspace: Workspace, claimed: JobRecord, state: JobState, error: str | None
) -> None:
    """Write down what becomes of a job that was claimed and not started."""
    with workspace.database.writing() as session:
        record = session.get_one(JobRecord, claimed.number)
        if record.attempt == claimed.attempt and record.state == JobState.STARTING:
            end(session, record, state, error, died=True)


def executor_of(workspace: Workspace) -> Executor:
    """Who starts the workers of a workspace."""
    return Local(workspace)


def _life(workspace: Workspace, record: JobRecord) -> Life:
    """What is known of a job's worker."""
    executor = executor_of(workspace)
    if record.executor == executor.name and record.handle is not None:
        return executor.is_alive(record.handle)
    return life(workspace, record)


def _kill(workspace: Workspace, record: JobRecord) -> None:
    executor = executor_of(workspace)
    if record.executor is None:  # of an earlier version
        assert record.pid is not None
        kill_process(record.pid)
    elif record.executor == executor.name and record.handle is not None:
        executor.kill(record.handle)
