"""How many photos each class has: what stops a training, and what is told."""

from __future__ import annotations

import pytest

from pipeline.evaluation.class_weights import settled
from pipeline.photos import writing
from pipeline.photos.checkup.checkup import check
from pipeline.photos.checkup.findings import Finding
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings.hyperparameters import BALANCED, TRAIN
from pipeline.settings.train_config import TrainConfig
from tests.pipeline.photos.checkup.conftest import Maker, mended, titled


def replaced(maker: Maker, photo_set: PhotoSet, finding: Finding) -> PhotoSet:
    content = mended(photo_set, finding, "Take")
    return writing.write(content, maker.looks, {}, photo_set, maker.folder)


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


@pytest.mark.parametrize(("many", "found"), [(60, False), (64, True)])
def test_the_setting_for_very_uneven_classes_is_named_where_it_is_on(
    maker: Maker, many: int, found: bool
) -> None:
    maker.add(0, many)
    maker.add(1, 20)
    photo_set = maker.made("cat", "dog")
    told = [one for one in check(photo_set).findings if one.title.startswith("Very uneven: 3")]
    assert bool(told) == found
    assert all(TRAIN["class_weight"].label in one.text for one in told)
    sizes = photo_set.counts()["training"].values()
    assert (settled(TrainConfig(), sizes).class_weight == BALANCED) == found


def test_a_class_that_lost_its_test_photos(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    photo_set = maker.made("cat", "dog", divide=False)
    finding = titled(check(photo_set), "missing in a split")
    made = mended(photo_set, finding, "anew")
    assert {one.split for one in made.photos} == {"training", "validation", "test"}


def test_what_is_sealed_is_not_dealt_out_anew(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 28)
    maker.add(1, 2, split="test")
    photo_set = maker.made("cat", "dog", divide=False)
    finding = titled(check(photo_set, is_sealed=True), "missing in a split")
    assert [mend.edit for mend in finding.mends] == [None]
    assert "sealed and stay where they are" in finding.text
