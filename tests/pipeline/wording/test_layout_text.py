"""How files were understood, in words."""

from __future__ import annotations

from typing import Any

from pipeline.photos.sources.readings import Reading
from pipeline.wording import layout_text

LAYOUT: dict[str, Any] = {
    "classes": {"cats": 30, "dogs": 20},
    "splits": {"training": 40, "test": 13},
    "unlabelled": 3,
    "photos": [
        {"split": "training", "class": "cats", "photos": 20},
        {"split": "training", "class": "dogs", "photos": 20},
        {"split": "test", "class": "cats", "photos": 10},
        {"split": "test", "class": "unlabelled", "photos": 3},
    ],
    "left_out": [{"files": 1, "reason": "Its folder is for masks.", "advice": ""}],
}


def plain(sizes: dict[str, int]) -> dict[str, Any]:
    rows = [{"split": None, "class": name, "photos": size} for name, size in sizes.items()]
    return {"classes": sizes, "splits": {}, "unlabelled": 0, "photos": rows, "left_out": []}


def test_every_reading_has_its_words() -> None:
    assert set(layout_text.READINGS) == set(layout_text.CHOICES) == set(Reading)


def test_read_as() -> None:
    assert layout_text.read_as(LAYOUT) == (
        "Read as 2 classes, 2 splits; without a label: 3 photos; left out: 1 file."
    )
    assert layout_text.read_as(plain({"cats": 1})) == "Read as 1 class."
    assert layout_text.read_as({**plain({}), "unlabelled": 1}) == (
        "Read as photos without a label; without a label: 1 photo."
    )


def test_a_tree_of_splits() -> None:
    assert layout_text.tree(LAYOUT).splitlines() == [
        "training: 40 photos",
        "    cats: 20",
        "    dogs: 20",
        "test: 13 photos",
        "    cats: 10",
        "    unlabelled: 3",
        "left out: 1 file",
    ]


def test_a_tree_without_splits_and_of_many_classes() -> None:
    assert layout_text.tree(plain({"a": 1, "b": 1_000})) == "a: 1\nb: 1,000"
    lines = layout_text.tree(plain({f"c{n}": n for n in range(14)})).splitlines()
    assert (len(lines), lines[-1]) == (13, "and 2 more classes")
    assert len(layout_text.tree(plain({f"c{n}": n for n in range(12)})).splitlines()) == 12


def test_names_that_differ_in_the_middle_stay_different() -> None:
    long = [f"Potato___{kind}_{'x' * 60}_blight" for kind in ("Early", "Late")]
    assert len(set(layout_text.tree(plain(dict.fromkeys(long, 1))).splitlines())) == 2


def test_another_reading() -> None:
    found = plain({"train": 1, "val": 2, "test": 3})
    assert layout_text.other(found) == "3 classes: train, val and test."


def test_sentences() -> None:
    assert layout_text.labels_from_names(["cat", "dog"]).endswith("cat and dog.")
    assert "1 photo in train came" in layout_text.folders_without_class(1, ["train"])
    assert layout_text.may_be_no_class(["train"]).startswith("train was taken as a class")
