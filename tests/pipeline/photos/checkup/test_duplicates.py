"""Pictures that are there twice: in two classes, in two splits, in bursts."""

from __future__ import annotations

from pipeline.photos.checkup import duplicates
from pipeline.photos.checkup.checkup import check
from tests.pipeline.photos.checkup.conftest import Maker, mended, titled


def test_a_picture_in_two_classes_gets_a_button_for_each_label(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    maker.add(0, 1, sha256="f" * 64, name="same.jpg", shows=7000)
    maker.add(1, 1, sha256="f" * 64, name="same.jpg", shows=7000)
    photo_set = maker.made("cat", "dog")
    finding = titled(check(photo_set), "1 picture in two classes")
    (group,) = finding.together
    _, is_dog = duplicates.pick(photo_set, group)
    assert is_dog.label == "It is dog"
    assert is_dog.edit is not None
    made = is_dog.edit.apply(photo_set.content)
    assert [made.classes[one.class_index] for one in made.photos if one.name == "same.jpg"] == [
        "dog"
    ]
    assert len(mended(photo_set, finding, "Take both out").photos) == 60


def test_bursts_are_told_and_a_class_of_one_sight_is_a_warning(maker: Maker) -> None:
    maker.add(0, 40)
    maker.add(0, 3, shows=6000)
    maker.add(1, 30, shows=6001)
    photo_set = maker.made("cat", "dog")
    finding = titled(check(photo_set), "All photos of dog look the same")
    assert finding.level == "mend"
    assert len(mended(photo_set, finding, "Keep one of each").photos) == 40 + 1 + 1


def test_all_photos_alike_is_told_without_a_crash(maker: Maker) -> None:
    maker.add(0, 30, shows=1)
    maker.add(1, 30, shows=1)
    found = check(maker.made("cat", "dog"))
    assert found.findings
    assert 0 <= found.score < 60
