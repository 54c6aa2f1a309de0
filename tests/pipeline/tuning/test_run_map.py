"""The map of a run: drawn once, kept, and before beside after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.files.cache import Cache
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import silent
from pipeline.tuning import run_map
from pipeline.tuning.run_map import Mapped
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.workspaces import add_photo_set, class_folders


class Eye:
    """Sees the average colour of a photo, and how much of it."""

    image_size_px, num_features = 32, 3

    def __init__(self, name: str, bluer: float = 1) -> None:
        self.sha256, self._bluer, self.looked = name, bluer, 0

    def pooled(self, photos: np.ndarray) -> np.ndarray:
        self.looked += len(photos)
        return np.asarray(photos.mean(axis=(1, 2)) * (1, 1, self._bluer), np.float32)


@pytest.fixture
def photo_set(tmp_path: Path) -> PhotoSet:
    workspace = open_workspace(tmp_path / "home")
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 15))
    return PhotoSets(workspace).open(row.id)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", 2**30)


def test_it_is_drawn_once_and_goes_with_its_set(photo_set: PhotoSet, cache: Cache) -> None:
    eye = Eye("a")
    mapped = Mapped(photo_set, eye, None)  # type: ignore[arg-type]
    assert mapped.kept(cache) is None
    made = mapped.make(cache, silent)
    assert made.places.shape == (30, 2) and made.before is None
    assert np.array_equal(mapped.make(cache, silent).places, made.places)
    assert eye.looked == 30
    found = mapped.kept(cache)
    assert found is not None and np.array_equal(found.places, made.places)
    cache.clear(photo_set.id)
    assert mapped.kept(cache) is None


def test_another_network_has_another_map(photo_set: PhotoSet, cache: Cache) -> None:
    Mapped(photo_set, Eye("a"), None).make(cache, silent)  # type: ignore[arg-type]
    assert Mapped(photo_set, Eye("b"), None).kept(cache) is None  # type: ignore[arg-type]


def test_what_is_seen_alike_before_and_after_stays_where_it_is(
    photo_set: PhotoSet, cache: Cache
) -> None:
    both = Mapped(photo_set, Eye("after", 1.01), Eye("before"))  # type: ignore[arg-type]
    found = both.make(cache, silent)
    assert found.before is not None
    moved = np.linalg.norm(found.places - found.before, axis=1).mean()
    spread = np.linalg.norm(found.before - found.before.mean(axis=0), axis=1).mean()
    assert moved < 0.5 * spread


def test_only_some_photos_are_in_memory_at_a_time(
    photo_set: PhotoSet, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_map, "_CHUNK", 8)
    most: list[int] = []

    class Careful(Eye):
        def pooled(self, photos: np.ndarray) -> np.ndarray:
            most.append(len(photos))
            return super().pooled(photos)

    Mapped(photo_set, Careful("a"), None).make(cache, silent)  # type: ignore[arg-type]
    assert most == [8, 8, 8, 6]
