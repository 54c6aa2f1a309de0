"""For tests in which no worker is started: this process stands for all of them."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import update

from pipeline.jobs import dispatch
from pipeline.jobs.executors.local import Local
from pipeline.workspace.home import Workspace
from pipeline.workspace.liveness import Handle, Life, lock_path
from pipeline.workspace.tables import JobRecord


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is started is started, and lives."""

    def start(self: Local, job: JobRecord, _attempt: int) -> str:
        return str(Handle.here(lock_path(self._workspace, job.id), os.getpid()))

    monkeypatch.setattr(Local, "start", start)
    monkeypatch.setattr(dispatch, "_life", lambda *_: Life.YES)


def claim(workspace: Workspace, job_id: str, attempt: int = 1) -> None:
    """A job as its worker finds it."""
    with workspace.database.writing() as session:
        mine = update(JobRecord).where(JobRecord.id == job_id)
        session.execute(mine.values(state="starting", attempt=attempt))
