"""Changes to a photo set: what each does, what it refuses, and that nothing gets lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PhotoSetError
from pipeline.photos.editing import (
    AddClass,
    DivideAnew,
    MergeClasses,
    MovePhotos,
    RemoveClass,
    RemovePhotos,
    RenameClass,
    SetSplit,
)
from pipeline.photos.manifest import Manifest, Photo, to_bytes
from pipeline.photos.splits import SPLITS


def photo(name: str, class_index: int, sha: int, split: str = "training") -> Photo:
    return Photo(
        name=name,
        split=split,
        sha256=f"{sha:064x}",
        width=50,
        height=40,
        note=None,
        origin=None,
        class_index=class_index,
    )


def three() -> Manifest:
    """Two cats, two dogs, one newt."""
    photos = [photo(f"{n}.jpg", [0, 0, 1, 1, 2][n], n) for n in range(5)]
    return Manifest.ordered(("cat", "dog", "newt"), photos, 0)


def labels(content: Manifest) -> dict[str, str]:
    return {one.name: content.classes[one.class_index] for one in content.photos}


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


def test_moving_to_a_new_class_makes_it() -> None:
    made = MovePhotos((0, 4), "Axolotl").apply(three())
    assert made.classes == ("Axolotl", "cat", "dog", "newt")
    assert labels(made)["0.jpg"] == labels(made)["4.jpg"] == "Axolotl"
    assert labels(made)["1.jpg"] == "cat"


def test_an_emptied_class_stays() -> None:
    made = RemovePhotos((4,)).apply(three())
    assert made.classes == ("cat", "dog", "newt")
    assert len(made.photos) == 4


def test_the_last_photo_stays() -> None:
    with pytest.raises(PhotoSetError, match="Delete the whole set"):
        RemovePhotos((0, 1, 2, 3, 4)).apply(three())


def test_splits_are_set_and_divided_anew() -> None:
    made = SetSplit((0, 2), "test").apply(three())
    assert [one.split for one in made.photos] == ["test", *["training"], "test", *["training"] * 2]
    with pytest.raises(PhotoSetError, match="no such split"):
        SetSplit((0,), "exam").apply(three())
    with pytest.raises(PhotoSetError, match="No photo is chosen"):
        SetSplit((), "test").apply(three())
    many = Manifest.ordered(("a", "b"), [photo(f"{n}", n % 2, n) for n in range(40)], 0)
    alike = tuple(0 if n < 8 else n for n in range(40))
    divided = DivideAnew(alike).apply(many)
    assert {one.split for one in divided.photos} == set(SPLITS)
    together = {divided.photos[n].split for n in range(8)}
    assert len(together) == 1, "photos that look alike stay on one side"


names = st.text(min_size=1, max_size=8)
edits = st.one_of(
    st.builds(AddClass, names),
    st.builds(RenameClass, st.sampled_from(["cat", "dog", "newt"]), names),
    st.builds(MergeClasses, st.sampled_from(["cat", "dog"]), st.sampled_from(["cat", "newt"])),
    st.builds(RemoveClass, st.sampled_from(["cat", "dog", "newt"])),
    st.builds(MovePhotos, st.sets(st.integers(0, 4)).map(tuple), names),
    st.builds(RemovePhotos, st.sets(st.integers(0, 4)).map(tuple)),
)


@given(st.lists(edits, max_size=6))
def test_whatever_is_done_photos_are_known_ones_in_known_classes(changes) -> None:
    content = three()
    known = {one.sha256 for one in content.photos}
    for change in changes:
        try:
            change.sentence(content)
            content = change.apply(content)
        except PhotoSetError:
            continue
    assert {one.sha256 for one in content.photos} <= known
    assert all(0 <= one.class_index < len(content.classes) for one in content.photos)
    assert list(content.classes) == sorted(set(content.classes), key=content.classes.index)
    assert to_bytes(content) == to_bytes(
        Manifest.ordered(content.classes, content.photos, content.seed)
    ), "one order for one content"


def test_there_and_back_is_the_same_set() -> None:
    there = RenameClass("cat", "lion").apply(three())
    assert to_bytes(RenameClass("lion", "cat").apply(there)) == to_bytes(three())
