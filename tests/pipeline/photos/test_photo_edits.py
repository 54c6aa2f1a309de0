"""Photos moved, taken out, divided: what each change does, and what it refuses."""

from __future__ import annotations

import pytest

from pipeline.errors import PhotoSetError
from pipeline.photos.manifest import Manifest
from pipeline.photos.photo_edits import DivideAnew, MovePhotos, RemovePhotos, SetSplit
from pipeline.photos.splits import SPLITS
from tests.pipeline.photos.three_classes import labels, photo, three


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
