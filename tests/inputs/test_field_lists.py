"""Lists as competitions and tools write them: forms for answers, several photo columns, JSON."""

from __future__ import annotations

import json

import pytest

from pipeline.photos.sources import label_files
from pipeline.photos.sources.layout import Place
from pipeline.wording import label_text

NUMBERS = range(12)
BOTH = {f"{n}.jpg": ("cat", "dog")[n % 2] for n in NUMBERS}


def read(files: dict[str, str]) -> label_files.Labelled:
    texts = list(files.values())
    return label_files.read(
        [tuple(name.split("/")) for name in files], lambda place, _most: texts[place].encode()
    )


def with_photos(lists: dict[str, str], *folders: str) -> dict[str, str]:
    return {**{f"{of}{n}.jpg": "" for of in folders or ("",) for n in NUMBERS}, **lists}


def labels(files: dict[str, str]) -> dict[str, str]:
    return {"/".join(parts): place.class_name for parts, place in read(files).places.items()}


def rows(style: str) -> str:
    return "\n".join(
        style.format(n=n, label=BOTH[f"{n}.jpg"], number=n % 2, part="test" if n < 4 else "TRAIN")
        for n in NUMBERS
    )


@pytest.mark.parametrize(
    "name", ["sample_submission.csv", "SampleSubmission.csv", "submission.csv"]
)
def test_a_form_for_answers_labels_no_photo(name: str) -> None:
    form = "id,label\n" + "\n".join(f"{n}.jpg,cat" for n in range(100, 112))
    files = with_photos({"train.csv": rows("{n}.jpg,{label}"), name: form}, "train/")
    files |= {f"test/{n}.jpg": "" for n in range(100, 112)}
    found = read(files)
    assert {parts[0] for parts in found.places} == {"train"}
    assert label_text.ANSWERS in found.whys.values()


def test_a_list_is_about_the_folder_of_its_name() -> None:
    lists = {"train_labels.csv": rows("{n}.jpg,{label}"), "test.csv": rows("{n}.jpg,{label}s")}
    found = labels(with_photos(lists, "Train/", "test_images/"))
    assert found == {
        **{f"Train/{name}": label for name, label in BOTH.items()},
        **{f"test_images/{name}": f"{label}s" for name, label in BOTH.items()},
    }


def test_the_name_of_another_photo_is_no_class() -> None:
    pairs = "\n".join(f"{n}.jpg,{n + 6}.jpg" for n in range(6))
    assert labels(with_photos({"pairs.csv": f"before,after\n{pairs}"})) == {}
    masks = {f"{n}_mask.jpg": "" for n in NUMBERS}
    listed = {"list.csv": "image,mask,kind\n" + rows("{n}.jpg,{n}_mask.jpg,{label}")}
    found = labels(with_photos({**listed, **masks}))
    assert found == BOTH


@pytest.mark.parametrize("style", ["{part},{n}.jpg,{label}", "{label},{part},{n}.jpg"])
def test_a_column_of_parts_needs_no_name(style: str) -> None:
    found = read(with_photos({"list.csv": rows(style)}))
    assert found.places["0.jpg",] == Place("cat", "test")
    assert found.places["11.jpg",] == Place("dog", "training")


def test_a_number_that_comes_again_is_the_label_beside_one_that_counts() -> None:
    found = labels(with_photos({"train.lst": rows("{n}\t{number}\t{n}.jpg")}))
    assert found == {name: "01"[label == "dog"] for name, label in BOTH.items()}
    sizes = "\n".join(f"{n}.jpg,{n % 3},{n % 2}" for n in NUMBERS)
    assert labels(with_photos({"sizes.csv": sizes})) == {}, "two of them: nobody knows which"


def test_photos_in_a_list_for_each_class() -> None:
    told = {
        kind: [name for name, label in BOTH.items() if label == kind] for kind in ("cat", "dog")
    }
    assert labels(with_photos({"labels.json": json.dumps(told)})) == BOTH
    both = read(with_photos({"labels.json": json.dumps({**told, "pet": ["0.jpg"]})}))
    assert both.places["0.jpg",].why is not None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("label_num_to_disease_map.json", '{"0": "cat", "1": "dog", "2": "owl"}'),
        ("class_indices.json", '{"cat": 0, "dog": 1}'),
        ("classes.csv", "id,name\n0,cat\n1,dog"),
        ("classes.txt", "0 cat\n1 dog"),
        ("meanings.tsv", "dog\t1\ncat\t0"),
    ],
)
def test_numbers_are_named_by_another_list(name: str, told: str) -> None:
    files = {f"photos/{n}00.jpg": "" for n in range(5, 17)}
    listed = "image_id,label\n" + "\n".join(f"{n}00.jpg,{n % 2}" for n in range(5, 17))
    found = labels({**files, "train.csv": listed, name: told})
    assert found == {f"photos/{n}00.jpg": ("cat", "dog")[n % 2] for n in range(5, 17)}
    assert read({**files, "train.csv": listed, name: told}).whys == {}
    fewer = labels({**files, "train.csv": listed, "classes.json": '{"0": "cat"}'})
    assert set(fewer.values()) == {"0", "1"}, "a list that does not name all names none"
