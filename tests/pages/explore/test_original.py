"""What the original network says of photos."""

from __future__ import annotations

import numpy as np

from pipeline.photos.class_edits import RemoveClass
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, words
from tests.workspaces import jpeg


def test_two_samples_and_any_photo_have_answers(
    prepared: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("explore")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3
    assert "Egyptian cat 44.0 %" in app.get("plotly_chart")[0].proto.alt
    assert "breeds of dogs" in words(app)


def test_an_uploaded_photo_is_named_and_a_text_file_refused(
    prepared: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("explore")
    app.file_uploader(key="explore_upload").upload("mine.jpg", jpeg((9, 9, 200)), "image/jpeg")
    app.run()
    assert not app.exception
    assert "mine\\.jpg" in words(app)
    assert not app.file_uploader(key="explore_upload").proto.type, (
        "the browser refuses in a tooltip"
    )
    app.file_uploader(key="explore_upload").upload("notes.txt", b"Dear diary,", "text/plain")
    app.run()
    assert not app.exception
    assert "text file" in app.error[0].value


def test_other_samples_come_on_request(
    prepared: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("explore")
    before = app.session_state["explore_turn"]
    app.button(key="explore_other").click().run()
    assert app.session_state["explore_turn"] == before + 1


def test_empty_classes_are_not_asked_about(
    prepared: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    versions, photos = Versions(workspace), PhotoSets(workspace).open(photo_set.id)
    blue = tuple(np.flatnonzero(photos.labels() == photos.classes.index("blue")).tolist())
    row = versions.edit(photo_set.id, RemovePhotos(blue))
    assert row.class_sizes["blue"] == 0
    app = open_page("explore")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key=f"explore_class_{row.id}").options == ["red"]
    assert len(app.get("plotly_chart")) == 2
    assert app.button(key="explore_other").label == "Another photo"


def test_a_set_of_one_class_is_asked_about(
    prepared: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Versions(workspace).edit(photo_set.id, RemoveClass("blue"))
    app = open_page("explore")
    assert not app.exception
    assert not app.error
    assert app.selectbox[-1].options == ["red"]
