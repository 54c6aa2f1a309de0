"""Classes made, renamed, merged, taken out: what each does, and what it refuses."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.errors import PhotoSetError
from pipeline.photos.class_edits import MergeClasses, RemoveClass, RenameClass
from pipeline.photos.manifest import Manifest
from tests.pipeline.photos.three_classes import labels, photo, three


def test_rename_keeps_photos_and_sorts_classes() -> None:
    made = RenameClass("cat", "  Zebra ").apply(three())
    assert made.classes == ("dog", "newt", "Zebra")
    assert labels(made) == {
        "0.jpg": "Zebra",
        "1.jpg": "Zebra",
        "2.jpg": "dog",
        "3.jpg": "dog",
        "4.jpg": "newt",
    }


def test_a_class_may_change_its_capitals() -> None:
    assert RenameClass("cat", "CAT").apply(three()).classes == ("CAT", "dog", "newt")


@pytest.mark.parametrize(
    ("new", "why"), [("Dog", "is a class dog already"), ("  ", "needs a name"), ("x" * 65, "64")]
)
def test_names_that_are_refused(new: str, why: str) -> None:
    with pytest.raises(PhotoSetError, match=why):
        RenameClass("cat", new).apply(three())


def test_merge_moves_everything_and_drops_the_class() -> None:
    made = MergeClasses("newt", "dog").apply(three())
    assert made.classes == ("cat", "dog")
    assert Counter(labels(made).values()) == {"dog": 3, "cat": 2}


def test_merging_two_copies_of_one_picture_keeps_one() -> None:
    content = Manifest.ordered(("a", "b"), [photo("1", 0, 7), photo("2", 1, 7)], 0)
    assert len(MergeClasses("b", "a").apply(content).photos) == 1


def test_a_class_cannot_be_merged_with_itself() -> None:
    with pytest.raises(PhotoSetError, match="two different"):
        MergeClasses("cat", "cat").apply(three())


def test_removing_a_class_removes_its_photos() -> None:
    made = RemoveClass("dog").apply(three())
    assert made.classes == ("cat", "newt")
    assert labels(made) == {"0.jpg": "cat", "1.jpg": "cat", "4.jpg": "newt"}
