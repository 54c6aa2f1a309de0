"""The Explore page without its download; its answers are tested with the real network elsewhere."""

from __future__ import annotations

import io

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
from tests.pages.conftest import Open, alts, words


class Eye:
    image_size_px = 160

    def strongest_maps(self, photo: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        return np.arange(k)[::-1], np.linspace(0, 1, k * 25, dtype=np.float32).reshape(k, 5, 5)


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
    told = alts(app)
    assert len([alt for alt in told if alt.startswith("Feature map")]) == 8
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


def test_a_photo_is_bright_where_the_feature_is() -> None:
    """It was all orange fog."""
    one = np.zeros((5, 5), np.float32)
    one[0, 0] = 1.0
    picture = explore.spotlight(np.full((160, 160, 3), (90, 120, 200), np.uint8), one)
    with Image.open(io.BytesIO(picture)) as drawn:
        pixels = np.asarray(drawn).astype(int)
    assert pixels.shape == (320, 320, 3)
    corner, centre = pixels[8, 8], pixels[200, 200]
    assert np.abs(corner - (90, 120, 200)).max() < 12
    assert centre.max() < 50
    along = pixels[8, :160, 2]
    assert np.abs(np.diff(along)).max() < 12  # smoothly, not in squares


def test_the_photos_that_excite_a_feature_stand_beside_it(
    prepared: None, open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = np.arange(8 * 6).reshape(8, 6) % 40
    monkeypatch.setattr(explore.exciting_photos, "exciting_photos", lambda *_: found)
    app = open_page("explore")
    assert not app.exception
    assert "What have they in common?" in words(app)
    told = [one for one in alts(app) if one.startswith("Excites this feature: ")]
    assert len(told) == 8 * 6
    assert "explore_features" not in {one.key for one in app.button}


def test_the_network_looks_at_the_photos_when_somebody_asks(
    prepared: None,
    open_page: Open,
    workspace: Workspace,
    photo_set: PhotoSetRow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.tuning.material.weights_sha256", lambda _config: "0" * 64)
    app = open_page("explore")
    assert not [one for one in alts(app) if one.startswith("Excites")]
    app.button(key="explore_features").click().run()
    assert not app.exception
    (job,) = [job for job in Jobs(workspace).active() if job.kind == "prepare"]
    assert job.request["config"]["image_size_px"] == 160
    assert ["training", None] in job.request["needed"]
    assert "explore_features" not in {one.key for one in app.button}


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
