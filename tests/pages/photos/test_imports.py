"""Imports on their way: ready sets, stop, what came of them."""

from __future__ import annotations

from pathlib import Path

from pages.ui import resources
from pages.ui.photos import tabs
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.tables import VersionRecord
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import change, open_tab, queued
from tests.workspaces import add_photo_set, class_folders


def test_a_failed_download_says_what_works_without_a_network(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("tutorial:cats_and_dogs_filtered", "Tutorial")
    change(workspace, job.id, state="failed", error="No connection to example.org.")
    app = open_page("photos")
    assert "No connection to example" in words(app)
    assert "Without the internet, the drawn pets work" in words(app)


def test_a_path_that_is_not_there_says_nothing_of_networks(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("/data/bird", "Birds")
    change(workspace, job.id, state="failed", error="There is no folder at /data/bird.")
    app = open_page("photos")
    assert "There is no folder" in words(app)
    assert "Without the internet" not in words(app)


def test_what_came_of_an_import_stands_on_the_page_once(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    with workspace.database.writing() as session:
        (version,) = session.query(VersionRecord).all()
        version.notes = ["The folders cats and Cats were taken as one class, Cats."]
    resources.forget_lists()
    photo_set = PhotoSets(workspace).get(photo_set.id)
    job = Jobs(workspace).submit_import("/data/birds", "Birds")
    app = open_page("photos")
    result = {
        "photo_set": photo_set.id,
        "received": 41,
        "accepted": 40,
        "rejected": list(photo_set.rejected),
        "notes": list(photo_set.notes),
    }
    change(workspace, job.id, state="done", result=result)
    app.run()
    assert "41 files received = 40 taken in + 1 rejected" in words(app)
    assert len(app.dataframe) == 1
    assert words(app).count("were taken as one class") == 1


def test_stop_takes_a_waiting_import_out_of_the_queue(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("drawn:pets", "Drawn pets")
    app = open_page("photos")
    app.button(key=f"stop_{job.id}").click().run()
    assert Jobs(workspace).get(job.id).state == "stopped"
    assert not app.exception


def test_a_finished_import_becomes_the_current_set(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    app = open_tab(open_page("photos"), tabs.ADD)
    app.button(key="photos_get_0").click().run()
    job = queued(workspace)[0]
    newer = add_photo_set(workspace, class_folders(tmp_path / "new", photos=12), "Newer")
    change(workspace, job.id, state="done", result={"photo_set": photo_set.id})
    resources.forget_lists()
    app.run()
    assert app.session_state["photo_set_id"] == photo_set.id
    assert newer.id != photo_set.id
    assert "41 files received" in words(app)


# === Bringing photos ===


def test_what_came_of_an_import_is_told_file_by_file(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("/data/birds", "Birds")
    app = open_page("photos")
    rejected = [
        {"name": "a.txt", "reason": "It is 1. 2. 3. text.", "advice": "Choose a photo. Or two."},
        {"name": "b.zip", "reason": "It is too large.", "advice": ""},
        {"name": "old.txt", "reason": "This is a text file. Leave it out."},  # before there was one
    ]
    change(
        workspace,
        job.id,
        state="failed",
        error="None of these files can be used.",
        result={"received": 3, "rejected": rejected},
    )
    app.run()
    assert "3 files received = 0 taken in + 3 rejected" in words(app)
    table = app.dataframe[0].value
    assert list(table["Reason"]) == [one["reason"] for one in rejected]
    assert list(table["What to do"]) == ["Choose a photo. Or two.", "Leave it out.", ""]
