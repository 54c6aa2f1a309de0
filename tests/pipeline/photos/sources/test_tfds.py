"""Sets of TensorFlow Datasets, from this machine alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import DownloadError, SourceError, Stopped
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import open_source
from pipeline.photos.sources.opened import Opened
from pipeline.progress import Stage, Step, silent
from tests.file_sets import make_folder
from tests.loopback import Loopback, only_loopback
from tests.pipeline.photos.sources import tfds_layouts
from tests.pipeline.photos.sources.tfds_layouts import packed, picture, serve

TFDS = "tfds:cats_vs_dogs"
ZIP = (
    "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
    "kagglecatsanddogs_5340.zip"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    only_loopback(monkeypatch)
    monkeypatch.setattr("pipeline.files.download_tries._PAUSE_S", 0)
    with Loopback() as server:
        monkeypatch.setenv("PAWTUNE_MIRROR", server.address)
        yield server


def photos_of(opened: Opened) -> list[Incoming]:
    photos = list(opened.photos)
    assert all(isinstance(photo, Incoming) for photo in photos)
    assert len(photos) == opened.total
    return photos


class TestPrepared:
    @pytest.mark.slow
    def test_the_real_prepared_set(self, shared: Path, tmp_path: Path):
        with open_source(TFDS, tmp_path, silent, data_dir=shared / "tfds") as opened:
            photos = photos_of(opened)
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

    def test_damaged(self, tmp_path: Path):
        make_folder(tmp_path, {"cats_vs_dogs/4.0.1/dataset_info.json": b"{"})
        with (
            pytest.raises(SourceError, match=r"cannot be read: .* Delete that folder and import"),
            open_source(TFDS, tmp_path, silent, data_dir=tmp_path),
        ):
            pass

    @pytest.mark.slow
    def test_cut_short(self, shared: Path, tmp_path: Path):
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


class TestCatsVsDogs:
    @pytest.fixture
    def served(self, server, monkeypatch: pytest.MonkeyPatch) -> Loopback:
        """A tiny set in Microsoft's layout, which passes for the real one."""
        from tensorflow_datasets.image_classification import cats_vs_dogs

        files = {"PetImages/Cat/666.jpg": b"broken", "readme[1].txt": b"hello"}
        for number in range(20):
            name = f"PetImages/{'Cat' if number % 2 else 'Dog'}/{number}.jpg"
            files[name] = picture(number)
        serve(server, {ZIP: packed(files)}, cats_vs_dogs.CatsVsDogs, monkeypatch)
        monkeypatch.setattr(cats_vs_dogs, "_NUM_CORRUPT_IMAGES", 1)
        monkeypatch.setattr("pipeline.photos.sources.tfds._ROOM", 0)
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
                photos = photos_of(opened)
        assert len(served.requests) == 1
        assert {Step.DOWNLOADING, Step.PREPARING_SET} <= steps
        assert not left.exists()
        assert Counter(photo.class_name for photo in photos) == {"cat": 10, "dog": 10}
        assert Counter(photo.split for photo in photos) == {
            "training": 16,
            "validation": 2,
            "test": 2,
        }

    @pytest.mark.slow
    def test_what_an_earlier_version_fetched_is_used(self, served, tmp_path: Path):
        manual = tmp_path / "data" / "downloads" / "manual"
        manual.mkdir(parents=True)
        whole = served._replies["/kagglecatsanddogs_5340.zip"][0].body
        (manual / "kagglecatsanddogs_5340.zip").write_bytes(whole)
        with open_source(TFDS, tmp_path, silent, data_dir=tmp_path / "data") as opened:
            assert opened.total == 20
        assert served.requests == []

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
            pytest.raises(SourceError, match=r"could not prepare Cats vs Dogs.* \(ValueError\)"),
            open_source(TFDS, tmp_path, silent, data_dir=tmp_path / "data"),
        ):
            pass


PARTED = {"training": 8, "test": 4}
OFFERED = {
    # Its makers' parts, and the classes of its pictures.
    "beans": (
        tfds_layouts.beans,
        {"training": 18, "validation": 6, "test": 6},
        {"healthy": 10, "bean_rust": 10, "angular_leaf_spot": 10},
    ),
    "tf_flowers": (
        tfds_layouts.tf_flowers,
        {None: 20},
        dict.fromkeys(("daisy", "dandelion", "roses", "sunflowers", "tulips"), 4),
    ),
    "oxford_iiit_pet": (tfds_layouts.oxford_iiit_pet, PARTED, {"Abyssinian": 6, "beagle": 6}),
    "stanford_dogs": (
        tfds_layouts.stanford_dogs,
        {"training": 120, "test": 120},
        {f"n{20_000 + number}-breed_{number}": 2 for number in range(120)},
    ),
}


