"""How a source would be understood, without reading a single photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.photos.sources.dry_run import dry_run
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.photos.sources.readings import Reading
from tests.file_sets import make_folder, make_zip

FILES = {
    **{f"training_set/{name}/{n}.jpg": b"x" for name in ("cats", "dogs") for n in range(3)},
    **{f"test_set/{name}/{n}.jpg": b"x" for name in ("cats", "dogs") for n in range(2)},
    "single_prediction/1.jpg": b"x",
}


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_the_course_set(tmp_path: Path, kind: str) -> None:
    if kind == "zip":
        source = make_zip(tmp_path / "course.zip", FILES)
    else:
        source = make_folder(tmp_path / "course", FILES)
    told = dry_run(str(source), tmp_path)
    assert (told["title"], told["files"], told["reading"]) == ("course", 11, "splits")
    assert told["classes"] == {"cats": 5, "dogs": 5}
    assert told["splits"] == {"training": 6, "test": 4}
    assert {"split": "test", "class": "dogs", "photos": 2} in told["photos"]
    assert [one["files"] for one in told["left_out"]] == [1]
    assert [one["reading"] for one in told["others"]] == ["classes"]
    assert told["plain"] is False


def test_another_reading(tmp_path: Path) -> None:
    source = str(make_zip(tmp_path / "course.zip", FILES))
    told = dry_run(source, tmp_path, reading=Reading.CLASSES)
    assert set(told["classes"]) == {"training_set", "test_set", "single_prediction"}
    with pytest.raises(SourceError, match="cannot be read so: the names of the files"):
        dry_run(source, tmp_path, reading=Reading.NAMES)


def test_names_are_not_asked_where_the_label_is_known(tmp_path: Path) -> None:
    files = {f"{name}.{n}.jpg": b"x" for name in ("cat", "dog") for n in range(6)}
    source = str(make_zip(tmp_path / "loose.zip", files))
    assert dry_run(source, tmp_path)["reading"] == "names"
    assert dry_run(source, tmp_path, label="pet")["reading"] == "none"


def test_a_ready_set_tells_its_size_and_licence_and_fetches_nothing(tmp_path: Path) -> None:
    assert dry_run(DRAWN_PETS, tmp_path)["download_bytes"] == 0
    told = dry_run("tfds:beans", tmp_path)
    assert (told["photos"], told["download_bytes"]) == (1_295, 180_024_906)
    assert told["notes"] == ["Licence: MIT."]
    other = dry_run("tfds:food101", tmp_path)
    assert (other["photos"], other["download_bytes"], other["licence"]) == (None, 4996278331, None)
    with pytest.raises(SourceError, match=r"Did you mean .*beans"):
        dry_run("tfds:bean", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("tfds:coco", "no set of pictures with one label each"),
        ("tfds:imdb_reviews", "no set of pictures with one label each"),
        ("tfds:food101/spicy", "food101 has no variant spicy"),
        ("tfds:food101:9.9.9", r"not there in version 9\.9\.9"),
        ("tfds:imagenet2012", "given out to people alone"),
    ],
)
def test_a_ready_set_that_could_not_be_imported_is_told(
    tmp_path: Path, source: str, sentence: str
) -> None:
    pytest.importorskip("tensorflow_datasets")
    with pytest.raises(SourceError, match=sentence):
        dry_run(source, tmp_path / "downloads")
    assert not (tmp_path / "downloads").exists()
