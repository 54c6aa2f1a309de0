"""Sweeps as rows: whose they are, and what of them goes with what."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import RunError
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.sweeps import Sweeps
from tests.workspaces import add_photo_set, add_run, add_sweep, class_folders


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def photos(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "photos"))


def test_a_sweep_knows_its_runs_and_they_know_it(workspace: Workspace, photos: PhotoSetRow) -> None:
    apart = add_run(workspace, photos.id)
    one, other = add_sweep(workspace, photos.id), add_sweep(workspace, photos.id, 1)
    assert [run.name for run in one.runs] == ["Run 1", "Run 2", "Run 3"]
    assert one.default is not None and one.default.name == "Run 0"
    place = one.runs[1].sweep
    assert place is not None and (place.id, place.settings) == (one.id, {"dropout": 0.2})
    assert len(other.runs) == 1 and other.number > one.number
    assert Runs(workspace).get(apart.id).sweep is None
    assert Sweeps(workspace).ids(photos.id) == (other.id, one.id)
    found = Sweeps(workspace).of_job("job-1")
    assert found is not None and found.id in (one.id, other.id)


def test_a_run_that_was_deleted_is_missing_and_no_more(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    made = add_sweep(workspace, photos.id)
    Runs(workspace).delete(made.runs[0].id)
    assert [run.name for run in Sweeps(workspace).get(made.id).runs] == ["Run 2", "Run 3"]


def test_it_goes_with_its_photos(workspace: Workspace, photos: PhotoSetRow) -> None:
    made = add_sweep(workspace, photos.id, 1)
    for run in Runs(workspace).list():
        if not run.is_example:
            Runs(workspace).delete(run.id)
    PhotoSets(workspace).delete(photos.id)
    with pytest.raises(RunError, match="no such sweep"):
        Sweeps(workspace).get(made.id)


def test_a_sweep_goes_with_the_runs_that_nobody_needs(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    made = add_sweep(workspace, photos.id)
    best = made.runs[1]
    with workspace.database.writing() as session:
        find(session, best.id).can_answer = True
    assert Sweeps(workspace).delete(made.id) == 3
    assert [run.id for run in Runs(workspace).list() if not run.is_example] == [best.id]
    assert Sweeps(workspace).ids(photos.id) == ()
    place = Runs(workspace).get(best.id).sweep
    assert place is not None and place.settings == {"dropout": 0.2}, "how it came about stays"


def test_one_at_work_is_not_deleted(workspace: Workspace, photos: PhotoSetRow) -> None:
    made = add_sweep(workspace, photos.id, 1)
    with workspace.database.writing() as session:
        find(session, made.runs[0].id).state = "running"
    with pytest.raises(RunError, match="still running"):
        Sweeps(workspace).delete(made.id)
    assert Sweeps(workspace).ids(photos.id) == (made.id,)


def test_visitors_see_their_own(workspace: Workspace, photos: PhotoSetRow) -> None:
    made = add_sweep(workspace, photos.id, 1, visitor="ann")
    assert Sweeps(workspace, "ben").ids(photos.id) == ()
    with pytest.raises(RunError, match="no such sweep"):
        Sweeps(workspace, "ben").get(made.id)
    assert Sweeps(workspace, "ben").of_job("job-1") is None
    assert Sweeps(workspace, "ann").ids(photos.id) == (made.id,)
