"""What waits, works and has ended: look at it, stop it. `queue` asks for more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pipeline.errors import JobError
from pipeline.jobs import dispatch, expiry
from pipeline.jobs.job import Job, told
from pipeline.workspace import clock, visitors
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import ACTIVE, AT_WORK, JobState
from pipeline.workspace.tables import JobRecord


class JobList:
    """The work of one workspace, as one visitor sees it.

    Args:
        workspace: Where it is kept.
        visitor: Whose it is, where several people share a server; None sees and does all.
    """

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._visitor = visitor

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            JobError: If there is none of this id.
        """
        with self._workspace.database.reading() as session:
            return told(session, self._find(session, job_id))

    def active(self) -> tuple[Job, ...]:
        """Everything that waits or works, in the order of the queue."""
        with self._workspace.database.reading() as session:
            order = select(JobRecord).where(JobRecord.state.in_(ACTIVE), self._seen())
            records = session.scalars(order.order_by(JobRecord.number))
            return tuple(told(session, record) for record in records)

    def latest(self, kind: str, **request: str) -> Job | None:
        """The newest job of a kind, whatever its state.

        Args:
            kind: One of `LANES`.
            **request: What it was asked for, as in `Job.request`; the rest may be anything.
        """
        asked = [JobRecord.request[key].as_string() == value for key, value in request.items()]
        with self._workspace.database.reading() as session:
            order = select(JobRecord).where(JobRecord.kind == kind, self._seen(), *asked)
            record = session.scalars(order.order_by(JobRecord.number.desc()).limit(1)).first()
            return told(session, record) if record else None

    def stop(self, job_id: str) -> None:
        """Take a waiting job out of the queue, or ask a working one to end soon.

        Raises:
            JobError: If there is none of this id, or it is everybody's.
        """
        with self._workspace.database.writing() as session:
            record = self._find(session, job_id)
            if not visitors.owns(self._visitor, record):
                raise JobError("This work is for everybody here; no visitor can stop it.")
            self._stop(session, record)
        self.settle()

    def settle(self) -> None:
        """Record what died, start what may start. Cheap; call it at every look."""
        dispatch.settle(self._workspace)
        expiry.sweep_if_due(self._workspace)

    @staticmethod
    def _stop(session: Session, record: JobRecord) -> None:
        if record.state == JobState.QUEUED:
            dispatch.end(session, record, JobState.STOPPED, None)
        elif record.state in AT_WORK and record.stop_requested_at is None:
            record.stop_requested_at = clock.now(session)

    def _seen(self) -> ColumnElement[bool]:
        return visitors.seen_by(self._visitor, JobRecord)

    def _find(self, session: Session, job_id: str) -> JobRecord:
        order = select(JobRecord).where(JobRecord.id == job_id, self._seen())
        record = session.scalars(order).one_or_none()
        if record is None:
            raise JobError(f"There is no such job. Received: {job_id!r}.")
        return record
