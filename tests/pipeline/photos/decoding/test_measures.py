"""How bright, coloured and sharp a photo is, measured on photos that were made so."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from pipeline.photos.decoding.measures import DETAIL_STEPS, MEASURES_BYTES, NAMES, measured
from tests.inputs import pictures


def values(photo: Image.Image) -> dict[str, int]:
    return dict(zip(NAMES, measured(photo), strict=True))


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """Coloured clouds with grain, 320 x 240."""
    clouds = Image.fromarray(pictures.clouds(3)).resize((320, 240), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(0).normal(0, 12, (240, 320, 1))
    return Image.fromarray(np.clip(np.asarray(clouds) + grain, 0, 255).astype(np.uint8))


def test_means_are_those_of_the_pixels(photo: Image.Image) -> None:
    found, pixels = values(photo), np.asarray(photo).astype(int)
    for name, channel in zip(("red", "green", "blue"), pixels.reshape(-1, 3).T, strict=True):
        assert found[name] == pytest.approx(channel.mean(), abs=3)
    assert found["brightness"] == pytest.approx(np.asarray(photo.convert("L")).mean(), abs=3)
    assert found["colour"] == pytest.approx(np.ptp(pixels, axis=2).mean(), abs=3)
    low, high = np.percentile(np.asarray(photo.convert("L")), [2, 98])
    assert found["contrast"] == pytest.approx(high - low, abs=6)


def test_a_dark_photo_is_dark_and_as_sharp_as_before(photo: Image.Image) -> None:
    before, after = values(photo), values(ImageEnhance.Brightness(photo).enhance(0.4))
    assert after["brightness"] == pytest.approx(0.4 * before["brightness"], abs=2)
    assert after["detail"] == pytest.approx(before["detail"], rel=0.1)


def test_a_veil_takes_the_contrast_and_leaves_the_detail(photo: Image.Image) -> None:
    before, after = values(photo), values(ImageEnhance.Contrast(photo).enhance(0.3))
    assert after["contrast"] == pytest.approx(0.3 * before["contrast"], abs=4)
    assert after["brightness"] == pytest.approx(before["brightness"], abs=3)
    assert after["detail"] == pytest.approx(before["detail"], rel=0.2)


def test_a_grey_photo_has_no_colour(photo: Image.Image) -> None:
    assert values(ImageOps.grayscale(photo).convert("RGB"))["colour"] == 0
    assert values(photo)["colour"] > 5


@pytest.mark.parametrize("size", [(180, 180), (320, 240), (512, 384), (120, 512)])
def test_blur_takes_the_detail(photo: Image.Image, size: tuple[int, int]) -> None:
    sharp = photo.resize(size)
    blurred = sharp.filter(ImageFilter.GaussianBlur(max(size) / 90))
    assert values(blurred)["detail"] < values(sharp)["detail"] / 2


def test_the_detail_is_the_laplacian_over_the_contrast(photo: Image.Image) -> None:
    small = photo.crop((0, 0, 100, 80))
    grey = np.asarray(small.convert("L")).astype(int)
    inner = grey[1:-1, 1:-1]
    sides = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    found = values(small)
    expected = DETAIL_STEPS * np.abs(4 * inner - sides).mean() / found["contrast"]
    assert found["detail"] == pytest.approx(min(255, expected), rel=0.05)


@pytest.mark.parametrize("size", [(1, 1), (2, 40), (512, 1), (512, 9)])
@pytest.mark.parametrize("colour", ["black", "white", (200, 10, 10)])
def test_any_size_and_one_colour_can_be_measured(size, colour) -> None:
    found = measured(Image.new("RGB", size, colour))
    assert len(found) == MEASURES_BYTES
    assert found[NAMES.index("contrast")] == found[NAMES.index("detail")] == 0
