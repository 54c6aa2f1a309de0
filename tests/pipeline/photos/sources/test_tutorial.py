"""The tutorial's photos: a zip that is fetched once, kept whole, and refused when it is another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest

from pipeline.errors import DownloadError
from pipeline.photos.sources import open_source
from pipeline.progress import silent
from tests.file_sets import PHOTO, make_zip
from tests.loopback import Loopback, Reply, only_loopback

TUTORIAL = "tutorial:cats_and_dogs_filtered"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    only_loopback(monkeypatch)
    monkeypatch.setattr("pipeline.files.download_tries._PAUSE_S", 0)
    with Loopback() as server:
        monkeypatch.setenv("PAWTUNE_MIRROR", server.address)
        yield server


class TestTutorial:
    FILES: ClassVar = {
        "cats_and_dogs_filtered/vectorize.py": b"import os",
        "cats_and_dogs_filtered/train/cats/cat.0.jpg": PHOTO,
        "cats_and_dogs_filtered/validation/dogs/dog.2000.jpg": PHOTO,
    }

    @pytest.fixture
    def data(self, tmp_path: Path) -> bytes:
        return make_zip(tmp_path / "served.zip", self.FILES).read_bytes()

    def test_the_whole_zip_is_kept_and_used_again(self, server, data: bytes, tmp_path: Path):
        server.serve("/cats_and_dogs_filtered.zip", Reply(data))
        for _ in range(2):
            with open_source(TUTORIAL, tmp_path / "downloads", silent) as opened:
                items = list(opened.photos)
        assert len(server.requests) == 1
        assert opened.title == "Cats and dogs, tutorial set"
        assert opened.total == 3
        assert [(item.split, item.class_name) for item in items[:2]] == [
            ("training", "cats"),
            ("validation", "dogs"),
        ]
        assert items[2].class_name == "", "the decoder says that it is no picture"

    def test_a_zip_that_broke_on_the_disk_is_fetched_again(self, server, data, tmp_path: Path):
        server.serve("/cats_and_dogs_filtered.zip", Reply(data))
        for broken in (data[:-30], data.replace(PHOTO[:20], bytes(20)), b""):
            (tmp_path / "cats_and_dogs_filtered.zip").write_bytes(broken)
            with open_source(TUTORIAL, tmp_path, silent) as opened:
                assert len(list(opened.photos)) == 3
        assert len(server.requests) == 3

    def test_a_wrong_zip_is_refused(self, server, data: bytes, tmp_path: Path):
        server.serve("/cats_and_dogs_filtered.zip", Reply(data[:-30]))
        with (
            pytest.raises(DownloadError, match="is no whole zip of photos"),
            open_source(TUTORIAL, tmp_path / "downloads", silent),
        ):
            pass
        assert [path.suffix for path in (tmp_path / "downloads").iterdir()] == [".lock"]

    def test_the_real_zip(self, server, shared: Path, tmp_path: Path):
        data = (shared / "photos" / "cats_and_dogs_filtered.zip").read_bytes()
        server.serve("/cats_and_dogs_filtered.zip", Reply(data, cut_after=10**7), Reply(data))
        with open_source(TUTORIAL, tmp_path, silent) as opened:
            photos = [photo for photo in opened.photos if photo.read().startswith(b"\xff\xd8\xff")]
        assert Counter((photo.split, photo.class_name) for photo in photos) == {
            ("training", "cats"): 999,
            ("training", "dogs"): 1000,
            ("validation", "cats"): 500,
            ("validation", "dogs"): 500,
        }
        assert len(server.requests) == 2
