"""A training that was asked for before its photos: it waits, starts by itself, or says why not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pipeline.jobs import awaited, dispatch
from pipeline.jobs.job import new_job
from pipeline.jobs.queue import Jobs
from pipeline.settings.presets import FIRST
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord
from tests.workers import stand_in

START_NEXT = dispatch._start_next  # the fixture of the workspace takes it away


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that is started is this process's, which does nothing."""
    stand_in(monkeypatch)


@pytest.fixture
def waiting(workspace: Workspace) -> tuple[str, str]:
    """An import that waits, and a training behind it: their ids."""
    coming = Jobs(workspace).submit_import("drawn:pets", "Drawn pets")
    request = {"awaits": coming.id, "config": FIRST.to_json(), "name": "Mine"}
    with workspace.database.writing() as session:
        job = new_job("train", "Train Mine", request, None)
        session.add(job)
        return coming.id, job.id


def ends(workspace: Workspace, job_id: str, state: JobState, photo_set_id: str = "") -> None:
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
        record.state, record.result = state, {"photo_set": photo_set_id} if photo_set_id else {}


def test_it_does_not_start_before_its_photos_and_keeps_nobody_else_waiting(
    workspace: Workspace, waiting: tuple[str, str], photos: PhotoSetRow
) -> None:
    coming, training = waiting
    other = Jobs(workspace).submit_train(photos.id, FIRST, "Another one")
    while START_NEXT(workspace):
        pass
    states = {one.id: one.state for one in Jobs(workspace).active()}
    assert states == {
        coming: JobState.RUNNING,
        training: JobState.QUEUED,
        other.id: JobState.RUNNING,
    }


def test_it_starts_as_a_run_once_they_are_there(
    workspace: Workspace, waiting: tuple[str, str], photos: PhotoSetRow
) -> None:
    coming, training = waiting
    ends(workspace, coming, JobState.DONE, photos.id)
    assert START_NEXT(workspace)
    (run,) = Runs(workspace).list()
    assert (run.name, run.config, run.photo_set_id) == ("Mine", FIRST, photos.id)
    assert (run.state, run.job_id) == ("running", training)
    job = Jobs(workspace).get(training)
    assert (job.state, job.run_id, job.request["run"]) == (JobState.RUNNING, run.id, run.id)


@pytest.mark.parametrize(
    ("state", "photo_set_id", "said"),
    [
        (JobState.STOPPED, "", "did not come. Their import was stopped."),
        (JobState.DONE, "0123456789abcdef", "There is no such photo set"),
    ],
)
def test_it_says_why_it_cannot(
    workspace: Workspace, waiting: tuple[str, str], state: JobState, photo_set_id: str, said: str
) -> None:
    coming, training = waiting
    ends(workspace, coming, state, photo_set_id)
    assert START_NEXT(workspace)
    job = Jobs(workspace).get(training)
    assert job.state == JobState.FAILED
    assert said in (job.error or "")
    assert Runs(workspace).list() == ()


def test_what_awaits_nothing_is_left_alone(workspace: Workspace, photos: PhotoSetRow) -> None:
    job = Jobs(workspace).submit_train(photos.id, FIRST)
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        assert not awaited.waits(session, record)
        assert awaited.take_up(session, workspace, record) is None
        assert record.run_id == job.run_id
