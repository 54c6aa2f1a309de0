"""One attempt at a job counts; what a lost one still writes is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from pipeline.errors import Overtaken
from pipeline.jobs import claims, dispatch, worker
from pipeline.jobs.queue import Jobs
from pipeline.jobs.reporter import Reporter
from pipeline.progress import Stage, Step
from pipeline.workspace.clock import Now
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.tables import FileRecord, JobRecord
from tests.workers import claim, stand_in
from tests.workspaces import wait_for

pytestmark = pytest.mark.thorough
FILE = {"path": "a", "sha256": "0" * 64, "bytes": 1, "owner": "set-1"}


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(
    request: pytest.FixtureRequest, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres").new_database()
        monkeypatch.setenv("PAWTUNE_DATABASE_URL", address)
    stand_in(monkeypatch)
    monkeypatch.setattr("pipeline.jobs.reporter.LISTEN_EVERY_S", 0.01)
    workspace = open_workspace(own_home)
    yield workspace
    workspace.database.close()


def record_of(workspace: Workspace, job_id: str) -> JobRecord:
    with workspace.database.reading() as session:
        return session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()


def change(workspace: Workspace, job_id: str, **columns: Any) -> None:
    with workspace.database.writing() as session:
        session.execute(update(JobRecord).where(JobRecord.id == job_id).values(columns))


def test_a_claim_tells_who_has_it(workspace: Workspace) -> None:
    job = Jobs(workspace).submit_explore()
    assert job.state == "running", "that its worker is on its way is nobody's concern"
    record = record_of(workspace, job.id)
    assert (record.state, record.attempt, record.executor) == ("starting", 1, "local")
    assert record.host
    assert record.handle
    with workspace.database.reading() as session:
        age = session.scalars(select(Now() - JobRecord.heartbeat_at)).one()
    assert 0 <= age < 60


@pytest.mark.parametrize(
    ("state", "attempt"), [("queued", 1), ("running", 1), ("starting", 2), ("interrupted", 1)]
)
def test_who_was_not_claimed_goes_home(workspace: Workspace, state: str, attempt: int) -> None:
    job = Jobs(workspace).submit_explore()
    change(workspace, job.id, state=state, attempt=attempt)
    before = record_of(workspace, job.id)
    assert worker.do_job(workspace, job.id, 1) == 2
    after = record_of(workspace, job.id)
    assert (after.state, after.pid, after.error) == (state, before.pid, None)


def test_of_many_who_begin_one_does(workspace: Workspace) -> None:
    job = Jobs(workspace).submit_explore()
    begun, together = [], threading.Barrier(6)

    def begin() -> None:
        together.wait()
        begun.append(claims.begin(workspace, job.id, 1) is not None)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == [False] * 5 + [True]


def test_what_an_overtaken_worker_writes_is_refused(workspace: Workspace, monkeypatch) -> None:
    job = Jobs(workspace).submit_explore()

    def work(_workspace: Workspace, _job: JobRecord, _report: Reporter) -> dict[str, Any]:
        change_from_outside(state="interrupted", error="It was silent.")
        with workspace.database.writing() as session:
            session.add(FileRecord(**FILE))
        return {"never": "kept"}

    outside = open_workspace(workspace.home)

    def change_from_outside(**columns: Any) -> None:
        change(outside, job.id, **columns)

    monkeypatch.setitem(worker.WORK, "explore", work)
    assert worker.do_job(workspace, job.id, 1) == 3
    record = record_of(workspace, job.id)
    assert (record.state, record.error, record.result) == ("interrupted", "It was silent.", {})
    with workspace.database.reading() as session:
        assert session.scalars(select(FileRecord)).all() == []
    with workspace.database.writing() as session:  # what this process does next is its own
        session.add(FileRecord(**FILE))
    outside.database.close()


def test_an_end_that_comes_too_late_is_not_written(workspace: Workspace, monkeypatch) -> None:
    job = Jobs(workspace).submit_explore()
    outside = open_workspace(workspace.home)

    def work(_workspace: Workspace, _job: JobRecord, _report: Reporter) -> dict[str, Any]:
        change(outside, job.id, attempt=2)
        return {}

    monkeypatch.setitem(worker.WORK, "explore", work)
    assert worker.do_job(workspace, job.id, 1) == 3
    assert record_of(workspace, job.id).state == "running"
    outside.database.close()


def test_who_only_listens_hears_that_he_was_overtaken(workspace: Workspace, monkeypatch) -> None:
    """Inside a long call of a library, and with Stop no longer heard."""
    monkeypatch.setattr("pipeline.jobs.reporter.BEAT_EVERY_S", 0.0)
    job = Jobs(workspace).submit_explore()
    claim(workspace, job.id)
    assert claims.begin(workspace, job.id, 1)
    outside = open_workspace(workspace.home)
    with (
        workspace.database.fenced(claims.fence(job.id, 1)),
        closing(Reporter(workspace, job.id)) as report,
    ):
        report(Stage(Step.DOWNLOADING), 1, 2)
        report.finish_in_peace()
        change(outside, job.id, attempt=2)
        wait_for(lambda: report._lost is not None, "that it is heard")
        with pytest.raises(Overtaken):
            report.check()
    outside.database.close()


def test_a_worker_beats(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.jobs.reporter.BEAT_EVERY_S", 0.0)
    job = Jobs(workspace).submit_explore()
    change(workspace, job.id, heartbeat_at=5.0)
    with closing(Reporter(workspace, job.id)):
        wait_for(lambda: (record_of(workspace, job.id).heartbeat_at or 0) > 5.0, "a heartbeat")


def test_what_could_not_be_started_says_why_or_waits(workspace: Workspace, monkeypatch) -> None:
    def refuse(error: OSError) -> None:
        def start(*_: object) -> str:
            raise error

        monkeypatch.setattr("pipeline.jobs.executors.local.Local.start", start)

    refuse(BlockingIOError())
    job = Jobs(workspace).submit_explore()
    assert job.state == "queued"
    refuse(OSError(12, "Cannot allocate memory"))
    dispatch.settle(workspace)
    failed = Jobs(workspace).get(job.id)
    assert (failed.state, failed.error) == (
        "failed",
        "The work could not be started: Cannot allocate memory.",
    )
