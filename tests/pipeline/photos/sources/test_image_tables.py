"""Pictures in the tables that Hugging Face's `datasets` writes, and in others like them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import PhotoError, SourceError
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import open_source
from pipeline.progress import silent
from tests.file_sets import make_folder
from tests.inputs import pictures

NAMES = ["cat", "dog"]
FEATURES = {"image": {"_type": "Image"}, "label": {"names": NAMES, "_type": "ClassLabel"}}


def table(count: int, first: int = 0, features: Any = FEATURES, **columns: Any) -> pa.Table:
    """Pictures as `datasets` keeps them: their bytes, their path, and the number of their class."""
    shown = [
        {"bytes": pictures.jpeg(seed=first + number), "path": f"{number}.jpg"}
        for number in range(count)
    ]
    made = pa.table({"image": shown, "label": [n % 2 for n in range(count)], **columns})
    noted = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    return made.replace_schema_metadata(noted if features else None)


def written(path: Path, content: pa.Table) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(content, path)
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, content.schema) as out:
            out.write_table(content, max_chunksize=3)
    return path


def brought(source: Path, tmp_path: Path) -> list[Incoming | PhotoError]:
    with open_source(str(source), tmp_path / "downloads", silent) as opened:
        found = list(opened.photos)
        assert opened.total == len(found)
    return found


def counted(found: list[Incoming | PhotoError]) -> Counter:
    assert all(isinstance(one, Incoming) for one in found)
    return Counter((one.split, one.class_name) for one in found if isinstance(one, Incoming))


@pytest.mark.parametrize(
    "names",
    [
        (
            "data/train-00000-of-00002.parquet",
            "data/train-00001-of-00002.parquet",
            "data/test-00000-of-00001.parquet",
        ),
        ("default/train/0000.parquet", "default/train/0001.parquet", "default/test/0000.parquet"),
        (
            "train/data-00000-of-00002.arrow",
            "train/data-00001-of-00002.arrow",
            "test/data-00000-of-00001.arrow",
        ),
        ("train.parquet", "training-2.parquet", "test.parquet"),
        (
            "snapshots/0123abcd/data/train-00000-of-00002.parquet",
            "snapshots/0123abcd/data/train-00001-of-00002.parquet",
            "snapshots/0123abcd/data/test-00000-of-00001.parquet",
        ),
    ],
)
def test_the_layouts_of_downloads(names: tuple[str, str, str], tmp_path: Path):
    for place, name in enumerate(names):
        written(tmp_path / "pets" / name, table(4, 10 * place))
    found = brought(tmp_path / "pets", tmp_path)
    assert counted(found) == {
        ("training", "cat"): 4,
        ("training", "dog"): 4,
        ("test", "cat"): 2,
        ("test", "dog"): 2,
    }
    for one in found:
        assert isinstance(one, Incoming) and one.read().startswith(b"\xff\xd8\xff")
    assert len({one.name for one in found}) == len(found)


def test_one_file_by_its_path(tmp_path: Path):
    path = written(tmp_path / "train-00000-of-00001.parquet", table(6))
    found = brought(path, tmp_path)
    assert counted(found) == {(None, "cat"): 3, (None, "dog"): 3}
    with open_source(str(path), tmp_path, silent) as opened:
        assert opened.title == "train-00000-of-00001"


def test_a_cache_whose_files_are_links_to_blobs(tmp_path: Path):
    blob = written(tmp_path / "blobs" / "0123.parquet", table(4)).rename(tmp_path / "blobs" / "01")
    link = tmp_path / "snapshots" / "ab" / "data" / "train-00000-of-00001.parquet"
    link.parent.mkdir(parents=True)
    link.symlink_to(blob)
    assert sum(counted(brought(tmp_path, tmp_path / "elsewhere")).values()) == 4


@pytest.mark.parametrize(
    ("content", "classes"),
    [
        (table(4, features=None), {"0", "1"}),
        (
            table(4, features=None)
            .drop_columns("label")
            .append_column("category", pa.array(["cat", "dog", "cat", "dog"])),
            {"cat", "dog"},
        ),
        (
            table(
                4,
                features={"image": FEATURES["image"], "breed": FEATURES["label"]},
                breed=[0, 1, 0, 1],
            ).drop_columns("label"),
            {"cat", "dog"},
        ),
        (
            pa.table({"img": [pictures.png(), pictures.jpeg()], "labels": ["a/b", "c"]}),
            {"a/b", "c"},
        ),
    ],
)
def test_other_programs_write_other_columns(content: pa.Table, classes: set[str], tmp_path: Path):
    found = brought(written(tmp_path / "x" / "all.parquet", content), tmp_path)
    assert {one.class_name for one in found if isinstance(one, Incoming)} == classes


def test_without_labels_it_is_told(tmp_path: Path):
    path = written(tmp_path / "x.parquet", table(3).drop_columns("label"))
    with open_source(str(path), tmp_path, silent) as opened:
        assert "No column tells what the pictures show" in opened.notes[0]
        assert {one.class_name for one in opened.photos} == {""}


def test_a_row_without_its_picture_is_rejected_and_a_label_of_minus_one_is_none(tmp_path: Path):
    shown = [{"bytes": None, "path": "/home/ann/1.jpg"}, {"bytes": pictures.jpeg(), "path": None}]
    path = written(tmp_path / "x.parquet", pa.table({"image": shown, "label": [0, -1]}))
    first, second = brought(path, tmp_path)
    assert isinstance(first, PhotoError) and "does not hold it" in str(first.why)
    assert isinstance(second, Incoming) and second.class_name == ""


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
def test_what_is_damaged_is_said(name: str, tmp_path: Path):
    path = written(tmp_path / name, table(20))
    whole = path.read_bytes()
    for damaged in (b"", whole[:50], whole[: len(whole) // 2], b"no table"):
        path.write_bytes(damaged)
        with pytest.raises(SourceError, match=f"{name} cannot be read: it is damaged"):
            brought(path, tmp_path)


def test_a_table_without_pictures(tmp_path: Path):
    path = written(tmp_path / "prices.parquet", pa.table({"image": ["a.jpg"], "price": [3]}))
    with pytest.raises(SourceError, match=r"prices.parquet has no column of pictures\. Choose"):
        brought(path, tmp_path)
    photos = make_folder(
        tmp_path / "f", {"cat/1.jpg": pictures.jpeg(), "dog/1.jpg": pictures.jpeg()}
    )
    written(photos / "prices.parquet", pa.table({"price": [3]}))
    names = {one.name for one in brought(photos, tmp_path) if isinstance(one, Incoming)}
    assert {"cat/1.jpg", "dog/1.jpg"} <= names  # a folder of photos stays one


def test_all_of_it_becomes_a_set(tmp_path: Path):
    written(tmp_path / "pets" / "data" / "train-00000-of-00001.parquet", table(20))
    with (
        Decoder(1) as decoder,
        open_source(str(tmp_path / "pets"), tmp_path, silent) as opened,
    ):
        made = import_photos(opened.photos, tmp_path / "sets", decoder, silent, None, opened.total)
    assert (made.received, made.accepted) == (20, 20)
    assert made.photo_set.classes == ("cat", "dog")
