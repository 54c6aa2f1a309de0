"""Imports that wait: somebody has to say first how the files are meant."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import JobError
from pipeline.jobs import dispatch, import_job
from pipeline.jobs.job import Job
from pipeline.jobs.questions import KEPT_S, Questions
from pipeline.jobs.queue import Jobs
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.sources.readings import Reading
from pipeline.progress import silent
from pipeline.workspace import exports_folder
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.tables import JobRecord
from tests.file_sets import make_zip
from tests.inputs import zips
from tests.workspaces import class_folders, jpeg

pytestmark = pytest.mark.thorough

ANNA, BEN = "a" * 32, "b" * 32


@pytest.fixture
def workspace(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    monkeypatch.setattr(import_job, "Decoder", lambda **_: Decoder(processes=1))
    return open_workspace(own_home)


def work(workspace: Workspace, job: Job) -> Job:
    """Do in this process what a worker does."""
    with workspace.database.reading() as session:
        record = session.query(JobRecord).filter_by(id=job.id).one()
        session.expunge(record)
    result = import_job.import_source(workspace, record, silent)
    with workspace.database.writing() as session:
        session.query(JobRecord).filter_by(id=job.id).update({"result": result, "state": "done"})
    return Jobs(workspace).get(job.id)


@pytest.fixture
def course(workspace: Workspace) -> Path:
    """The course set, as a zip that was dropped."""
    files = {
        f"{part}/{name}/{number}.jpg": jpeg(colour, seed=100 * size + number)
        for part, size in (("training_set", 6), ("test_set", 5))
        for name, colour in (("cats", (40, 60, 200)), ("dogs", (200, 60, 40)))
        for number in range(size)
    }
    files["single_prediction/1.jpg"] = jpeg((40, 200, 60), seed=7)
    return make_zip(workspace.uploads_folder / "0123.zip", files)


@pytest.fixture
def ask(workspace: Workspace, course: Path) -> Callable[..., Job]:
    def asking(visitor: str | None = None) -> Job:
        job = Jobs(workspace, visitor).submit_import(str(course), "Course", asks=True)
        return work(workspace, job)

    return asking


def test_what_is_not_plain_is_asked_and_the_upload_stays(
    workspace: Workspace, course: Path, ask
) -> None:
    job = ask()
    assert set(job.result) == {"layout", "asks"}
    assert job.result["layout"]["classes"] == {"cats": 11, "dogs": 11}
    assert course.exists()
    assert PhotoSets(workspace).list() == ()
    assert [one.id for one in Questions(workspace).open()] == [job.id]


def test_the_answer_imports_what_was_shown(workspace: Workspace, course: Path, ask) -> None:
    job = ask()
    shown = job.result["layout"]
    done = work(workspace, Questions(workspace).answer(job.id, Reading(shown["reading"])))
    (row,) = PhotoSets(workspace).list()
    assert (row.name, row.id) == ("Course", done.result["photo_set"])
    assert row.class_sizes == shown["classes"]
    assert (done.result["received"], done.result["accepted"]) == (23, 22)
    assert [one["name"] for one in done.result["rejected"]] == ["single_prediction/1.jpg"]
    assert done.result["layout"] == shown
    assert not course.exists()
    assert Questions(workspace).open() == ()
    with pytest.raises(JobError, match="has one by now"):
        Questions(workspace).answer(job.id, Reading.NONE)


def test_another_reading_is_one_answer_away(workspace: Workspace, ask) -> None:
    work(workspace, Questions(workspace).answer(ask().id, Reading.CLASSES))
    (row,) = PhotoSets(workspace).list()
    assert set(row.class_sizes) == {"single_prediction", "test_set", "training_set"}


def test_what_came_in_can_be_read_another_way(workspace: Workspace, tmp_path: Path) -> None:
    class_folders(tmp_path / "pets" / "train", photos=6)
    class_folders(tmp_path / "pets" / "test", photos=5)
    source = str(tmp_path / "pets")
    job = work(workspace, Jobs(workspace).submit_import(source, "Pets"))
    Questions(workspace).ask_again(job.id)
    assert [one.id for one in Questions(workspace).open()] == [job.id]
    done = work(workspace, Questions(workspace).answer(job.id, Reading.CLASSES))
    assert set(PhotoSets(workspace).get(done.result["photo_set"]).classes) == {"test", "train"}
    assert len(PhotoSets(workspace).list()) == 2, "what came in first stays"


def test_an_upload_that_was_imported_cannot_be_asked_about(workspace: Workspace, ask) -> None:
    job = work(workspace, Questions(workspace).answer(ask().id, Reading.SPLITS))
    with pytest.raises(JobError, match="Bring them once more"):
        Questions(workspace).ask_again(job.id)


def test_no_answer_is_an_answer(workspace: Workspace, course: Path, ask) -> None:
    job = ask()
    Questions(workspace).dismiss(job.id)
    assert not course.exists()
    assert Questions(workspace).open() == ()


def test_files_that_are_gone_are_no_question(workspace: Workspace, course: Path, ask) -> None:
    job = ask()
    course.unlink()
    assert Questions(workspace).open() == ()
    with pytest.raises(JobError, match="Bring them once more"):
        Questions(workspace).answer(job.id, Reading.NONE)


def test_names_that_could_be_others_are_asked(workspace: Workspace) -> None:
    names = [f"{word}/1.jpg".encode("cp852") for word in ("kočky", "psi")]
    path = workspace.uploads_folder / "0123.zip"
    zips.write(path, *(zips.Entry(name, jpeg((9, 9, 9), seed=1)) for name in names))
    job = work(workspace, Jobs(workspace).submit_import(str(path), "Pets", asks=True))
    assert "cp852" in [one["code_page"] for one in job.result["layout"]["code_pages"]]
    answered = Questions(workspace).answer(job.id, Reading.CLASSES, "cp852")
    photo_set = work(workspace, answered).result["photo_set"]
    assert PhotoSets(workspace).get(photo_set).classes == ("kočky", "psi")


def test_a_question_is_its_visitors(workspace: Workspace, ask) -> None:
    job = ask(ANNA)
    assert Questions(workspace, BEN).open() == ()
    assert [one.id for one in Questions(workspace, ANNA).open()] == [job.id]
    assert Questions(workspace, ANNA).answer(job.id, Reading.SPLITS).kind == "import"


def test_what_is_everybodys_asks_no_visitor(workspace: Workspace, ask) -> None:
    ask(None)
    assert Questions(workspace, ANNA).open() == ()


def test_a_question_is_forgotten_after_a_day(workspace: Workspace, ask) -> None:
    job = ask()
    with workspace.database.writing() as session:
        old = {"created_at": time.time() - KEPT_S - 1}
        session.query(JobRecord).filter_by(id=job.id).update(old)
    assert Questions(workspace).open() == ()


def test_plain_folders_are_imported_at_once(workspace: Workspace, tmp_path: Path) -> None:
    source = class_folders(tmp_path / "photos", photos=6)
    done = work(workspace, Jobs(workspace).submit_import(str(source), "Plain", asks=True))
    assert done.result["photo_set"]
    assert done.result["layout"]["plain"]
    assert Questions(workspace).open() == ()


def test_an_upload_that_nobody_wanted_goes_after_a_day(
    workspace: Workspace, course: Path, ask
) -> None:
    waiting = make_zip(workspace.uploads_folder / "4567.zip", {"a/1.jpg": b"x"})
    ask()
    Jobs(workspace).submit_import(str(waiting))
    exports_folder.sweep_uploads(workspace)
    assert course.exists()
    old = time.time() - exports_folder.KEPT_S - 60
    for path in (course, waiting):
        os.utime(path, (old, old))
    exports_folder.sweep_uploads(workspace)
    assert not course.exists()
    assert waiting.exists(), "its import is in the queue"
