"""The Explore page without its download; its answers are tested with the real network elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pages.ui import explore
from pipeline.jobs.queue import Jobs
from pipeline.photos.class_edits import RemoveClass
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, words


class Eye:
    image_size_px = 160

    def strongest_maps(self, photo: np.ndarray, k: int) -> np.ndarray:
        return np.linspace(0, 1, k * 25, dtype=np.float32).reshape(k, 5, 5)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The explorer's networks, played by short answers."""
    monkeypatch.setattr("pages.ui.networks.explorer_ready", lambda: True)
    monkeypatch.setattr("pages.ui.networks.eye", Eye)
    names = [("Egyptian cat", 0.44), ("tabby", 0.2), ("tiger cat", 0.1)]
    monkeypatch.setattr("pages.ui.networks.imagenet_names", lambda _jpeg: names)
    shapes = [("a batch of photos", (32, 160, 160, 3)), ("backbone", (32, 5, 5, 1280))]
    shapes += [("averaged", (32, 1280)), ("one number", (32, 1))]
    monkeypatch.setattr("pages.ui.networks.batch_shapes", lambda _id: shapes)


def test_offers_the_download_and_asks_for_it_once(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("explore")
    app.button(key="explore_prepare").click().run()
    assert not app.exception
    jobs = [job for job in Jobs(workspace).active() if job.kind == "explore"]
    assert len(jobs) == 1
    again = open_page("explore")  # another visitor sees the same work
    assert "Prepare the original network" in words(again)


def test_two_samples_any_photo_shapes_and_maps(
    prepared: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("explore")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3
    assert "Egyptian cat 44.0 %" in app.get("plotly_chart")[0].proto.alt
    code = [block.value for block in app.code]
    assert code == ["(32, 160, 160, 3)", "(32, 5, 5, 1280)", "(32, 1280)", "(32, 1)"]
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert len([alt for alt in alts if alt.startswith("Feature map")]) == 8
    assert "breeds of dogs" in words(app)


def test_an_uploaded_photo_is_named_and_a_text_file_refused(
    prepared: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    from tests.workspaces import jpeg

    app = open_page("explore")
    app.file_uploader(key="explore_upload").upload("mine.jpg", jpeg((9, 9, 200)), "image/jpeg")
    app.run()
    assert not app.exception
    assert "mine\\.jpg" in words(app)
    app.file_uploader(key="explore_upload").upload("notes.jpg", b"Dear diary,", "image/jpeg")
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


def test_heat_lies_where_the_feature_is() -> None:
    import io

    one = np.zeros((5, 5), np.float32)
    one[0, 0] = 1.0
    picture = explore.heat(np.full((160, 160, 3), 128, np.uint8), one)
    with Image.open(io.BytesIO(picture)) as drawn:
        pixels = np.asarray(drawn).astype(int)
    assert pixels.shape == (320, 320, 3)
    corner, centre = pixels[20, 20], pixels[200, 200]
    assert corner[0] - corner[2] > 60  # orange
    assert np.ptp(centre) < 12  # grey


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
