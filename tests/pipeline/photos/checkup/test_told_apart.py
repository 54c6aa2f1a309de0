"""Classes that can be told apart without a look at what the photos show."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.photos.checkup import told_apart
from pipeline.photos.checkup.checkup import check
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.photo_set import PhotoSet
from tests.pipeline.photos.checkup.conftest import Maker, measures, titled


def light(
    maker: Maker, class_index: int, count: int, mean: float, measure: str = "brightness"
) -> None:
    """Photos whose light varies around a mean."""
    random = np.random.default_rng([class_index, count])
    for value in np.clip(random.normal(mean, 15, count), 60, 250).round():
        maker.add(class_index, 1, measures=measures(**{measure: int(value)}))


def told(photo_set: PhotoSet) -> list[str]:
    return [one.title for one in check(photo_set).findings if "tells the classes" in one.title]


@pytest.mark.parametrize(
    ("measure", "trait"),
    [("brightness", "brightness"), ("contrast", "contrast"), ("colour", "mean colour")],
)
def test_the_strongest_trait_is_named(maker: Maker, measure: str, trait: str) -> None:
    light(maker, 0, 60, 100, measure)
    light(maker, 1, 60, 160, measure)
    photo_set = maker.made("cat", "dog")
    assert told(photo_set) == [f"A giveaway: {trait} tells the classes apart"]


def test_it_says_how_much_is_right_and_what_naming_the_largest_gives(maker: Maker) -> None:
    light(maker, 0, 90, 100)
    light(maker, 1, 60, 200)
    finding = titled(check(maker.made("cat", "dog")), "brightness tells")
    assert finding.text.startswith(("From brightness alone, 100 %", "From brightness alone, 99 %"))
    assert "always naming the largest class gives 60 %" in finding.text
    assert finding.level == "know", "it may be what makes the difference"


def test_size_and_format_are_never_what_makes_the_difference(maker: Maker) -> None:
    random = np.random.default_rng(0)
    for class_index, mean in enumerate((600, 1400)):
        for side in random.normal(mean, 150, 60).round().astype(int).tolist():
            maker.add(class_index, 1, origin=Origin("JPEG", side, side, turned=False))
    finding = titled(check(maker.made("cat", "dog")), "size tells the classes apart")
    assert finding.level == "mend"
    assert finding.points == 10


def test_classes_alike_in_light_are_told_nothing_however_often_one_asks(maker: Maker) -> None:
    """Of 40 sets in which nothing differs none is told of: chance is no giveaway."""
    random = np.random.default_rng(5)
    for _ in range(40):
        maker.photos.clear()
        for class_index in range(2):
            light(maker, class_index, int(random.integers(15, 60)), 120)
        assert told(maker.made("cat", "dog")) == []


def test_a_large_class_is_no_giveaway(maker: Maker) -> None:
    light(maker, 0, 190, 120)
    light(maker, 1, 10, 120)
    assert told(maker.made("cat", "dog")) == []


def test_photos_that_look_alike_count_as_one(maker: Maker) -> None:
    """Three scenes of each, twenty times: what differs between six photos is chance."""
    for scene, brightness in enumerate((100, 110, 120, 180, 190, 200)):
        maker.add(scene // 3, 20, shows=scene, measures=measures(brightness=brightness))
    assert told(maker.made("cat", "dog")) == []


@pytest.mark.parametrize("classes", [1, 60])
def test_one_class_and_very_many_are_not_asked_about(maker: Maker, classes: int) -> None:
    for class_index in range(classes):
        light(maker, class_index, 5, 100 + class_index)
    photo_set = maker.made(*(f"{number:02}" for number in range(classes)))
    assert list(told_apart.findings(photo_set, np.arange(len(photo_set.photos)))) == []


def test_nothing_differs(maker: Maker) -> None:
    same = Origin("JPEG", 180, 180, turned=False)
    for class_index in range(2):
        maker.add(class_index, 20, origin=same, measures=measures())
    assert check(maker.made("cat", "dog")).findings == ()
