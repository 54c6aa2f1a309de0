"""Photos that are tested with and have a near copy among those learned from."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.photos.checkup.checkup import check
from pipeline.photos.checkup.findings import ADD_PHOTOS
from pipeline.photos.checkup.leaks import near_copies
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.merging import Joining
from pipeline.photos.near_duplicates import groups
from pipeline.photos.packs import FINGERPRINTS_NAME
from pipeline.photos.splits import torn
from pipeline.progress import silent
from tests.pipeline.photos.checkup.conftest import Maker, mended, titled
from tests.pipeline.photos.conftest import incoming
from tests.webcam import frames


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
    finding = titled(check(photo_set), "1 of 5 test photos has a near copy in training")
    made = mended(photo_set, finding, "one side")
    assert {one.name: one.split for one in made.photos if one.name in ("a.jpg", "b.jpg")} == {
        "a.jpg": "training",
        "b.jpg": "training",
    }


def test_sealed_photos_with_a_near_copy_are_told_and_stay_the_test(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 25)
        maker.add(class_index, 1, split="validation")
        maker.add(class_index, 1, split="test", shows=5000 + class_index)
        maker.add(class_index, 1, shows=5000 + class_index)
    photo_set = maker.made("cat", "dog", divide=False)
    found, sealed = (
        titled(check(photo_set, is_sealed=is_sealed), "2 of 2 test photos have a near copy")
        for is_sealed in (False, True)
    )
    assert [mend.label for mend in found.mends] == ["Divide the photos anew"]
    assert [mend.label for mend in sealed.mends] == [ADD_PHOTOS.label]


def test_validation_is_told_beside_and_a_copy_in_another_class_is_none(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 25)
        maker.add(class_index, 4, split="validation")
        maker.add(class_index, 4, split="test")
    maker.add(0, 1, split="training", shows=5000)
    maker.add(0, 2, split="validation", shows=5000)
    maker.add(0, 1, split="test", shows=5000)
    maker.add(1, 1, split="test", shows=5000)
    photo_set = maker.made("cat", "dog", divide=False)
    found = titled(check(photo_set), "near copy")
    assert found.title == (
        "1 of 10 test photos and 2 of 10 validation photos have a near copy in training"
    )
    assert len(found.together) == 3


def test_a_copy_in_validation_is_told_where_there_is_none_in_training(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 25)
        maker.add(class_index, 4, split="validation")
        maker.add(class_index, 4, split="test")
    maker.add(0, 1, split="validation", shows=5000)
    maker.add(0, 1, split="test", shows=5000)
    finding = titled(check(maker.made("cat", "dog", divide=False)), "near copy in validation")
    assert finding.title.startswith("1 of 9 test photos has")


def test_a_set_that_an_earlier_version_tore_apart_is_divided_anew(maker: Maker) -> None:
    """A burst of 30 was torn over the splits, and the check-up asked the same groups."""
    for split, count in (("training", 25), ("validation", 3), ("test", 2)):
        maker.add(0, count, split=split, shows=5000)
    for class_index in range(2):
        maker.add(class_index, 50)
        maker.add(class_index, 2, split="validation")
        maker.add(class_index, 2, split="test")
    photo_set = maker.made("cat", "dog", divide=False)
    finding = titled(check(photo_set), "2 of 6 test photos and 3 of 7 validation photos have")
    assert [mend.label for mend in finding.mends] == ["Divide the photos anew"]
    made = mended(photo_set, finding, "anew")
    frames = {one.sha256 for one in photo_set.photos if one.class_index == 0} & set(
        sorted(maker.looks)[:30]
    )
    assert len({one.split for one in made.photos if one.sha256 in frames}) == 1


def test_a_class_of_one_sight_is_divided_and_said(maker: Maker) -> None:
    maker.add(0, 100)
    maker.add(1, 40, shows=5000)
    photo_set = maker.made("cat", "dog")
    finding = titled(check(photo_set), "4 of 14 test photos and 4 of 14 validation photos have")
    assert [mend.label for mend in finding.mends] == ["Add photos"]
    assert "expect less" in finding.text


def test_copies_are_counted_for_the_score(maker: Maker) -> None:
    maker.add(0, 100)
    maker.add(1, 40, shows=5000)
    photo_set = maker.made("cat", "dog")
    assert near_copies(photo_set) == 4
    (photo_set.folder / FINGERPRINTS_NAME).unlink()
    assert near_copies(photo_set) is None


# === Real photos through the real import ===


def brought(home: Path, decoder: Decoder, classes: dict[str, list[bytes]]) -> Imported:
    photos: list[Incoming] = [
        incoming(f"{name}-{number:03}.jpg", name, data)
        for name, every in classes.items()
        for number, data in enumerate(every)
    ]
    return import_photos(iter(photos), home, decoder, silent, Joining())


@pytest.fixture(scope="module")
def others() -> dict[str, list[bytes]]:
    return {
        name: [one for place in range(first, first + 40) for one in frames(place, None, 1)]
        for name, first in (("cats", 100), ("dogs", 200))
    }


def test_thirty_frames_of_one_shot_stay_on_one_side(tmp_path, decoder, others) -> None:
    """25 were in training, 3 in validation, and 2 of the 4 test dogs were frames, too."""
    outcome = brought(tmp_path, decoder, {**others, "dogs": others["dogs"] + frames(9, 0, 30)})
    shot = {one.split for one in outcome.photo_set.photos if one.name >= "dogs-040"}
    assert len(shot) == 1
    assert not [one for one in check(outcome.photo_set).findings if "near copy" in one.title]
    assert "in the same split" in outcome.notes[-1]


def test_a_webcam_that_saw_two_things_gives_a_test_of_both_and_says_so(tmp_path, decoder) -> None:
    outcome = brought(tmp_path, decoder, {"cup": frames(9, 0, 20), "spoon": frames(9, 1, 20)})
    photo_set = outcome.photo_set
    prints = photo_set.fingerprints()
    assert prints is not None
    assert set(groups(prints)) == {0}
    for name in photo_set.classes:
        assert {split: counts[name] for split, counts in photo_set.counts().items()} == {
            "training": 16,
            "validation": 2,
            "test": 2,
        }
    found = check(photo_set)
    titled(found, "All photos look the same")
    titled(found, "4 of 4 test photos and 4 of 4 validation photos have a near copy in training")
    assert "both sides" in outcome.notes[-1]


def test_one_place_with_both_things_in_it_is_no_mistake(tmp_path, decoder, others) -> None:
    """Each frame was to be taken out, or all of them called the same."""
    both = {"cats": others["cats"] + frames(9, 0, 20), "dogs": others["dogs"] + frames(9, 1, 20)}
    photo_set = brought(tmp_path, decoder, both).photo_set
    found = check(photo_set)
    titled(found, "40 photos of several classes look nearly alike")
    assert not [one for one in found.findings if "in two classes" in one.title]
    labels, splits = (
        [one.class_index for one in photo_set.photos],
        [one.split for one in photo_set.photos],
    )
    prints = photo_set.fingerprints()
    assert prints is not None
    assert torn(labels, splits, groups(prints).tolist()) == 0


def test_frames_of_one_video_on_both_sides_are_told_and_put_on_one(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 25)
        maker.add(class_index, 3, split="validation")
        maker.add(class_index, 3, split="test")
    maker.add(0, 4, clip="c" * 16)
    maker.add(0, 1, clip="c" * 16, split="test", name="torn.jpg")
    photo_set = maker.made("cat", "dog", divide=False)
    assert near_copies(photo_set) == 1
    found = titled(check(photo_set), "a frame of the same video, in training")
    made = mended(photo_set, found, "one side")
    assert {one.split for one in made.photos if one.clip} == {"training"}
    anew = mended(photo_set, found, "Divide the photos anew")
    assert len({one.split for one in anew.photos if one.clip}) == 1
