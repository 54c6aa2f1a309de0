"""Asking on the Classify page: who answers, photos that are dropped, the camera."""

from __future__ import annotations

from pages.ui.classify import live_camera
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, finished_run, upload


def test_nobody_can_answer_yet(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("classify")
    assert "nobody can answer" in app.info[0].value
    assert "Go to Train" in [link.proto.label for link in app.main.get("page_link")]


def test_the_run_can_be_chosen_by_address(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    newer = finished_run(workspace, photo_set, "Newer")
    assert open_page("classify").selectbox(key="classify_choice").value == newer.id
    app = open_page("classify", run=run.id)
    assert app.selectbox(key="classify_choice").value == run.id


def test_a_run_that_cannot_answer_is_a_sentence(
    open_page: Open, photo_set: PhotoSetRow, run: Run
) -> None:
    app = open_page("classify", run="run-0000000000")
    assert not app.exception
    assert "cannot be used on this page" in app.warning[0].value
    assert app.selectbox(key="classify_choice").value == run.id


def test_the_camera_waits_to_be_asked(open_page: Open, run: Run) -> None:
    app = open_page("classify")
    assert live_camera.KEY not in [one.key for one in app.get("bidi_component")]
    app.toggle(key="classify_camera_on").set_value(True).run()
    assert not app.exception
    assert live_camera.KEY in [one.key for one in app.get("bidi_component")]


def test_what_is_no_photo_is_refused_in_a_sentence_not_by_the_browser(
    open_page: Open, run: Run
) -> None:
    app = open_page("classify")
    (uploader,) = app.file_uploader
    assert uploader.label == "Photos (JPEG, PNG, WebP, HEIC or AVIF)"
    assert not uploader.proto.type, "the browser refuses in a tooltip"
    upload(app, ("notes.txt", b"Dear diary, no picture."))
    assert app.error[0].value.replace("\\", "") == (
        "**notes.txt**: This is a text file, not a picture. "
        "Choose a JPEG, PNG, WebP, HEIC or AVIF file."
    )
