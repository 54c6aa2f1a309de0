"""Photo sets: listed, the same again, deleted where nobody needs them."""

from __future__ import annotations

import itertools

import pytest
from PIL import Image
from sqlalchemy import select

from pipeline.errors import PhotoSetError, RunError
from pipeline.jobs.job import new_job
from pipeline.workspace.doctor import examine
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import JobState
from pipeline.workspace.tables import JobRecord
from tests.workspaces import add_photo_set, add_run, class_folders


def test_a_set_is_listed_with_its_numbers(workspace, photo_set) -> None:
    (row,) = PhotoSets(workspace).list()
    assert row == photo_set
    assert row.accepted + len(row.rejected) == row.received == 40
    assert row.split_sizes == {"training": 32, "validation": 4, "test": 4}
    assert row.bytes > 10_000


def test_what_was_odd_is_kept_with_the_set(workspace, tmp_path) -> None:
    folder = class_folders(tmp_path / "photos")
    (folder / "Red ").mkdir()
    Image.new("RGB", (40, 40), (9, 9, 9)).save(folder / "Red " / "dark.png")
    notes = add_photo_set(workspace, folder).notes
    assert any("taken as one class" in note for note in notes)
    assert any("dark.png: It is blank" in note for note in notes)


def test_the_same_photos_are_the_same_set(workspace, photo_set, tmp_path) -> None:
    again = add_photo_set(workspace, tmp_path / "photos", name="Again")
    assert again.id == photo_set.id
    assert [row.name for row in PhotoSets(workspace).list()] == ["Colours"], "its owner named it"


def test_a_set_in_use_stays(workspace, photo_set) -> None:
    run = add_run(workspace, photo_set.id)
    with pytest.raises(PhotoSetError, match="1 run was trained"):
        PhotoSets(workspace).delete(photo_set.id)
    Runs(workspace).delete(run.id)
    PhotoSets(workspace).delete(photo_set.id)
    assert PhotoSets(workspace).list() == ()
    assert list(workspace.photo_sets_folder.iterdir()) == []
    assert examine(workspace)["healthy"]


def test_work_about_a_set_that_goes_is_asked_to_end(workspace, photo_set, tmp_path) -> None:
    other = add_photo_set(workspace, class_folders(tmp_path / "others", 22), name="Others")
    jobs = {}
    with workspace.database.writing() as session:
        for row, state in itertools.product((photo_set, other), ("queued", "running")):
            job = new_job("study", "Study", {"photo_set": row.id}, None)
            job.state = state
            session.add(job)
            jobs[row.name, state] = job.id
    PhotoSets(workspace).delete(photo_set.id)
    with workspace.database.reading() as session:
        records = {
            key: session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
            for key, job_id in jobs.items()
        }
        assert records["Colours", "queued"].state == JobState.STOPPED
        assert records["Colours", "running"].stop_requested_at is not None
        assert records["Others", "queued"].state == JobState.QUEUED
        assert records["Others", "running"].stop_requested_at is None


@pytest.mark.parametrize("kind", ["evaluate", "save"])
def test_what_somebody_waits_for_keeps_its_set_and_its_run(workspace, photo_set, kind) -> None:
    other = add_photo_set(workspace, class_folders(workspace.home.parent / "more", 22), "More")
    run = add_run(workspace, photo_set.id)
    job = new_job(kind, "Ask it", {"photo_set": other.id, "run": run.id}, None)
    job.state = "running"
    with workspace.database.writing() as session:
        session.add(job)
    with pytest.raises(PhotoSetError, match="in use: Ask it"):
        PhotoSets(workspace).delete(other.id)
    with pytest.raises(RunError, match="in use: Ask it"):
        Runs(workspace).delete(run.id)
    with workspace.database.writing() as session:
        session.get_one(JobRecord, job.number).state = "done"
    PhotoSets(workspace).delete(other.id)
    Runs(workspace).delete(run.id)
    assert examine(workspace)["healthy"]
