"""Every mode of a picture, large and small, is seen in its colours and on white."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.inputs import pictures, profiles
from tests.inputs.colours import MOST, off, patches, written


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_order_of_shrinking_and_of_colours_hardly_matters(kind: str) -> None:
    large = np.asarray(Image.fromarray(pictures.clouds(3, 1500)))
    meaning = profiles.MEANINGS["ProPhoto"]
    data = written(large, kind, icc_profile=profiles.matrix(meaning))
    first = Image.fromarray(profiles.shown(large, meaning).round().astype(np.uint8))
    assert off(data, np.asarray(first.resize((512, 512), Image.Resampling.LANCZOS))) < 1.5


def test_palettes_and_alpha_and_second_pictures() -> None:
    meaning = profiles.MEANINGS["Rec2020"]
    profile = profiles.matrix(meaning)
    truth = profiles.shown(patches(), meaning)
    palette = Image.fromarray(patches()).quantize(9)
    assert off(written(palette, "PNG", icc_profile=profile), truth) < MOST
    half = Image.fromarray(patches())
    half.putalpha(Image.fromarray(np.tile(np.uint8(255) * (np.arange(192) < 96), (192, 1))))
    truth[:, 96:] = 255
    for kind in ("PNG", "WEBP", "HEIF", "AVIF"):
        assert off(written(half, kind, icc_profile=profile), truth) < MOST, kind
    red = half.convert("RGB").quantize(9)
    clear = written(red, "PNG", icc_profile=profile, transparency=red.getpixel((190, 190)))
    shown = profiles.shown(patches(), meaning)
    shown[128:, 128:] = 255
    assert off(clear, shown) < MOST
    frames = [Image.fromarray(patches()), Image.fromarray(patches()[::-1])]
    mpo = pictures.encoded(
        frames[0], "MPO", save_all=True, append_images=frames[1:], icc_profile=profile, quality=97
    )
    assert off(mpo, profiles.shown(patches(), meaning)) < MOST


def test_see_through_grey_of_eight_and_sixteen_bits() -> None:
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    alpha = np.full_like(ramp, 255)
    alpha[:, 40:] = 0
    truth = np.stack([profiles.shown_grey(ramp, 1.0)] * 3, axis=-1)
    truth[:, 40:] = 255
    profile = profiles.grey(1.0)
    image = Image.merge("LA", [Image.fromarray(ramp), Image.fromarray(alpha)])
    assert off(written(image, "PNG", icc_profile=profile), truth) < MOST
    deep = Image.fromarray(ramp.astype(np.uint16) * 257)
    solid = np.stack([profiles.shown_grey(ramp, 1.0)] * 3, axis=-1)
    assert off(written(deep, "PNG", icc_profile=profile), solid) < MOST
