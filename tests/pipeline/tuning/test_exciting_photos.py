"""The training photos that excite each feature most."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import NotReady
from pipeline.tuning import exciting_photos
from pipeline.tuning.exciting_photos import LOOKING, largest
from pipeline.tuning.material import needed
from pipeline.workspace.home import Workspace, open_workspace
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


def test_the_largest_of_every_feature_come_first() -> None:
    rng = np.random.default_rng(0)
    pooled = rng.random((500, 150), np.float32)
    found = largest(pooled, 6)
    assert found.shape == (150, 6)
    for feature in (0, 63, 64, 149):
        assert found[feature].tolist() == np.argsort(-pooled[:, feature])[:6].tolist()


def test_of_few_photos_there_are_no_more_than_those() -> None:
    assert largest(np.array([[1, 5], [3, 4]], np.float32), 6).tolist() == [[1, 0], [0, 1]]


def test_they_are_training_photos_by_their_place_in_the_set(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 20))

    class Seen:
        def __init__(self, *_: object) -> None:
            self.indices = {"training": np.array([7, 11, 30])}

        def pooled(self, split: str, view: int | None) -> np.ndarray:
            assert (split, view) in needed(LOOKING)
            return np.array([[0.5], [0.1], [0.9]], np.float32)

    monkeypatch.setattr(exciting_photos, "Material", Seen)
    assert exciting_photos.exciting_photos(workspace, row.id, 2).tolist() == [[30, 7]]


def test_nothing_is_looked_at_here(workspace: Workspace, tmp_path: Path) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 20))
    with pytest.raises(NotReady):
        exciting_photos.exciting_photos(workspace, row.id, 2)