class TestOffered:
    """The sets that the Photos page offers, made by the library's own code from a few pictures."""

    @pytest.fixture
    def served(self, server, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        monkeypatch.setattr("pipeline.photos.sources.tfds._ROOM", 0)

        def give_out(name: str) -> None:
            import tensorflow_datasets

            serve(server, OFFERED[name][0](), tensorflow_datasets.builder_cls(name), monkeypatch)

        return give_out

    @pytest.mark.slow
    @pytest.mark.parametrize("name", OFFERED)
    def test_comes_with_its_own_classes_and_splits(self, served, name: str, tmp_path: Path):
        served(name)
        with open_source(f"tfds:{name}", tmp_path, silent) as opened:
            photos = photos_of(opened)
        _, splits, classes = OFFERED[name]
        assert Counter(photo.split for photo in photos) == splits
        assert Counter(photo.class_name for photo in photos) == classes
        assert all(photo.read().startswith(b"\xff\xd8\xff") for photo in photos)
        assert len({photo.name for photo in photos}) == len(photos)
        assert len(opened.notes) == 1  # its licence

    @pytest.mark.slow
    def test_the_download_is_told_in_bytes_and_hears_a_stop(
        self, served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        served("beans")
        monkeypatch.setattr("pipeline.files.download_tries.TICK_S", 0)
        told = []

        def report(stage: Stage, done: float = 0, total: float | None = None, unit="") -> None:
            told.append((stage.step, stage.about, total, unit))
            if stage.step is Step.DOWNLOADING and stage.about == "validation.zip":
                raise Stopped("Stopped.")

        with pytest.raises(Stopped), open_source("tfds:beans", tmp_path, report):
            pass
        downloads = [one for one in told if one[0] is Step.DOWNLOADING]
        assert {one[1] for one in downloads} == {"train.zip", "validation.zip"}
        assert {one[3] for one in downloads} == {"bytes"}
        assert any(one[2] for one in downloads)
        with open_source("tfds:beans", tmp_path, silent) as opened:  # the first zip is there
            assert opened.total == 30

    @pytest.mark.slow
    def test_what_was_unpacked_does_not_stay(self, served, tmp_path: Path):
        served("oxford_iiit_pet")
        with open_source("tfds:oxford_iiit_pet", tmp_path, silent):
            pass
        downloads = tmp_path / "tensorflow_datasets" / "downloads"
        kept = {path.name for path in downloads.rglob("*") if path.suffix in (".gz", ".jpg")}
        assert kept == {"images.tar.gz", "annotations.tar.gz"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("titanic", r"titanic is no set of pictures with one label each, .* Choose another set"),
        ("voc/2007", "voc is no set of pictures with one label each"),
        ("celeb_a", "celeb_a is no set of pictures with one label each"),
        ("eurosat/all", "eurosat is no set of pictures with one label each"),
        ("eurosat/green", "eurosat has no variant green. Its variants: all, rgb."),
        ("beans:9.9.9", "beans is not there in version 9.9.9. Leave the version out, or take 0.1"),
        ("imagenet2012", "given out to people alone, .* https://image-net.org/, unpack them"),
        ("flower", r"no set of pictures called flower. Did you mean .*tf_flowers"),
        ("../../etc/passwd", "is named as NAME, NAME/CONFIG or NAME:VERSION"),
    ],
)
def test_a_set_that_cannot_be_had(name: str, sentence: str, server, tmp_path: Path):
    with pytest.raises(SourceError, match=sentence), open_source(f"tfds:{name}", tmp_path, silent):
        pass
    assert server.requests == []


def test_too_many_classes_are_told_before_the_download(
    server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with (
        pytest.raises(SourceError, match=r"stanford_dogs has 120 classes, and 100 are the most"),
        open_source("tfds:stanford_dogs", tmp_path, silent),
    ):
        pass
    assert server.requests == []


@pytest.mark.parametrize("name", ["cats_vs_dogs", "beans", "mnist"])
def test_without_a_network(name: str, server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipeline.photos.sources.tfds._ROOM", 0)
    monkeypatch.setenv("PAWTUNE_MIRROR", "http://127.0.0.1:9/")
    with (
        pytest.raises(DownloadError, match="No connection to"),
        open_source(f"tfds:{name}", tmp_path, silent),
    ):
        pass


def test_a_disk_that_is_too_small_is_told_before_the_download(
    server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pipeline.photos.sources.tfds._ROOM", 10**9)
    with (
        pytest.raises(DownloadError, match=r"Bean leaves needs .* of free disk space"),
        open_source("tfds:beans", tmp_path, silent),
    ):
        pass
    assert server.requests == []
