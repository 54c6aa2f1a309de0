"""Asking for a sweep, or for the rest of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError, RunError
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.tuning.sweep_plan import Plan
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.sweeps import Sweeps
from tests.sweeping import BASE, SPACES
from tests.workspaces import add_photo_set, class_folders

pytestmark = pytest.mark.thorough


def test_a_double_click_is_one_sweep(workspace: Workspace, photos: PhotoSetRow) -> None:
    plan = Plan(BASE, SPACES, "random", 3)
    queue = SweepQueue(workspace)
    one, other = queue.submit_sweep(photos.id, plan), queue.submit_sweep(photos.id, plan)
    assert one.id == other.id
    assert len(Sweeps(workspace).ids(photos.id)) == 1
    assert one.kind == "sweep" and one.title == "Sweep Colours"


def test_photos_that_cannot_be_trained_on_are_refused_at_once(
    workspace: Workspace, tmp_path: Path
) -> None:
    one_class = add_photo_set(workspace, class_folders(tmp_path / "few", 20, ("blue",)))
    with pytest.raises(PhotoSetError, match="cannot be trained on yet"):
        SweepQueue(workspace).submit_sweep(one_class.id, Plan(BASE, SPACES))
    assert Sweeps(workspace).ids(one_class.id) == ()


def test_one_at_work_is_not_begun_twice(workspace: Workspace, photos: PhotoSetRow) -> None:
    queue = SweepQueue(workspace)
    job = queue.submit_sweep(photos.id, Plan(BASE, SPACES))
    (sweep_id,) = Sweeps(workspace).ids(photos.id)
    with pytest.raises(RunError, match="running already"):
        queue.continue_sweep(sweep_id)
    queue.stop(job.id)
    again = queue.continue_sweep(sweep_id)
    found = Sweeps(workspace).of_job(again.id)
    assert found is not None and found.id == sweep_id


def test_nobody_goes_on_with_the_sweep_of_another(workspace: Workspace, tmp_path: Path) -> None:
    theirs = add_photo_set(workspace, class_folders(tmp_path / "photos"), visitor="ann")
    ann, ben = SweepQueue(workspace, "ann"), SweepQueue(workspace, "ben")
    ann.stop(ann.submit_sweep(theirs.id, Plan(BASE, SPACES)).id)
    (sweep_id,) = Sweeps(workspace, "ann").ids(theirs.id)
    with pytest.raises(RunError, match="no such sweep"):
        ben.continue_sweep(sweep_id)
    assert ann.continue_sweep(sweep_id).kind == "sweep"
