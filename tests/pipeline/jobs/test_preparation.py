"""What is prepared for tuning is asked for once, and forgotten when nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.errors import NotReady, QuotaError
from pipeline.jobs import dispatch, worker
from pipeline.jobs.queue import Jobs
from pipeline.jobs.reporter import Reporter
from pipeline.progress import Stage, Step
from pipeline.settings import mode
from pipeline.workspace import quotas
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord
from tests.pipeline.tuning.places import CONFIG, PLAIN, Place, a_place
from tests.workers import stand_in
from tests.workspaces import add_photo_set, class_folders

ANNA, BEN = f"{1:032x}", f"{2:032x}"
GiveWay = Callable[..., str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    return a_place(tmp_path)


def test_what_nobody_waits_for_any_more_is_stopped(place: Place) -> None:
    jobs = Jobs(place.workspace)
    first = jobs.prepare(place.row.id, CONFIG)
    second = jobs.prepare(place.row.id, PLAIN)
    assert first is not None
    assert second is not None
    assert jobs.get(first.id).state == "stopped"
    # But whoever turns back gets it: nobody has pressed Stop.
    third = jobs.prepare(place.row.id, CONFIG)
    assert third is not None
    assert third.state == "queued"
    assert jobs.get(second.id).state == "stopped"


def test_other_sets_and_visitors_wait_for_themselves(place: Place, tmp_path: Path) -> None:
    other = add_photo_set(place.workspace, class_folders(tmp_path / "others", 12))
    jobs, anna = Jobs(place.workspace), Jobs(place.workspace, ANNA)
    mine = [jobs.prepare(row.id, CONFIG) for row in (place.row, other)]
    hers = anna.prepare(place.row.id, PLAIN)
    assert hers is not None
    assert [jobs.get(job.id).state for job in (*mine, hers) if job] == ["queued"] * 3


def test_a_network_that_is_drawn_anew_is_said(place: Place) -> None:
    with pytest.raises(NotReady, match="drawn anew for each training"):
        Jobs(place.workspace).prepare(place.row.id, replace(CONFIG, weights="none"))


def test_a_visitor_may_have_so_many_prepared(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Jobs(place.workspace, ANNA)
    photos = Jobs(place.workspace).prepare(place.row.id, PLAIN)
    assert photos is not None
    few = replace(mode.DEMO, prepared_photos=photos.request["photos"])
    monkeypatch.setattr(mode, "DEMO", few)
    assert anna.prepare(place.row.id, PLAIN) is not None
    with pytest.raises(QuotaError, match="Choose fewer views"):
        anna.prepare(place.row.id, CONFIG)
    assert Jobs(place.workspace).prepare(place.row.id, CONFIG) is not None


# === Giving way ===


@pytest.fixture
def busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place where this process stands for every worker."""
    stand_in(monkeypatch)
    monkeypatch.setattr(quotas, "time_limit_s", lambda _visitor: None)  # it has worked for long
    return a_place(tmp_path)


@pytest.fixture
def give_way(monkeypatch: pytest.MonkeyPatch) -> GiveWay:
    """Let a worker do a preparation that gives way; the state that it leaves."""

    def do(workspace: Workspace, job_id: str, meanwhile: Callable[[], object] = bool) -> str:
        def work(_workspace: Workspace, _job: JobRecord, report: Reporter) -> dict[str, Any]:
            report(Stage(Step.LOOKING_TO_TUNE), 4, 10, "photos")
            meanwhile()
            return {"state": JobState.QUEUED}

        monkeypatch.setitem(worker.WORK, "prepare", work)
        assert worker.do_job(workspace, job_id, record_of(workspace, job_id).attempt) == 0
        return Jobs(workspace).get(job_id).state

    return do


def record_of(workspace: Workspace, job_id: str) -> JobRecord:
    with workspace.database.reading() as session:
        return session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()


def end(workspace: Workspace, job_id: str) -> None:
    with workspace.database.writing() as session:
        job = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
        dispatch.end(session, job, JobState.DONE, None)
    dispatch.settle(workspace)


def test_whoever_gives_way_keeps_nobody_from_preparing(
    busy: Place, give_way: GiveWay, tmp_path: Path
) -> None:
    others = add_photo_set(busy.workspace, class_folders(tmp_path / "others", 12))
    anna, ben = Jobs(busy.workspace, ANNA), Jobs(busy.workspace, BEN)
    hers, his = anna.prepare(busy.row.id, CONFIG), ben.prepare(others.id, CONFIG)
    assert hers is not None
    assert his is not None

    def states() -> list[str]:
        return [Jobs(busy.workspace).get(job.id).state for job in (hers, his)]

    assert (states(), his.position) == (["running", "queued"], 1)
    training = anna.submit_train(busy.row.id, CONFIG)
    assert give_way(busy.workspace, hers.id) == "queued"
    waiting = record_of(busy.workspace, hers.id)
    assert (waiting.pid, waiting.pid_created, waiting.fraction) == (None, None, 0.4)
    assert dispatch.over_time_s(waiting) == 0.0
    assert ben.get(his.id).position == 0
    assert examine(busy.workspace)["problems"] == []
    dispatch.settle(busy.workspace)
    assert states() == ["queued", "running"]
    end(busy.workspace, his.id)
    assert states() == ["queued", "done"]
    assert anna.prepare(busy.row.id, CONFIG) == anna.get(hers.id)
    end(busy.workspace, training.id)
    assert states() == ["running", "done"]


def test_a_training_of_the_same_photos_goes_first_whoever_wants_it(
    busy: Place, give_way: GiveWay
) -> None:
    job = Jobs(busy.workspace, ANNA).prepare(busy.row.id, CONFIG)
    assert job is not None
    training = Jobs(busy.workspace, BEN).submit_train(busy.row.id, CONFIG)
    assert give_way(busy.workspace, job.id) == "queued"
    dispatch.settle(busy.workspace)
    assert record_of(busy.workspace, job.id).state == "queued"
    end(busy.workspace, training.id)
    assert record_of(busy.workspace, job.id).state == "starting"


def test_stop_is_heard_at_the_moment_of_giving_way(busy: Place, give_way: GiveWay) -> None:
    jobs = Jobs(busy.workspace, ANNA)
    job = jobs.prepare(busy.row.id, CONFIG)
    assert job is not None
    assert give_way(busy.workspace, job.id, lambda: jobs.stop(job.id)) == "stopped"
    assert jobs.get(job.id).error is None


def test_whoever_waits_can_be_stopped(busy: Place, give_way: GiveWay) -> None:
    jobs = Jobs(busy.workspace, ANNA)
    job, _ = jobs.prepare(busy.row.id, CONFIG), jobs.submit_train(busy.row.id, CONFIG)
    assert job is not None
    give_way(busy.workspace, job.id)
    jobs.stop(job.id)
    assert (jobs.get(job.id).state, jobs.get(job.id).error) == ("stopped", None)
