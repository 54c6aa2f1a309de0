"""Labels in a list beside the photos, as sites and people hand them out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.photos.sources import open_source
from pipeline.photos.sources.readings import Reading
from pipeline.progress import silent
from tests.file_sets import PHOTO, make_folder, make_zip
from tests.inputs import pictures
from tests.inputs.importing import Bring

NAMES = [f"{number:03}.jpg" for number in range(12)]
LABEL_OF = {name: ("beagle", "pug", "collie")[place % 3] for place, name in enumerate(NAMES)}


def table(header: str = "filename,label", suffix: str = "", sign: str = ",") -> bytes:
    rows = [header, *(f"{name.removesuffix(suffix)}{sign}{LABEL_OF[name]}" for name in NAMES)]
    return "\n".join(rows).encode()


def one_hot(names: list[str]) -> bytes:
    kinds = ("beagle", "collie", "pug")
    rows = [
        ",".join([name, *(str(int(LABEL_OF[name] == kind)) for kind in kinds)]) for name in names
    ]
    return "\n".join(["filename, beagle, collie, pug", *rows]).encode()


def coco() -> bytes:
    kinds = ["", "beagle", "collie", "pug"]
    told = {
        "images": [{"id": place, "file_name": name} for place, name in enumerate(NAMES)],
        "annotations": [
            {"id": place, "image_id": place, "category_id": kinds.index(LABEL_OF[name])}
            for place, name in enumerate(NAMES)
        ],
        "categories": [{"id": place, "name": name} for place, name in enumerate(kinds) if name],
    }
    return json.dumps(told).encode()


def lines() -> bytes:
    rows = [json.dumps({"file_name": name, "label": LABEL_OF[name]}) for name in NAMES]
    return "\n".join(rows).encode()


def photos(folder: str) -> dict[str, bytes]:
    return {
        f"{folder}{name}": pictures.jpeg(40, 30, seed=place) for place, name in enumerate(NAMES)
    }


# Where the photos lie, and the list.
SETS: dict[str, tuple[str, str, bytes]] = {
    "beside": ("", "labels.csv", table()),
    "Kaggle's dog breeds": ("train/", "labels.csv", table("id,breed", ".jpg")),
    "semicolons": ("photos/", "Etiketten.csv", table("Datei;Klasse", sign=";")),
    "tabs, no header": ("photos/", "list.tsv", table("", sign="\t").lstrip()),
    "UTF-16 of a spreadsheet": ("", "labels.csv", table().decode().encode("utf-16")),
    "Hugging Face": ("", "metadata.csv", table("file_name,label")),
    "Hugging Face, lines": ("train/", "train/metadata.jsonl", lines()),
    "Roboflow": ("train/", "train/_classes.csv", one_hot(NAMES)),
    "COCO": ("images/", "annotations/instances.json", coco()),
    "Roboflow COCO": ("train/", "train/_annotations.coco.json", coco()),
}


@pytest.mark.parametrize("as_zip", [True, False])
@pytest.mark.parametrize("kind", SETS)
def test_the_list_labels_the_photos_and_is_no_rejected_file(
    bring: Bring, kind: str, as_zip: bool
) -> None:
    folder, name, data = SETS[kind]
    files = {**photos(folder), name: data}
    outcome = bring(bring.zip(files) if as_zip else make_folder(bring.folder / "set", files))
    assert not outcome.rejected
    assert outcome.received == len(NAMES)
    assert outcome.stored.class_sizes == {"beagle": 4, "collie": 4, "pug": 4}
    assert {photo: outcome.label(f"{folder}{photo}") for photo in NAMES} == LABEL_OF
    assert f"12 photos have their labels from {name}." in outcome.notes


def opened(path: Path, reading: Reading | None = None):
    with open_source(str(path), path.parent, silent, reading=reading) as source:
        return list(source.photos), source


def test_splits_of_roboflow_with_equal_names(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for part in ("train", "valid", "test"):
        files |= {f"{part}/{name}": PHOTO for name in NAMES}
        files[f"{part}/_classes.csv"] = one_hot(NAMES)
    items, source = opened(make_zip(tmp_path / "set.zip", files))
    assert source.layout.understood.splits == {"training": 12, "validation": 12, "test": 12}
    assert {item.class_name for item in items} == {"beagle", "collie", "pug"}
    assert all(item.class_name == LABEL_OF[item.name.split("/")[1]] for item in items)


def test_rows_and_photos_without_each_other_are_counted(bring: Bring) -> None:
    rows = [*table().decode().splitlines()[:9], "no such photo.jpg,pug"]
    outcome = bring({**photos(""), "labels.csv": "\n".join(rows).encode()})
    assert outcome.stored.class_sizes["unlabelled"] == 4
    (note,) = [note for note in outcome.notes if "labels.csv" in note]
    assert note.startswith(
        "8 photos have their labels from labels.csv. 1 row is about a photo not "
    )
    assert "4 photos are in none and wait for a label." in note


def test_several_labels_of_one_photo_are_refused_by_name(bring: Bring) -> None:
    data = one_hot(NAMES).replace(b"000.jpg,1,0,0", b"000.jpg,1,1,0")
    outcome = bring({**photos(""), "_classes.csv": data})
    assert set(outcome.reasons) == {"000.jpg"}
    assert "several labels" in outcome.reasons["000.jpg"]


def test_class_folders_go_first_and_the_list_is_offered(tmp_path: Path) -> None:
    files = {f"{('a', 'b')[place % 2]}/{name}": PHOTO for place, name in enumerate(NAMES)}
    path = make_zip(tmp_path / "set.zip", {**files, "labels.csv": table()})
    items, source = opened(path)
    assert {item.class_name for item in items} == {"a", "b"}
    assert any("something else tells the classes" in note for note in source.notes)
    assert Reading.LIST in [other.reading for other in source.layout.others]
    assert not source.is_plain, "the page asks which of them is meant"
    items, _ = opened(path, Reading.LIST)
    assert {item.class_name for item in items} == {"beagle", "collie", "pug"}


def test_boxes_of_yolo_are_no_labels_and_say_so(bring: Bring) -> None:
    boxes = {f"train/labels/{name[:-4]}.txt": b"0 0.5 0.5 0.2 0.2\n" for name in NAMES}
    outcome = bring({**photos("train/images/"), **boxes, "data.yaml": b"names: [beagle, pug]\n"})
    assert outcome.received == 25
    assert set(outcome.reasons) == {*boxes, "data.yaml"}
    assert "where things are in a photo" in outcome.reasons["train/labels/000.txt"]
    assert outcome.kept.classes == ("unlabelled",)


def test_a_list_nobody_can_use_says_what_to_change(bring: Bring) -> None:
    rows = [
        f"{name},{(place % 2 and 'red') or 'blue'},{LABEL_OF[name]}"
        for place, name in enumerate(NAMES)
    ]
    outcome = bring({**photos(""), "list.csv": "\n".join(["file,colour,kind", *rows]).encode()})
    assert (
        "which column says what they show is unclear: colour and kind"
        in outcome.reasons["list.csv"]
    )
    assert outcome.received == len(NAMES) + 1


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 5000,
        b"a,b\n" * 200_000,
        b'"' * 100_000,
        b",".join([b"x"] * 300_000),
        b"{" * 500_000,
        b'[{"file_name": "000.jpg", "label": ' + b"[" * 50_000,
        b"filename,label\n000.jpg," + b"x" * 300_000,
        b"filename,label\n000.jpg,=cmd|' /C calc'!A0\n",
        b"\xff\xfe\x00\xd8",
    ],
)
@pytest.mark.parametrize("name", ["labels.csv", "labels.json", "labels.jsonl"])
def test_hostile_lists(bring: Bring, name: str, data: bytes) -> None:
    bring.plain_names = False
    outcome = bring({**photos(""), name: data}, again=False)
    assert outcome.error is None
    assert set(outcome.names) | set(outcome.reasons) >= set(NAMES)
    assert outcome.received in (len(NAMES), len(NAMES) + 1)
