"""An import that asks how its files are meant: what was understood, and one click for each way."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.photos import add
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.dry_run import dry_run
from pipeline.workspace.home import Workspace
from tests.file_sets import make_folder, make_zip
from tests.inputs import zips
from tests.inputs.zips import Entry
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import change, queued, submit
from tests.pages.photos.test_add import adding

COURSE = {
    **{f"training_set/{name}/{n}.jpg": b"x" for name in ("cats", "dogs") for n in range(6)},
    **{f"test_set/{name}/{n}.jpg": b"x" for name in ("cats", "dogs") for n in range(2)},
    "single_prediction/1.jpg": b"x",
}


@pytest.fixture
def course(workspace: Workspace) -> Path:
    return make_zip(workspace.uploads_folder / "0123.zip", COURSE)


@pytest.fixture
def asking(no_first_import, open_page: Open, workspace: Workspace, course: Path) -> AppTest:
    """The Photos page after a look at the course set."""
    job = Jobs(workspace).submit_import(str(course), "*Course*", label="red", asks=True)
    layout = dry_run(str(course), workspace.downloads_folder)
    change(workspace, job.id, state="done", result={"layout": layout, "asks": True})
    return open_page("photos")


def press(app: AppTest, label: str) -> None:
    submit(app, label)
    assert not app.exception
    assert not app.error


def test_what_was_understood_is_shown_before_it_is_kept(asking: AppTest) -> None:
    assert "Read as 2 classes, 2 splits; left out: 1 file." in words(asking)
    assert "\\*Course\\*: is this how you mean it?" in words(asking)
    tree = next(code.value for code in asking.code if "training" in code.value)
    assert tree.splitlines()[:3] == ["training: 12 photos", "    cats: 6", "    dogs: 6"]
    assert "photos to try a finished network on" in words(asking)
    plain = words(asking).replace("\\", "")
    assert "3 classes: single_prediction, test_set and training_set." in plain


@pytest.mark.parametrize(
    ("label", "reading"),
    [
        ("Import like this", "splits"),
        ("Each folder is a class", "classes"),
        ("Nothing: I label them myself", "none"),
    ],
)
def test_each_way_is_one_click(
    asking: AppTest, workspace: Workspace, course: Path, label: str, reading: str
) -> None:
    press(asking, label)
    (job,) = queued(workspace)
    assert job.request["reading"] == reading
    assert job.request["source"] == str(course)
    assert (job.request["name"], job.request["label"]) == ("*Course*", "red")
    assert not job.request["asks"]
    assert "is this how you mean it?" not in words(asking)


SURPRISES = {
    "a phone": (
        {f"DCIM/{100 + n % 2}APPLE/IMG_{n:04}.jpg": b"x" for n in range(12)},
        "12 photos in 100APPLE and 101APPLE came without a label",
        "Each folder is a class",
        "classes",
    ),
    "Roboflow without folders": (
        {f"train/{name}-{n}_jpg.rf.{n}ab.jpg": b"x" for name in ("cat", "dog") for n in range(6)},
        "cat: 6",
        "Nothing: I label them myself",
        "none",
    ),
    "augmented": (
        {
            f"{part}/{name}/{n}.jpg": b"x"
            for part in ("train_augmented", "test_original")
            for name in ("cats", "dogs")
            for n in range(6)
        },
        "Read as 2 classes, 2 splits",
        "Each folder is a class",
        "classes",
    ),
}


@pytest.mark.parametrize("name", SURPRISES)
def test_surprising_layouts_are_shown_and_read_another_way(
    no_first_import, open_page: Open, workspace: Workspace, name: str
) -> None:
    files, shown, label, reading = SURPRISES[name]
    path = make_zip(workspace.uploads_folder / "0123.zip", files)
    job = Jobs(workspace).submit_import(str(path), "Set", asks=True)
    layout = dry_run(str(path), workspace.downloads_folder)
    change(workspace, job.id, state="done", result={"layout": layout, "asks": True})
    app = open_page("photos")
    trees = "\n".join(code.value for code in app.code)
    assert shown in words(app).replace("\\", "") + trees
    press(app, label)
    assert [queued_job.request["reading"] for queued_job in queued(workspace)] == [reading]


def test_nothing_is_imported_and_the_upload_goes(
    asking: AppTest, workspace: Workspace, course: Path
) -> None:
    press(asking, "Do not import")
    assert queued(workspace) == []
    assert not course.exists()
    assert "is this how you mean it?" not in words(asking)


def test_files_that_were_moved_away_are_a_sentence(asking: AppTest, course: Path) -> None:
    course.unlink()
    submit(asking, "Import like this")
    assert not asking.exception
    assert "is this how you mean it?" not in words(asking)


def test_what_is_brought_is_asked_about(
    no_first_import, open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    app = adding(open_page("photos"), add.PATH)
    app.text_input(key="photos_path").input(str(make_folder(tmp_path / "course", COURSE)))
    submit(app, "Import from this path")
    assert queued(workspace)[0].request["asks"] is True


def test_the_account_tells_how_files_were_read(
    no_first_import, open_page: Open, workspace: Workspace, course: Path
) -> None:
    job = Jobs(workspace).submit_import(str(course), "Course")
    layout = dry_run(str(course), workspace.downloads_folder)
    result = {"received": 17, "accepted": 0, "rejected": [], "layout": layout}
    app = open_page("photos")
    change(workspace, job.id, state="failed", error="Nothing could be used.", result=result)
    app.run()
    assert not app.exception
    assert [one.label for one in app.expander if one.label.startswith("Read as 2 classes")]


def test_names_that_could_be_others_are_chosen_by_how_they_look(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    names = [f"{word}/{n}.jpg".encode("cp852") for word in ("kočky", "psi") for n in range(6)]
    path = workspace.uploads_folder / "0123.zip"
    zips.write(path, *(Entry(name, b"x") for name in names))
    job = Jobs(workspace).submit_import(str(path), "Pets", asks=True)
    layout = dry_run(str(path), workspace.downloads_folder)
    change(workspace, job.id, state="done", result={"layout": layout, "asks": True})
    app = open_page("photos")
    assert "Do others look right?" in words(app)
    press(app, "kočky")
    (job,) = queued(workspace)
    assert (job.request["code_page"], job.request["reading"]) == ("cp852", "classes")
    assert "do you mean it so?" not in words(app)


def test_an_import_that_is_over_can_be_read_another_way(
    no_first_import, open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    source = make_folder(tmp_path / "course", COURSE)
    job = Jobs(workspace).submit_import(str(source), "Course")
    layout = dry_run(str(source), workspace.downloads_folder)
    app = open_page("photos")
    result = {"received": 17, "accepted": 0, "rejected": [], "layout": layout}
    change(workspace, job.id, state="done", result=result)
    app.run()
    press(app, "Read it another way")
    assert "is this how you mean it?" in words(app)
    press(app, "Each folder is a class")
    assert queued(workspace)[0].request["reading"] == "classes"
