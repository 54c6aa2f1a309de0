"""Waiting for a job on the command line: each stage once, Ctrl-C, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import JobError, Stopped
from pipeline.jobs import dispatch
from pipeline.jobs.follow import follow
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.progress import Step
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.tables import JobRecord

Turn = Callable[[], None]


@pytest.fixture
def workspace(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """What is submitted stays in the queue."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    monkeypatch.setattr("pipeline.jobs.follow.LOOK_EVERY_S", 0.0)
    return open_workspace(own_home)


@pytest.fixture
def job(workspace: Workspace) -> Job:
    return Jobs(workspace).submit_import("/data/birds")


def write(workspace: Workspace, job: Job, **columns: Any) -> None:
    """What a worker would write into the job's row."""
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(id=job.id).one()
        for name, value in columns.items():
            setattr(record, name, value)


def followed(
    workspace: Workspace, job: Job, monkeypatch: pytest.MonkeyPatch, *turns: Turn
) -> tuple[Job, list[str]]:
    """Follow a job that does one more thing at each look; the job and the lines told."""
    waiting = iter(turns)
    monkeypatch.setattr(Jobs, "settle", lambda _self: next(waiting)())
    lines: list[str] = []
    return follow(Jobs(workspace), job, lines.append), lines


def test_each_stage_is_told_once(
    workspace: Workspace, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, lines = followed(
        workspace,
        job,
        monkeypatch,
        lambda: write(workspace, job, state="running", step=Step.READING_PHOTOS),
        lambda: write(workspace, job, done=5.0),
        lambda: write(workspace, job, step=Step.KEEPING_PHOTOS),
        lambda: write(workspace, job, state="done", result={"photo_set": "x"}),
    )
    assert ended.result == {"photo_set": "x"}
    assert len(lines) == len(set(lines)) == 2


@pytest.mark.parametrize(("state", "error"), [("failed", "No disk."), ("interrupted", None)])
def test_what_failed_is_an_error(
    workspace: Workspace, job: Job, monkeypatch: pytest.MonkeyPatch, state: str, error: str | None
) -> None:
    with pytest.raises(JobError, match=error or "did not end as it should"):
        followed(
            workspace, job, monkeypatch, lambda: write(workspace, job, state=state, error=error)
        )


def test_ctrl_c_asks_it_to_stop_and_waits_for_the_end(
    workspace: Workspace, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(Stopped, match="before anything was made"):
        followed(workspace, job, monkeypatch, interrupt, lambda: None)
    assert Jobs(workspace).get(job.id).state == "stopped"
