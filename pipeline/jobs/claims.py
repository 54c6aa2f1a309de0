"""Who does a job: one attempt at a time, and what an attempt that was lost still writes is refused.

A dispatcher claims a job: its row becomes `starting`, and its attempts are one more. The worker
that is started for this attempt begins by making it `running`; if that changes no row, it was
overtaken, and goes home. Each of its later transactions first asks whether the attempt is still the
one that counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from pipeline.errors import Overtaken
from pipeline.jobs import awaited
from pipeline.jobs.job import gives_way
from pipeline.progress import Step
from pipeline.workspace import place
from pipeline.workspace.clock import Now
from pipeline.workspace.home import Workspace
from pipeline.workspace.liveness import LOCAL, Handle, lock_path
from pipeline.workspace.runs import find
from pipeline.workspace.states import AT_WORK, JobState, RunState
from pipeline.workspace.tables import JobRecord


def next_one(session: Session) -> JobRecord | None:
    """The oldest job that may start and whose lane is free; nobody else gets it meanwhile."""
    busy = set(session.scalars(select(JobRecord.lane).where(JobRecord.state.in_(AT_WORK))))
    may_start = JobRecord.state == JobState.QUEUED, ~gives_way()
    waiting = select(JobRecord).where(*may_start).order_by(JobRecord.number)
    waiting = waiting.with_for_update(skip_locked=True, of=JobRecord)
    free = (job for job in session.scalars(waiting).all() if job.lane not in busy)
    return next((job for job in free if not awaited.waits(session, job)), None)


def claim(session: Session, workspace: Workspace, record: JobRecord, executor: str) -> None:
    """Write down that somebody here is about to start a job."""
    record.state, record.step = JobState.STARTING, Step.STARTING
    record.attempt += 1
    record.executor, record.host = executor, place.host()
    record.pid, record.pid_created = None, None
    record.handle = str(Handle.here(lock_path(workspace, record.id)))
    record.heartbeat_at = session.scalars(select(Now())).one()
    if record.run_id is not None:
        find(session, record.run_id).state = RunState.RUNNING


def started(workspace: Workspace, job: JobRecord, handle: str) -> None:
    """Write down how the worker of a claimed job is known, unless it has ended already."""
    worker = Handle.read(handle) if job.executor == LOCAL else None
    known = {} if worker is None else {"pid": worker.pid, "pid_created": worker.started}
    mine = update(JobRecord).where(*_counts(job.id, job.attempt), JobRecord.state.in_(AT_WORK))
    with workspace.database.writing(alone=False) as session:
        session.execute(mine.values(handle=handle, **known))


def begin(workspace: Workspace, job_id: str, attempt: int) -> JobRecord | None:
    """Begin with a job, as its worker; None for an attempt that does not count any more."""
    lock = lock_path(workspace, job_id)
    worker = Handle.here(lock, os.getpid())
    mine = update(JobRecord).where(*_counts(job_id, attempt), JobRecord.state == JobState.STARTING)
    running = {"state": JobState.RUNNING, "host": place.host(), "heartbeat_at": Now()}
    known = {"pid": worker.pid, "pid_created": worker.started, "handle": str(worker)}
    with workspace.database.writing(alone=False) as session:
        done = session.execute(mine.values({**running, **known}))
        if not isinstance(done, CursorResult) or done.rowcount != 1:
            return None
        return session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()


def fence(job_id: str, attempt: int) -> Callable[[Session], None]:
    """What a worker's transactions ask first: whether its attempt still counts.

    Until the transaction ends, nobody can declare the attempt lost.
    """
    mine = select(JobRecord.number).where(
        *_counts(job_id, attempt), JobRecord.state == JobState.RUNNING
    )
    mine = mine.with_for_update(key_share=True)

    def expect_to_count(session: Session) -> None:
        if session.scalars(mine).first() is None:
            raise Overtaken(
                "This work was taken for lost, or was given to another process. What this one "
                "still had to write is left out."
            )

    return expect_to_count


def _counts(job_id: str, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return JobRecord.id == job_id, JobRecord.attempt == attempt
