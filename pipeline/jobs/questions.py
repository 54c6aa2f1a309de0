"""Imports that wait: somebody has to say first how the files are meant."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pipeline.errors import JobError
from pipeline.jobs.import_request import again
from pipeline.jobs.job import Job, told
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.readings import Reading
from pipeline.workspace import photo_set_rows, visitors
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord

KEPT_S: Final = 24 * 3600.0  # a question that nobody has answered


class Questions:
    """What one visitor is asked, and may answer.

    Args:
        workspace: Where the imports are kept.
        visitor: Whose they are; None sees and answers all.
    """

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._visitor = visitor

    def open(self) -> tuple[Job, ...]:
        """Imports that wait for an answer, oldest first; those whose files are gone do not."""
        waiting = select(JobRecord).where(
            JobRecord.kind == "import",
            JobRecord.state == JobState.DONE,
            JobRecord.created_at > time.time() - KEPT_S,
            JobRecord.result["asks"].as_boolean().is_(True),
            true() if self._visitor is None else JobRecord.visitor == self._visitor,
        )
        with self._workspace.database.reading() as session:
            records = session.scalars(waiting.order_by(JobRecord.number))
            jobs = [told(session, record) for record in records]
        return tuple(job for job in jobs if Path(job.request["source"]).exists())

    def answer(self, job_id: str, reading: Reading, code_page: str | None = None) -> Job:
        """Import the files of a question, understood so.

        Args:
            job_id: Id of the import that asked.
            reading: Where the labels come from.
            code_page: How names are read that do not say it; as it was asked for unless given.

        Raises:
            JobError: If there is no such question, or its files are gone.
            PawTuneError: If this visitor's quota does not allow it.
        """
        with self._workspace.database.reading() as session:
            request = self._find(session, job_id).request
        if not Path(request["source"]).exists():
            raise JobError("The files are not there any more. Bring them once more.")
        job = Jobs(self._workspace, self._visitor).submit_import(
            request["source"], request["name"], **again(request, reading, code_page)
        )
        self._close(job_id)
        return job

    def ask_again(self, job_id: str) -> None:
        """Make an import that is over a question again, as long as its files are there.

        Raises:
            JobError: If there is no such import, or its files are gone.
        """
        with self._workspace.database.writing() as session:
            record = self._find_own(session, job_id)
            if "layout" not in record.result or not Path(record.request["source"]).exists():
                raise JobError("The files are not there any more. Bring them once more.")
            record.result = {**record.result, "asks": True}

    def dismiss(self, job_id: str) -> None:
        """Import nothing; an upload goes.

        Raises:
            JobError: If there is no such question.
        """
        source = self._close(job_id)
        photo_set_rows.forget_upload(self._workspace, source)

    def _close(self, job_id: str) -> Path:
        with self._workspace.database.writing() as session:
            record = self._find(session, job_id)
            record.result = {**record.result, "asks": False}
            return Path(record.request["source"])

    def _find(self, session: Session, job_id: str) -> JobRecord:
        record = self._find_own(session, job_id)
        if not record.result.get("asks"):
            raise JobError("This import waits for no answer, or it has one by now.")
        return record

    def _find_own(self, session: Session, job_id: str) -> JobRecord:
        order = select(JobRecord).where(
            JobRecord.id == job_id, visitors.seen_by(self._visitor, JobRecord)
        )
        record = session.scalars(order).one_or_none()
        if record is None:
            raise JobError(f"There is no such import. Received: {job_id!r}.")
        if not visitors.owns(self._visitor, record):
            raise JobError("This import is for everybody here; no visitor can answer for it.")
        return record
