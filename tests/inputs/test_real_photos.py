"""The tutorial's real photos through the real way: all accounted for, memory flat."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from pipeline.photos.decoding.decode import square
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.progress import Stage

pytestmark = pytest.mark.slow
SPLIT_OF = {"train": "training", "validation": "validation"}


def test_two_thousand_nine_hundred_ninety_nine_photos(shared: Path, tmp_path: Path) -> None:
    memory: list[int] = []  # bytes, after each hundred photos of every stage

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        if done and done % 100 < 64:
            memory.append(psutil.Process().memory_info().rss)

    with zipfile.ZipFile(shared / "photos" / "cats_and_dogs_filtered.zip") as archive:

        def photos() -> Iterator[Incoming]:
            for member in archive.infolist():
                if not member.is_dir():
                    _, split, class_name, _ = member.filename.split("/")
                    yield Incoming(
                        member.filename,
                        class_name,
                        SPLIT_OF[split],
                        lambda member=member: archive.read(member),
                    )

        with Decoder() as decoder:
            imported = import_photos(photos(), tmp_path / "sets", decoder, report)
    photo_set = imported.photo_set
    array = photo_set.arrays(160, tmp_path / "cache", report)

    assert imported.received == 2999
    assert [error.name.split("/")[-1] for error in imported.rejected] == ["dog.74.jpg"]
    assert "same picture" in str(imported.rejected[0].why)
    assert photo_set.counts() == {
        "training": {"cats": 999, "dogs": 999},
        "validation": {"cats": 400, "dogs": 400},
        "test": {"cats": 100, "dogs": 100},
    }
    assert photo_set.check() == []
    assert array.shape == (2998, 160, 160, 3)
    assert np.array_equal(array[1234], square(photo_set.jpeg(1234), 160))
    assert max(memory) - memory[0] < 60 * 2**20, "230 MB of pixels went through"
