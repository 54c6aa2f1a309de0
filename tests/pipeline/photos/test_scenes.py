"""Which photos of a set show one scene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.photos import packs
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import scenes
from tests.pipeline.photos.checkup.conftest import Maker


@pytest.fixture
def photo_set(tmp_path: Path) -> PhotoSet:
    """Three photos of one scene, and two others."""
    maker = Maker(tmp_path)
    maker.add(0, 3, shows=9)
    maker.add(1, 2)
    return maker.made("cat", "dog", divide=False)


def test_photos_of_one_scene_share_a_number_among_those_that_are_asked_about(
    photo_set: PhotoSet,
) -> None:
    found = scenes(photo_set, np.arange(5))
    assert found is not None
    assert found.tolist() == [0, 0, 0, 3, 4]
    some = scenes(photo_set, np.array([1, 2, 4]))
    assert some is not None
    assert some.tolist() == [0, 0, 2]


def test_of_a_set_without_fingerprints_nobody_knows(
    photo_set: PhotoSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "fingerprints", lambda *_: None)
    assert scenes(photo_set, np.arange(3)) is None
