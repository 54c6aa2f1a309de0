"""The full set, as TensorFlow Datasets prepares it, from this machine alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.errors import DownloadError, SourceError, Stopped
from pipeline.photos.sources import open_source
from pipeline.progress import Stage, Step, silent
from tests.file_sets import make_folder, make_zip
from tests.loopback import Loopback, Reply, only_loopback

TFDS = "tfds:cats_vs_dogs"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    only_loopback(monkeypatch)
    monkeypatch.setattr("pipeline.files.download_tries._PAUSE_S", 0)
    with Loopback() as server:
        monkeypatch.setenv("PAWTUNE_MIRROR", server.address)
        yield server


class TestTfds:
    def test_without_a_network(self, server, tmp_path: Path):
        with (
            pytest.raises(DownloadError, match="kagglecatsanddogs_5340"),
            open_source(TFDS, tmp_path, silent),
        ):
            pass

    def test_what_is_fetched_is_what_the_library_expects(self):
        from tensorflow_datasets.image_classification import cats_vs_dogs

        from pipeline.photos.sources import tfds

        expected = cats_vs_dogs.CatsVsDogs.url_infos[tfds._URL]
        assert cats_vs_dogs.CatsVsDogs.VERSION == tfds._VERSION
        assert (expected.size, expected.checksum) == (tfds._ZIP_BYTES, tfds._ZIP_SHA256)
        assert expected.filename == Path(tfds._URL).name

    def test_a_damaged_prepared_set(self, tmp_path: Path):
        make_folder(tmp_path, {"cats_vs_dogs/4.0.1/dataset_info.json": b"{"})
        with (
            pytest.raises(SourceError, match=r"cannot be read: .* Delete that folder and import"),
            open_source(TFDS, tmp_path, silent, data_dir=tmp_path),
        ):
            pass

    @pytest.mark.slow
    def test_the_real_prepared_set(self, shared: Path, tmp_path: Path):
        with open_source(TFDS, tmp_path, silent, data_dir=shared / "tfds") as opened:
            photos = list(opened.photos)
        assert opened.total == 2000
        assert all(photo.read().startswith(b"\xff\xd8\xff") for photo in photos)
        assert Counter(photo.split for photo in photos) == {
            "training": 1600,
            "validation": 200,
            "test": 200,
        }
        for photo in photos:  # "PetImages/Dog/5644.jpg"
            assert photo.name.split("/")[1].lower() == photo.class_name
        assert len({photo.name for photo in photos}) == 2000

    @pytest.mark.slow
    def test_a_set_cut_short_is_said_to_be_damaged(self, shared: Path, tmp_path: Path):
        prepared = tmp_path / "cats_vs_dogs" / "4.0.1"
        prepared.mkdir(parents=True)
        for path in (shared / "tfds" / "cats_vs_dogs" / "4.0.1").iterdir():
            data = path.read_bytes()
            half = len(data) // 2 if "tfrecord" in path.name else len(data)
            (prepared / path.name).write_bytes(data[:half])
        with (
            open_source(TFDS, tmp_path, silent, data_dir=tmp_path) as opened,
            pytest.raises(SourceError, match="damaged or incomplete"),
        ):
            list(opened.photos)

    @pytest.fixture
    def served(self, server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        """A tiny set in Microsoft's layout, which passes for the real one."""
        import hashlib
        import io

        from PIL import Image
        from tensorflow_datasets.core.download.checksums import UrlInfo
        from tensorflow_datasets.image_classification import cats_vs_dogs

        from pipeline.photos.sources import tfds

        files = {"PetImages/Cat/666.jpg": b"broken", "readme[1].txt": b"hello"}
        for number in range(20):
            stream = io.BytesIO()
            Image.new("RGB", (20, 20), (number * 10, 0, 0)).save(stream, "JPEG")
            files[f"PetImages/{'Cat' if number % 2 else 'Dog'}/{number}.jpg"] = stream.getvalue()
        data = make_zip(tmp_path / "tiny.zip", files).read_bytes()
        server.serve(f"/{Path(tfds._URL).name}", Reply(data))
        sha256 = hashlib.sha256(data).hexdigest()
        info = UrlInfo(size=len(data), checksum=sha256, filename=Path(tfds._URL).name)
        monkeypatch.setattr(cats_vs_dogs.CatsVsDogs, "url_infos", {tfds._URL: info})
        monkeypatch.setattr(cats_vs_dogs, "_NUM_CORRUPT_IMAGES", 1)
        monkeypatch.setattr(tfds, "_ZIP_BYTES", len(data))
        monkeypatch.setattr(tfds, "_ZIP_SHA256", sha256)
        return server

    @pytest.mark.slow
    def test_fetched_and_prepared_once(self, served, tmp_path: Path):
        left = tmp_path / "data" / "cats_vs_dogs" / "incomplete.KILLED_4.0.1"
        left.mkdir(parents=True)
        steps = set()

        def report(stage: Stage, *_: object) -> None:
            steps.add(stage.step)

        for _ in range(2):
            with open_source(TFDS, tmp_path, report, data_dir=tmp_path / "data") as opened:
                photos = list(opened.photos)
        assert len(served.requests) == 1
        assert Step.PREPARING_SET in steps
        assert not left.exists()
        assert Counter(photo.class_name for photo in photos) == {"cat": 10, "dog": 10}
        assert Counter(photo.split for photo in photos) == {
            "training": 16,
            "validation": 2,
            "test": 2,
        }

    @pytest.mark.slow
    def test_stopped_while_it_prepares(self, served, tmp_path: Path):
        def stop(stage: Stage, done: float = 0, *_: object) -> None:
            if stage.step is Step.PREPARING_SET and done == 3:
                raise Stopped("Stopped.")

        with (
            pytest.raises(Stopped),
            open_source(TFDS, tmp_path, stop, data_dir=tmp_path / "data"),
        ):
            pass
        assert list((tmp_path / "data" / "cats_vs_dogs").glob("*")) == []
        with open_source(TFDS, tmp_path, silent, data_dir=tmp_path / "data") as opened:
            assert opened.total == 20

    @pytest.mark.slow
    def test_a_preparation_that_fails_is_said_in_plain_words(
        self, served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        from tensorflow_datasets.image_classification import cats_vs_dogs

        monkeypatch.setattr(cats_vs_dogs, "_NUM_CORRUPT_IMAGES", 7)
        with (
            pytest.raises(SourceError, match=r"could not prepare Cats vs Dogs \(ValueError\)"),
            open_source(TFDS, tmp_path, silent, data_dir=tmp_path / "data"),
        ):
            pass
