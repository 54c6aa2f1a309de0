"""A job as its row tells it."""

from __future__ import annotations

from pipeline.jobs.queue import Jobs
from pipeline.progress import Stage, Step
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import JobRecord


def test_only_work_of_the_same_lane_is_ahead(workspace: Workspace) -> None:
    jobs = Jobs(workspace)
    jobs.submit_timing(TrainConfig())  # the network's lane
    first, second = (jobs.submit_import(f"/data/{name}") for name in ("birds", "cats"))
    assert [jobs.get(one.id).position for one in (first, second)] == [0, 1]
    jobs.stop(first.id)
    assert jobs.get(second.id).position == 0
    assert jobs.get(first.id).finished
    assert not jobs.get(second.id).finished


def test_a_step_of_a_later_version_is_no_stage(workspace: Workspace) -> None:
    job = Jobs(workspace).submit_import("/data/birds")
    for step, stage in (
        (None, None),
        ("dreaming", None),
        (Step.LOOKING_AT_VIEW, Stage(Step.LOOKING_AT_VIEW, epoch=2, epochs=5)),
    ):
        with workspace.database.writing() as session:
            record = session.query(JobRecord).filter_by(id=job.id).one()
            record.step, record.epoch, record.epochs = step, 2, 5
        assert Jobs(workspace).get(job.id).stage == stage
