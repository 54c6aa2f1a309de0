"""The first training: at one press, with its photos or without; in the demo once for all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.errors import JobError
from pipeline.jobs.first_training import EVERYBODYS, NAME, FirstTraining
from pipeline.jobs.installed import installed_versions
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.opened import DRAWN_PETS, TUTORIAL
from pipeline.settings.presets import FIRST, FIRST_REAL
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import AlbumRecord, JobRecord, RunRecord
from tests.workspaces import add_photo_set, class_folders

ANNA, BEN = "a" * 32, "b" * 32


def come_from(workspace: Workspace, row: PhotoSetRow, source: str) -> None:
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, row.album_id).source = source


@pytest.fixture
def drawn(workspace: Workspace, photos: PhotoSetRow) -> PhotoSetRow:
    """A set that says it is the drawn pets."""
    come_from(workspace, photos, DRAWN_PETS)
    return photos


def ends_well(workspace: Workspace, job_id: str, versions: dict[str, str] | None = None) -> str:
    """A training has ended; its run's id."""
    with workspace.database.writing() as session:
        job = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
        assert job.run_id is not None
        run = find(session, job.run_id)
        job.state = run.state = JobState.DONE
        run.can_answer, run.versions = True, versions or installed_versions()
        return run.id


def test_it_takes_photos_that_are_there(workspace: Workspace, drawn: PhotoSetRow) -> None:
    job = FirstTraining(workspace).submit(DRAWN_PETS)
    (run,) = Runs(workspace).list()
    assert (run.name, run.config, run.photo_set_id) == (NAME, FIRST, drawn.id)
    assert job.run_id == run.id and run.job_id == job.id


def test_it_brings_photos_that_are_not_and_waits_for_them(workspace: Workspace) -> None:
    first = FirstTraining(workspace)
    real = first.submit(TUTORIAL)
    (coming,) = [job for job in first.active() if job.kind == "import"]
    assert (coming.request["source"], real.request["awaits"]) == (TUTORIAL, coming.id)
    assert real.request["config"] == FIRST_REAL.to_json()
    assert real.run_id is None


def test_photos_that_are_on_their_way_are_not_brought_twice(workspace: Workspace) -> None:
    coming = Jobs(workspace).submit_import(DRAWN_PETS, "Painted before anybody asked")
    job = FirstTraining(workspace).submit(DRAWN_PETS)
    assert job.request["awaits"] == coming.id


def test_a_second_press_starts_nothing(workspace: Workspace, drawn: PhotoSetRow) -> None:
    first = FirstTraining(workspace)
    assert first.submit(DRAWN_PETS).id == first.submit(DRAWN_PETS).id == first.at_work().id
    first.stop(first.at_work().id)
    assert first.at_work() is None


def test_the_tutorials_photos_are_known_by_their_file_too(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    first = FirstTraining(workspace)
    assert first.photos(TUTORIAL) is None
    for source in (TUTORIAL, "/some/where/cats_and_dogs_filtered.zip"):
        come_from(workspace, photos, source)
        found = first.photos(TUTORIAL)
        assert found is not None and found.id == photos.id
    assert first.photos(DRAWN_PETS) is None


def test_in_the_demo_it_is_computed_once(workspace: Workspace, drawn: PhotoSetRow) -> None:
    anna, ben = FirstTraining(workspace, ANNA), FirstTraining(workspace, BEN)
    job = anna.submit(DRAWN_PETS)
    assert ben.submit(DRAWN_PETS).id == job.id
    assert ben.finished(DRAWN_PETS) is None
    run_id = ends_well(workspace, job.id)
    found = ben.finished(DRAWN_PETS)
    assert found is not None
    assert (found.id, found.name, found.is_own) == (run_id, EVERYBODYS, False)
    with pytest.raises(JobError, match="for everybody here"):
        ben.stop(job.id)


def test_other_photos_settings_or_versions_are_trained_anew(
    workspace: Workspace, drawn: PhotoSetRow, tmp_path: Path
) -> None:
    first = FirstTraining(workspace)
    run_id = ends_well(workspace, first.submit(DRAWN_PETS).id)
    assert first.finished(DRAWN_PETS) is not None
    with workspace.database.writing() as session:
        find(session, run_id).versions = {**installed_versions(), "numpy": "0.1"}
    assert first.finished(DRAWN_PETS) is None
    with workspace.database.writing() as session:
        find(session, run_id).versions = installed_versions()
        find(session, run_id).config = {**FIRST.to_json(), "seed": 7}
    assert first.finished(DRAWN_PETS) is None
    with workspace.database.writing() as session:
        find(session, run_id).config = FIRST.to_json()
    folder = class_folders(tmp_path / "others", 20, ("cat", "dog"))
    come_from(workspace, add_photo_set(workspace, folder, "Drawn anew"), DRAWN_PETS)
    assert first.finished(DRAWN_PETS) is None


def test_a_run_that_was_deleted_is_trained_anew(workspace: Workspace, drawn: PhotoSetRow) -> None:
    first = FirstTraining(workspace)
    run_id = ends_well(workspace, first.submit(DRAWN_PETS).id)
    Runs(workspace).delete(run_id)
    assert first.finished(DRAWN_PETS) is None


def test_drawn_pets_of_another_visitor_are_not_everybodys(
    workspace: Workspace, tmp_path: Path
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "annas"), "Mine", visitor=ANNA)
    come_from(workspace, row, DRAWN_PETS)
    private = Jobs(workspace, ANNA).submit_import(DRAWN_PETS, "Anna's own")
    ben = FirstTraining(workspace, BEN)
    assert ben.photos(DRAWN_PETS) is None
    assert ben.submit(DRAWN_PETS).request["awaits"] != private.id
    with workspace.database.reading() as session:
        assert session.query(RunRecord).count() == 0
    assert PhotoSets(workspace, BEN).list() == ()
