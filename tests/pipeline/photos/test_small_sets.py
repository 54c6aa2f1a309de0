from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.run_score import CROSS_VALIDATED_BELOW
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.small_sets import groups_of_few
from tests.workspaces import add_photo_set, class_folders


@dataclass
class Set:
    """Stands for a photo set: how many photos there are, and how they look."""

    count: int
    prints: NDArray[np.uint8] | None = None

    @property
    def photos(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(clip=None)] * self.count

    def fingerprints(self) -> NDArray[np.uint8] | None:
        return self.prints


def small_set(count: int = 60) -> Any:
    return Set(count)


def test_a_large_set_has_test_photos_enough() -> None:
    assert groups_of_few(small_set(count=CROSS_VALIDATED_BELOW)) is None
    few = groups_of_few(small_set(count=CROSS_VALIDATED_BELOW - 1))
    assert few is not None
    assert few.tolist() == list(range(CROSS_VALIDATED_BELOW - 1))  # no fingerprints: each its own


def test_lookalikes_are_known() -> None:
    photo_set = small_set()
    photo_set.prints = np.random.default_rng(3).integers(0, 256, (60, FINGERPRINT_BYTES), np.uint8)
    photo_set.prints[41] = photo_set.prints[8]
    groups = groups_of_few(photo_set)
    assert groups is not None
    assert groups[41] == groups[8] == 8
    assert len(np.unique(groups)) == 59


def test_a_real_set_has_fingerprints(own_home: Path, tmp_path: Path) -> None:
    from pipeline.workspace.home import open_workspace
    from pipeline.workspace.photo_sets import PhotoSets

    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 6))
    groups = groups_of_few(PhotoSets(workspace).open(row.id))
    assert groups is not None
    assert groups.shape == (12,)
