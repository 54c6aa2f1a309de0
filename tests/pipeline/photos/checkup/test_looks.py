"""Photos in which there is little to see, in a set and in a class."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from pipeline.photos.checkup.checkup import check
from pipeline.photos.checkup.looks import BLURRY, COLOURLESS, DARK, WASHED_OUT
from pipeline.photos.decoding.decode import canonical
from pipeline.photos.decoding.measures import DETAIL_STEPS, NAMES
from pipeline.photos.photo_notes import PhotoNote, kept_text
from tests.inputs import colours, pictures
from tests.pipeline.photos.checkup.conftest import Maker, measures, mended, titled

POOR = {
    "blurry": measures(detail=10),
    "dark": measures(brightness=20),
    "washed out": measures(contrast=40),
    "without colour": measures(colour=0),
}


@pytest.mark.parametrize("words", POOR)
def test_poor_photos_are_told_with_a_button_that_takes_them_out(maker: Maker, words: str) -> None:
    for class_index in range(2):
        maker.add(class_index, 30, measures=measures())
        maker.add(class_index, 2, measures=POOR[words])
    photo_set = maker.made("cat", "dog")
    found = check(photo_set)
    assert [one.title for one in found.findings] == [f"4 photos {words}"]
    finding = titled(found, words)
    assert finding.level == "mend"
    assert len(mended(photo_set, finding, "Take 4 photos out").photos) == 60


def test_a_long_photo_is_told_of_any_set(maker: Maker) -> None:
    """Its shape is known without measures, so of sets of earlier versions as well."""
    for class_index in range(2):
        maker.add(class_index, 30)
    maker.add(0, 1, width=512, height=150)
    maker.add(1, 1, width=150, height=512)
    maker.add(1, 1, width=512, height=230)  # a telephone's
    titled(check(maker.made("cat", "dog")), "2 photos very long or narrow")


@pytest.mark.parametrize("words", POOR)
def test_a_class_that_is_known_by_it_is_a_giveaway(maker: Maker, words: str) -> None:
    maker.add(0, 57, measures=measures())
    maker.add(0, 3, measures=POOR[words])
    maker.add(1, 8, measures=measures())
    maker.add(1, 52, measures=POOR[words])
    finding = titled(check(maker.made("cat", "dog")), "A giveaway: 87 %")
    assert finding.title == (
        f"A giveaway: 87 % of the photos of dog are {words}, 5 % of those of cat"
    )
    assert len(finding.photos) == 52


def test_of_several_classes_one_is_held_against_the_others(maker: Maker) -> None:
    for class_index in range(3):
        dark = class_index == 1
        maker.add(class_index, 30, measures=measures(brightness=20 if dark else 120))
    titled(
        check(maker.made("cat", "dog", "eel")),
        "100 % of the photos of dog are dark, 0 % of the others",
    )


def test_a_few_dark_photos_by_chance_are_no_giveaway(maker: Maker) -> None:
    maker.add(0, 6, measures=measures())
    maker.add(1, 4, measures=measures())
    maker.add(1, 2, measures=measures(brightness=20))
    found = check(maker.made("cat", "dog"))
    assert not [one for one in found.findings if "giveaway" in one.title]


def test_what_most_photos_are_is_how_they_are(maker: Maker) -> None:
    """X-rays have no colour."""
    for class_index in range(2):
        maker.add(class_index, 30, measures=measures(colour=0))
    assert check(maker.made("cat", "dog")).findings == ()


@pytest.mark.parametrize(("words", "brightness"), [("nearly black", 6), ("nearly white", 250)])
def test_what_nobody_sees_is_told_even_of_all_photos(
    maker: Maker, words: str, brightness: int
) -> None:
    for class_index in range(2):
        maker.add(class_index, 30, measures=measures(brightness=brightness, contrast=12, detail=2))
    found = check(maker.made("cat", "dog"))
    assert [one.title for one in found.findings] == [f"60 photos {words}"]
    assert found.findings[0].level == "mend"


def test_night_and_snow_are_not_nothing(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 30, measures=measures())
    maker.add(0, 1, measures=measures(brightness=8, contrast=90))  # a lamp
    maker.add(1, 1, measures=measures(brightness=248, contrast=90))  # a cat in it
    assert [one.title for one in check(maker.made("cat", "dog")).findings] == ["1 photo dark"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
@pytest.mark.parametrize(("words", "low"), [("nearly black", 0), ("nearly white", 245)])
def test_of_every_format(maker: Maker, kind: str, words: str, low: int) -> None:
    faint = (low + pictures.scene().astype(int) * 9 // 255).astype(np.uint8)
    photo = canonical(colours.written(faint, kind))
    for class_index in range(2):
        maker.add(class_index, 30, measures=photo.measures)
    titled(check(maker.made("cat", "dog")), f"60 photos {words}")


def test_a_few_of_many_are_only_good_to_know(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 100, measures=measures())
    maker.add(0, 1, measures=measures(detail=10))
    finding = titled(check(maker.made("cat", "dog")), "1 photo blurry")
    assert (finding.level, finding.points) == ("know", 0)


def test_a_blank_photo_is_called_blank_alone_and_a_dark_one_dark_alone(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 30, measures=measures())
    nothing = measures(brightness=0, contrast=0, colour=0, detail=0)
    maker.add(0, 1, measures=nothing, note=kept_text([PhotoNote.BLANK]))
    maker.add(0, 1, measures=measures(brightness=20, contrast=40, colour=1))
    found = check(maker.made("cat", "dog"))
    assert sorted(one.title for one in found.findings) == [
        "1 photo all of one colour",
        "1 photo dark",
    ]


def test_sets_of_earlier_versions_are_told_nothing_of_what_was_not_measured(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 30)
    photo_set = maker.made("cat", "dog")
    assert photo_set.measures() is None
    assert check(photo_set).findings == ()


# === Real photos ===


@pytest.fixture(scope="module")
def pets(shared: Path) -> list[Image.Image]:
    with zipfile.ZipFile(shared / "photos" / "pet_images_180px.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))[::90]
        return [Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names]


Change = Callable[[Image.Image], Image.Image]
PLANTED: dict[str, tuple[Change, str, float, float]] = {
    "blurred": (lambda one: one.filter(ImageFilter.GaussianBlur(2)), "detail", BLURRY, 0.9),
    "darkened": (lambda one: ImageEnhance.Brightness(one).enhance(0.2), "brightness", DARK, 0.95),
    "washed out": (
        lambda one: ImageEnhance.Contrast(one).enhance(0.2),
        "contrast",
        WASHED_OUT,
        0.99,
    ),
    "grey": (ImageOps.grayscale, "colour", COLOURLESS, 0.99),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_planted_photos_are_found_and_ordinary_ones_are_not(
    pets: list[Image.Image], name: str
) -> None:
    change, measure, limit, least = PLANTED[name]
    limit *= DETAIL_STEPS if measure == "detail" else 1

    def share_below(photos: list[Image.Image]) -> float:
        found = []
        for photo in photos:
            out = io.BytesIO()
            photo.save(out, "JPEG", quality=90)
            found.append(canonical(out.getvalue()).measures[NAMES.index(measure)] < limit)
        return float(np.mean(found))

    assert share_below(pets) <= 0.01
    assert share_below([change(photo) for photo in pets]) >= least
