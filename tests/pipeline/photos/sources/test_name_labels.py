"""Labels in the names of files."""

from __future__ import annotations

import pytest

from pipeline.photos.sources.name_labels import labels, stem
from tests.growth_of_work import times_as_long


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("cat.0.jpg", "cat"),
        ("Maine_Coon_12.jpg", "Maine_Coon"),
        ("cat12.png", "cat"),
        ("cat (3).jpg", "cat"),
        ("dog-001-2.jpg", "dog"),
        ("0003-dog.png", "dog"),
        ("car_4x4_1.jpg", "car_4x4"),
        ("猫_1.jpg", "猫"),
        ("cat.jpg", "cat"),
        ("1.jpg", ""),
        ("2008_000123.jpg", ""),
        ("IMG_20230101_120000.jpg", ""),
        ("PXL_20230101_120000.MP.jpg", ""),
        ("IMG-20230101-WA0001.jpg", ""),
        ("Screenshot 2023-01-01 at 10.00.01.png", ""),
        ("photo (2).jpg", ""),
        (".jpg", ""),
        ("x" * 300 + "_1.jpg", ""),
    ],
)
def test_stem(name: str, label: str) -> None:
    assert stem(name) == label


def test_names_without_end_are_read_at_once() -> None:
    assert stem("_1" * 30_000 + "x.jpg") == ""
    assert stem("_1" * 120 + "x.jpg")
    assert times_as_long(lambda count: stem("_1" * count + "x.jpg"), 3_000, 30_000) < 10 * 4


def test_photos_to_be_guessed_may_lie_beside() -> None:
    photos = [("train", f"{name}.{n}.jpg") for name in ("cat", "Dog") for n in range(5)]
    guess = [("test1", f"{n}.jpg") for n in range(50)]
    found = labels([*photos, *guess])
    assert found is not None
    assert [one.class_name for one in found] == ["cat"] * 5 + ["Dog"] * 5 + [""] * 50
    assert labels(photos[:-1]) is None, "four are too few"
    assert labels([]) is None
