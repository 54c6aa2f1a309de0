"""The check-up: what it finds, what each button does, and that it is quiet about good sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from pipeline.photos import near_duplicates, writing
from pipeline.photos.checkup import duplicates
from pipeline.photos.checkup.checkup import Checkup, check, error_bar_points
from pipeline.photos.checkup.findings import Finding
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES, Origin
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.packs import Fresh
from pipeline.photos.photo_notes import PhotoNote, kept_text
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import assign_splits


class Maker:
    """Builds sets of made-up photos; what a photo shows is its number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.photos: list[Photo] = []
        self.looks: dict[str, bytes] = {}

    def add(
        self, class_index: int, count: int, shows: int | None = None, **changes: object
    ) -> None:
        for _ in range(count):
            number = len(self.photos)
            photo = Photo(
                name=f"{number:04}.jpg",
                class_index=class_index,
                split="training",
                sha256=f"{number:064x}",
                width=400,
                height=300,
                note=None,
                origin=Origin("JPEG", 1000 + number, 900, turned=False),
            )
            self.photos.append(replace(photo, **changes))
            self.looks[self.photos[-1].sha256] = look(number if shows is None else shows)

    def made(self, *classes: str, divide: bool = True) -> PhotoSet:
        photos = self.photos
        if divide:
            splits = assign_splits([one.class_index for one in photos], [None] * len(photos), 0)
            photos = [replace(one, split=split) for one, split in zip(photos, splits, strict=True)]
        content = Manifest.ordered(classes, photos, 0)
        fresh = {one.sha256: Fresh(4, lambda: b"jpeg") for one in content.photos}
        return writing.write(content, self.looks, fresh, None, self.folder)


def look(number: int) -> bytes:
    return np.random.default_rng(number).integers(0, 256, FINGERPRINT_BYTES, np.uint8).tobytes()


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path / "sets")


