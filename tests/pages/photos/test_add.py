"""Bringing photos in: a path, files that were dropped, the camera."""

from __future__ import annotations

import zipfile
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.ui.photos import add, tabs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.parts.test_uploads import zipped
from tests.pages.photos.conftest import open_tab, queued, submit
from tests.workspaces import jpeg


def adding(app: AppTest, way: str = add.FILES) -> AppTest:
    app.session_state["photos_way"] = way
    return open_tab(app, tabs.ADD)


def test_a_path_becomes_a_job(no_first_import, open_page: Open, workspace: Workspace) -> None:
    app = adding(open_page("photos"), add.PATH)
    app.text_input(key="photos_path").input("/data/birds")
    submit(app, "Import from this path")
    request = queued(workspace)[0].request
    assert request["source"] == "/data/birds"
    assert {request[key] for key in ("name", "data_dir", "into", "label")} == {None}


def test_an_empty_path_is_a_sentence(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = adding(open_page("photos"), add.PATH)
    submit(app, "Import from this path")
    assert "Type the path" in app.error[0].value
    assert queued(workspace) == []


def test_a_dropped_zip_is_kept_and_imported_at_once(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = adding(open_page("photos"))
    uploader = app.file_uploader(key="photos_upload_files_0")
    sent = zipped()
    uploader.upload("garden.zip", sent, "application/zip").run()
    job = queued(workspace)[0]
    assert job.request["name"] == "garden"
    kept = Path(job.request["source"])
    assert kept.parent == workspace.uploads_folder
    assert kept.read_bytes() == sent
    # the browser's copy is let go: the uploader has a new key
    app = adding(app)
    assert "photos_upload_files_1" in [uploader.key for uploader in app.file_uploader]


def test_dropped_photos_take_the_label_that_was_chosen_and_join_the_set(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = adding(open_page("photos"))
    app.selectbox(key=f"photos_into_{photo_set.id}").select(photo_set.id).run()
    app.selectbox(key=f"photos_loose_{photo_set.id}").select("red").run()
    uploader = app.file_uploader(key="photos_upload_files_0")
    uploader.upload("a.jpg", jpeg((200, 60, 40), seed=400), "image/jpeg").run()
    job = queued(workspace)[0]
    assert (job.request["into"], job.request["label"]) == (photo_set.id, "red")
    with zipfile.ZipFile(job.request["source"]) as archive:
        assert archive.namelist() == ["a.jpg"]


def test_the_camera_opens_once_it_is_said_what_it_shall_see(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = adding(open_page("photos"), add.CAMERA)
    assert "Choose above what the pictures show" in words(app)
    app.selectbox(key=f"photos_into_{photo_set.id}").select(photo_set.id).run()
    app.selectbox(key=f"photos_loose_{photo_set.id}").select("red").run()
    assert not app.exception
    assert "What you take goes into **red** (20 photos so far)" in words(app)
