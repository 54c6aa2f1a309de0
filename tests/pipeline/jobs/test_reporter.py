"""A training that has learned all it will lets the next one learn while it packs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.jobs.reporter import Reporter
from pipeline.progress import Stage, Step
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord
from tests.workers import stand_in
from tests.workspaces import add_photo_set, class_folders, wait_for

Training = tuple[str, Reporter]


@pytest.fixture
def workspace(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """One where this process stands for every worker, and all of them live."""
    stand_in(monkeypatch)
    monkeypatch.setattr("pipeline.jobs.reporter.LISTEN_EVERY_S", 0.01)
    return open_workspace(own_home)


@pytest.fixture
def submit(workspace: Workspace, tmp_path: Path) -> Iterator[Callable[[], str]]:
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))
    yield lambda: Jobs(workspace).submit_train(row.id, TrainConfig(batch_size=8)).id


def state(workspace: Workspace, job_id: str) -> JobState:
    return Jobs(workspace).get(job_id).state


def lane(workspace: Workspace, job_id: str) -> str:
    with workspace.database.reading() as session:
        return session.scalars(select(JobRecord.lane).where(JobRecord.id == job_id)).one()


def finish(workspace: Workspace, job_id: str) -> None:
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
        dispatch.end(session, record, JobState.DONE, None)


def test_the_next_training_learns_while_one_packs(workspace, submit) -> None:
    first, second, third = submit(), submit(), submit()
    jobs = Jobs(workspace)
    assert [jobs.get(one).position for one in (first, second, third)] == [0, 1, 2]
    with closing(Reporter(workspace, first)) as report:
        report.finish_in_peace()
        report(Stage(Step.PACKING))
        assert state(workspace, second) == "queued", "it still has its lane"
        report.leave_lane()
        # Its listening thread may be the one that hands the lane on, at the same moment.
        wait_for(lambda: state(workspace, second) == "running", "that the lane is free")
        assert state(workspace, first) == "running"
        assert jobs.get(third).position == 1, "who packs is not in the way"
        report(Stage(Step.SCORING))
    assert jobs.get(first).is_packing
    assert not jobs.get(second).is_packing


def test_one_packs_at_a_time_and_none_is_forgotten(workspace, submit) -> None:
    first, second, third = submit(), submit(), submit()
    with closing(Reporter(workspace, first)) as packs:
        packs.leave_lane()
        with closing(Reporter(workspace, second)) as waits:
            waits.leave_lane()
            assert lane(workspace, second) == "network"
            assert state(workspace, third) == "queued", "no pile of trainings that all pack"
            finish(workspace, first)
            wait_for(lambda: state(workspace, third) == "running", "that the lane is free")
            assert lane(workspace, second) == "packing"


def test_a_run_says_that_it_has_learned_all(workspace, submit) -> None:
    first = submit()
    run_id = Jobs(workspace).get(first).run_id or ""
    with closing(Reporter(workspace, first)) as report:
        report(Stage(Step.LEARNING, phase="fine_tuning", epoch=2, epochs=2))
        assert not Runs(workspace).get(run_id).is_packing
        report(Stage(Step.PACKING))
        assert Runs(workspace).get(run_id).is_packing
        assert Runs(workspace).get(run_id).state == "running"
    finish(workspace, first)
    assert not Runs(workspace).get(run_id).is_packing


def test_it_gives_way_before_the_next_one_starts(workspace, submit) -> None:
    first, second = submit(), submit()
    seen = []
    gave_way = lambda: seen.append(state(workspace, second))  # noqa: E731
    with closing(Reporter(workspace, first, None, gave_way)) as report:
        report.leave_lane()
    assert seen == ["queued"]


def test_a_disk_that_is_full_at_that_moment_ends_no_training(
    workspace, submit, monkeypatch
) -> None:
    first, second = submit(), submit()
    real, tries = dispatch.settle, []

    def settle(workspace: Workspace) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError(28, "No space left on device")
        real(workspace)

    with closing(Reporter(workspace, first)) as report:
        monkeypatch.setattr(dispatch, "settle", settle)
        report.leave_lane()
        wait_for(lambda: state(workspace, second) == "running", "that it is tried again")


def test_leaving_twice_is_leaving_once(workspace, submit) -> None:
    first, gave_way = submit(), []
    with closing(Reporter(workspace, first, None, lambda: gave_way.append(1))) as report:
        report.leave_lane()
        report.leave_lane()  # as a sweep does, which packs two
    assert gave_way == [1]
