"""A sweep whose process is killed: it goes on where it was, with the very numbers."""

from __future__ import annotations

import dataclasses
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.jobs.queue import Jobs
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.tuning.sweep_plan import Plan
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.run import Run
from pipeline.workspace.sweeps import Sweeps
from pipeline.workspace.tables import JobRecord
from tests.sweeping import BASE, SPACES, curves
from tests.workspaces import add_photo_set, class_folders, finished, wait_for

pytestmark = pytest.mark.slow
PATIENCE_S = 200


def test_a_killed_sweep_goes_on_where_it_was(own_home: Path, tmp_path: Path) -> None:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 30))
    queue, sweeps = SweepQueue(workspace), Sweeps(workspace)
    plan = Plan(dataclasses.replace(BASE, epochs=60), SPACES, "tpe", 8)
    job = queue.submit_sweep(row.id, plan)

    def runs() -> tuple[Run, ...]:
        found = sweeps.of_job(job.id)
        return found.runs if found else ()

    wait_for(lambda: len(runs()) >= 3, "a third run", PATIENCE_S)
    with workspace.database.reading() as session:
        pid = session.scalar(select(JobRecord.pid).where(JobRecord.id == job.id))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    killed = finished(workspace, job.id)
    assert killed.state == "interrupted" and "press Continue to go on" in (killed.error or "")
    (sweep_id,) = sweeps.ids(row.id)
    before = sweeps.get(sweep_id)
    assert not any(run.state == "running" for run in before.runs)
    assert before.outcome is None and len(before.runs) < plan.runs
    done = finished(workspace, queue.continue_sweep(sweep_id).id, PATIENCE_S)
    assert done.state == "done", done.error
    after = sweeps.get(sweep_id)
    assert len(after.runs) == plan.runs and after.outcome is not None
    for old, new in zip(before.runs, after.runs, strict=False):
        assert old.id == new.id
        if old.state == "done":
            assert curves(old) == curves(new)
    whole = finished(workspace, queue.submit_sweep(row.id, plan).id, PATIENCE_S)
    same = sweeps.get(whole.result["sweep"])
    assert [curves(run) for run in same.runs] == [curves(run) for run in after.runs]
    assert Jobs(workspace).active() == ()
    assert examine(workspace)["problems"] == []