@pytest.fixture(autouse=True)
def same_look_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up photos look alike when their fingerprints are equal; the real rule has its tests."""

    def groups(prints: NDArray[np.uint8]) -> NDArray[np.int64]:
        seen: dict[bytes, int] = {}
        return np.array([seen.setdefault(one.tobytes(), i) for i, one in enumerate(prints)])

    monkeypatch.setattr(near_duplicates, "groups", groups)


def titled(found: Checkup, words: str) -> Finding:
    (finding,) = [one for one in found.findings if words in one.title]
    return finding


def mended(photo_set: PhotoSet, finding: Finding, label: str) -> Manifest:
    (mend,) = [one for one in finding.mends if label in one.label]
    assert mend.edit is not None
    return mend.edit.apply(photo_set.content)


def test_a_good_set_has_nothing_to_mend(maker: Maker) -> None:
    maker.add(0, 60)
    maker.add(1, 50)
    found = check(maker.made("cat", "dog"))
    assert (found.findings, found.score, found.ready) == ((), 100, True)


def test_the_error_bar_of_twenty_test_photos_is_about_thirteen_points() -> None:
    assert round(error_bar_points(20) or 0) == 13
    assert error_bar_points(0) is None
    assert error_bar_points(80) == pytest.approx((error_bar_points(20) or 0) / 2)


def test_photos_without_a_label_stop_training_and_are_labelled_by_a_button(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    maker.add(2, 3)
    photo_set = maker.made("cat", "dog", "unlabelled")
    found = check(photo_set)
    finding = titled(found, "3 photos without a label")
    assert (finding.level, found.ready, found.score <= 20) == ("stops", False, True)
    made = mended(photo_set, finding, "All are cat")
    assert sum(made.classes[one.class_index] == "cat" for one in made.photos) == 33
    assert len(mended(photo_set, finding, "Take them out").photos) == 60


def test_one_class_needs_a_second_one(maker: Maker) -> None:
    maker.add(0, 30)
    finding = titled(check(maker.made("cat")), "second class")
    assert finding.level == "stops"
    assert finding.mends[0].place == "add_photos"


def test_a_class_below_five_stops_below_twenty_is_told(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 4)
    maker.add(2, 19)
    photo_set = maker.made("cat", "dog", "eel")
    found = check(photo_set)
    few = titled(found, "Too few photos: dog")
    assert "dog has 4" in few.text
    assert mended(photo_set, few, "Take dog out").classes == ("cat", "eel")
    assert titled(found, "Few photos: eel").level == "mend"
    assert check(replaced(maker, photo_set, few)).findings[0].level != "stops"


def replaced(maker: Maker, photo_set: PhotoSet, finding: Finding) -> PhotoSet:
    content = mended(photo_set, finding, "Take")
    return writing.write(content, maker.looks, {}, photo_set, maker.folder)


def test_very_uneven_classes(maker: Maker) -> None:
    maker.add(0, 200)
    maker.add(1, 20)
    photo_set = maker.made("cat", "dog")
    finding = titled(check(photo_set), "Very uneven: 10 times as many cat as dog")
    made = mended(photo_set, finding, "out")
    left = sum(one.class_index == 0 for one in made.photos)
    assert left == 60, "three times as many at most"
    kept_out = [one.split for one in photo_set.photos if one.split != "training"]
    assert sum(one.split != "training" for one in made.photos) == len(kept_out)


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


def test_nearly_the_same_in_training_and_test_is_put_on_one_side(maker: Maker) -> None:
    maker.add(0, 25)
    maker.add(1, 25)
    maker.add(0, 2, split="validation")
    maker.add(1, 2, split="validation")
    maker.add(0, 2, split="test")
    maker.add(1, 2, split="test")
    maker.add(0, 1, split="training", shows=5000, name="a.jpg")
    maker.add(0, 1, split="test", shows=5000, name="b.jpg")
    photo_set = maker.made("cat", "dog", divide=False)
    finding = titled(check(photo_set), "1 photo nearly the same as one in another split")
    made = mended(photo_set, finding, "one side")
    assert {one.name: one.split for one in made.photos if one.name in ("a.jpg", "b.jpg")} == {
        "a.jpg": "training",
        "b.jpg": "training",
    }


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


def test_blank_and_tiny_photos_are_taken_out_by_a_button(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    maker.add(0, 1, note=kept_text([PhotoNote.BLANK]))
    maker.add(0, 1, note=kept_text([PhotoNote.ANIMATED, PhotoNote.BLANK]))
    maker.add(0, 1, note="Its owner says: It is blank: one colour all over.")
    maker.add(1, 1, origin=Origin("PNG", 40, 30, turned=False))
    photo_set = maker.made("cat", "dog")
    found = check(photo_set)
    assert len(mended(photo_set, titled(found, "2 photos all of one colour"), "out").photos) == 62
    assert len(mended(photo_set, titled(found, "1 photo smaller than 64"), "out").photos) == 63


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (Origin("PNG", 640, 480, turned=False), "cat are PNG files"),
        (Origin("JPEG", 480, 640, turned=False), "cat are 640 x 480 pixels"),
    ],
)
def test_a_giveaway_is_told(maker: Maker, origin: Origin, words: str) -> None:
    maker.add(0, 30, origin=origin)
    maker.add(1, 30)
    finding = titled(check(maker.made("cat", "dog")), words)
    assert finding.level == "mend"
    assert len(finding.photos) == 30


def test_the_same_camera_for_all_is_no_giveaway(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 30, origin=Origin("HEIF", 4032, 3024, turned=True))
    found = check(maker.made("cat", "dog"))
    assert [finding.title for finding in found.findings] == ["60 photos turned upright"]


def test_a_class_that_lost_its_test_photos(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    photo_set = maker.made("cat", "dog", divide=False)
    finding = titled(check(photo_set), "missing in a split")
    made = mended(photo_set, finding, "anew")
    assert {one.split for one in made.photos} == {"training", "validation", "test"}


def test_files_that_could_not_be_used_are_mentioned(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    found = check(maker.made("cat", "dog"), num_rejected=3)
    assert titled(found, "3 files could not be used").mends[0].place == "rejected"


def test_every_finding_is_plain_and_every_change_makes_a_sound_set(maker: Maker) -> None:
    maker.add(0, 200, shows=1)
    maker.add(1, 6, origin=Origin("PNG", 20, 20, turned=True), note=kept_text([PhotoNote.BLANK]))
    maker.add(2, 3)
    maker.add(3, 2)
    photo_set = maker.made("cat", "dog", "eel", "unlabelled")
    found = check(photo_set, num_rejected=1)
    assert len(found.findings) >= 8
    assert [one.level for one in found.findings] == sorted(
        (one.level for one in found.findings), key=("stops", "mend", "know").index
    )
    for finding in found.findings:
        assert finding.text.endswith(".")
        assert finding.mends or finding.level == "know"
        for mend in finding.mends:
            if mend.edit is not None:
                assert mend.edit.sentence(photo_set.content)
                assert mend.edit.apply(photo_set.content) != photo_set.content
