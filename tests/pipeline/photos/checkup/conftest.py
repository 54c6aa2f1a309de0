"""Made-up photo sets, whose photos look alike where a test wants it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from pipeline.photos import near_duplicates, writing
from pipeline.photos.checkup.checkup import Checkup
from pipeline.photos.checkup.findings import Finding
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES, Origin
from pipeline.photos.decoding.measures import NAMES
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.near_duplicates import Lookalikes
from pipeline.photos.packs import Fresh
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import assign_splits


class Maker:
    """Builds sets of made-up photos; what a photo shows is its number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.photos: list[Photo] = []
        self.looks: dict[str, bytes] = {}

    def add(
        self,
        class_index: int,
        count: int,
        shows: int | None = None,
        measures: bytes = b"",
        **changes: object,
    ) -> None:
        for _ in range(count):
            number = len(self.photos)
            photo = Photo(
                name=f"{number:04}.jpg",
                class_index=class_index,
                split="training",
                sha256=f"{number:064x}",
                width=400,
                height=300,
                note=None,
                origin=Origin("JPEG", 1000 + number * 389 % 1000, 900, turned=False),
            )
            self.photos.append(replace(photo, **changes))
            shown = look(number if shows is None else shows)
            self.looks[self.photos[-1].sha256] = shown + measures

    def made(self, *classes: str, divide: bool = True) -> PhotoSet:
        photos = self.photos
        if divide:
            splits = assign_splits([one.class_index for one in photos], [None] * len(photos), 0)
            photos = [replace(one, split=split) for one, split in zip(photos, splits, strict=True)]
        content = Manifest.ordered(classes, photos, 0)
        fresh = {one.sha256: Fresh(4, lambda: b"jpeg") for one in content.photos}
        return writing.write(content, self.looks, fresh, None, self.folder)


def look(number: int) -> bytes:
    return np.random.default_rng(number).integers(0, 256, FINGERPRINT_BYTES, np.uint8).tobytes()


def measures(**changes: int) -> bytes:
    """Those of an ordinary photo, but for some."""
    usual = {"brightness": 117, "contrast": 200, "red": 124, "green": 116, "blue": 105}
    values = usual | {"colour": 25, "detail": 87} | changes
    return bytes(values[name] for name in NAMES)


@pytest.fixture
def maker(tmp_path: Path, same_look_only: None) -> Maker:
    return Maker(tmp_path / "sets")


@pytest.fixture
def same_look_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up photos look alike when their fingerprints are equal; the real rule has its tests."""

    def lookalikes(prints: NDArray[np.uint8]) -> Lookalikes:
        seen: dict[bytes, int] = {}
        groups = np.array([seen.setdefault(one.tobytes(), i) for i, one in enumerate(prints)])
        return Lookalikes(groups, groups)

    def copies(
        prints: NDArray[np.uint8],
        labels: NDArray[np.int64],
        these: NDArray[np.int64],
        those: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        there = {(labels[one], prints[one].tobytes()): one for one in those[::-1]}
        found = [there.get((labels[one], prints[one].tobytes()), -1) for one in these]
        return np.array(found, np.int64)

    monkeypatch.setattr(near_duplicates, "lookalikes", lookalikes)
    monkeypatch.setattr(near_duplicates, "copies", copies)


def titled(found: Checkup, words: str) -> Finding:
    (finding,) = [one for one in found.findings if words in one.title]
    return finding


def mended(photo_set: PhotoSet, finding: Finding, label: str) -> Manifest:
    (mend,) = [one for one in finding.mends if label in one.label]
    assert mend.edit is not None
    return mend.edit.apply(photo_set.content)
