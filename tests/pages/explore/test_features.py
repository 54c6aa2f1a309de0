"""The features that answer loudest, and what excites each most."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pages.ui.explore import features
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, alts, words


def test_eight_features_are_shown(prepared: None, open_page: Open, photo_set: PhotoSetRow) -> None:
    told = alts(open_page("explore"))
    assert len([alt for alt in told if alt.startswith("Feature map")]) == features.MAPS == 8


def test_a_photo_is_bright_where_the_feature_is() -> None:
    """It was all orange fog."""
    one = np.zeros((5, 5), np.float32)
    one[0, 0] = 1.0
    picture = features.spotlight(np.full((160, 160, 3), (90, 120, 200), np.uint8), one)
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
    monkeypatch.setattr(features.exciting_photos, "exciting_photos", lambda *_: found)
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
