"""sRGB is known at sight; what is hostile costs little and changes nothing."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from PIL import Image, ImageCms

from pipeline.photos.decoding.colour import icc
from pipeline.photos.decoding.decoder import Decoder
from tests.conftest import REPOSITORY
from tests.inputs import pictures, profiles
from tests.memory import children_most_bytes


@pytest.mark.parametrize("name", profiles.MEANINGS)
def test_srgb_alone_is_srgb(name: str) -> None:
    assert icc.is_srgb(profiles.matrix(profiles.MEANINGS[name])) is (name == "sRGB")


def test_srgb_is_known_by_its_formula_too() -> None:
    assert icc.is_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    near = profiles.Meaning(profiles.SRGB, lambda value: value**2.2, 2.2)
    assert not icc.is_srgb(profiles.matrix(near))


def test_srgb_and_no_profile_load_no_other_library() -> None:
    script = (
        "import sys\n"
        "from pipeline.photos.decoding.decode import canonical\n"
        "from tests.inputs import pictures, profiles\n"
        "before = {'PIL.ImageCms'} & set(sys.modules)\n"
        "srgb = profiles.matrix(profiles.MEANINGS['sRGB'])\n"
        "canonical(pictures.jpeg())\n"
        "canonical(pictures.jpeg(icc_profile=srgb))\n"
        "print(before | {'PIL.ImageCms'} & set(sys.modules))\n"
        "canonical(pictures.jpeg(icc_profile=profiles.matrix(profiles.MEANINGS['P3'])))\n"
        "print('PIL.ImageCms' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["set()", "True"]


def test_a_profile_that_is_too_long_is_not_looked_at() -> None:
    profile = profiles.matrix(profiles.MEANINGS["P3"])
    assert icc.to_srgb(profile, "RGB") is not None
    assert icc.to_srgb(profile + bytes(icc.MOST_BYTES), "RGB") is None


@pytest.mark.thorough
def test_the_largest_table_costs_a_decoding_process_little() -> None:
    profile = profiles.large_table(33)
    assert 7 * 10**6 < len(profile) < icc.MOST_BYTES
    picture = Image.fromarray(pictures.clouds(1, 512)).convert("CMYK")
    data = pictures.encoded(picture, "JPEG", icc_profile=profile)
    with Decoder(1) as decoder:
        decoder.canonical("plain", pictures.encoded(picture, "JPEG"))
        before = children_most_bytes(decoder)
        decoder.canonical("large", data)
        assert children_most_bytes(decoder) - before < 150 * 2**20


@pytest.mark.parametrize("make", [profiles.inks, profiles.xyb_profile, lambda: profiles.grey(1.8)])
def test_damaged_profiles_end_in_a_picture_or_in_none(make: object) -> None:
    whole = make()  # type: ignore[operator]
    modes = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
    chance = random.Random(5)
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(128, len(data))] = chance.randrange(256)
        mode = modes[icc.space(whole)]
        change = icc.to_srgb(bytes(data), mode)
        icc.is_srgb(bytes(data))
        if change is not None:
            picture = Image.fromarray(pictures.scene()).convert(mode)
            assert change(picture).mode == "RGB"
