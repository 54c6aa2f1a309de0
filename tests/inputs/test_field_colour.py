"""Photos whose numbers do not mean sRGB, in every format: they look as a viewer shows them.

What is right is computed here by the plain formulas (see `profiles`), or, for profiles of tables,
by LittleCMS itself.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from pipeline.photos.decoding.decode import canonical, pixels
from tests.inputs import pictures, profiles
from tests.inputs.colours import (
    FORMATS,
    MOST,
    gamma_and_points,
    off,
    patches,
    with_chunks,
    with_code_points,
    written,
)
from tests.inputs.importing import Bring


def converted(picture: Image.Image, profile: bytes) -> NDArray[np.uint8]:
    """By LittleCMS, all at once."""
    shown = ImageCms.profileToProfile(
        picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert shown is not None
    return np.asarray(shown)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", profiles.MEANINGS)
def test_profiles_of_three_primaries(name: str, kind: str) -> None:
    meaning = profiles.MEANINGS[name]
    data = written(patches(), kind, icc_profile=profiles.matrix(meaning))
    assert off(data, profiles.shown(patches(), meaning)) < MOST


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", profiles.MEANINGS)
def test_real_photos_look_as_littlecms_shows_them(shared: Path, name: str, kind: str) -> None:
    profile = profiles.matrix(profiles.MEANINGS[name])
    with zipfile.ZipFile(shared / "photos" / "cats_and_dogs_filtered.zip") as archive:
        members = [one for one in archive.namelist() if one.endswith(".jpg")]
        for member in members[::500]:
            with Image.open(io.BytesIO(archive.read(member))) as photo:
                picture = photo.convert("RGB")
            data = written(picture, kind, icc_profile=profile)
            assert off(data, converted(picture, profile)) < MOST, member


NEAR = st.floats(-0.04, 0.04)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(NEAR, min_size=6, max_size=6),
    st.integers(256, 768).map(lambda steps: steps / 256),
    st.sampled_from(["profile", "gAMA and cHRM"]),
)
def test_any_three_primaries_and_any_gamma(moved: list[float], gamma: float, told: str) -> None:
    red, green, blue = (
        (x + moved[2 * place], y + moved[2 * place + 1])
        for place, (x, y) in enumerate(profiles.P3[:3])
    )
    meaning = profiles.Meaning((red, green, blue, profiles.P3[3]), lambda one: one**gamma, gamma)
    if told == "profile":
        data = written(patches(48), "PNG", icc_profile=profiles.matrix(meaning))
    else:
        data = with_chunks(*gamma_and_points(meaning), picture=patches(48))
    assert off(data, profiles.shown(patches(48), meaning)) < MOST


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("gamma", [1.0, 1.8, 3.0])
def test_profiles_of_grey(kind: str, gamma: float) -> None:
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    data = written(ramp, kind, icc_profile=profiles.grey(gamma))
    truth = profiles.shown_grey(ramp, gamma)
    assert off(data, np.stack([truth] * 3, axis=-1)) < MOST


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("quality", [30, 75, 90])
def test_grey_in_lossy_files(kind: str, quality: int) -> None:
    grey = np.asarray(Image.fromarray(pictures.clouds(4, 96)).convert("L"))
    options = {} if kind == "PNG" else {"quality": quality}
    data = pictures.encoded(grey, kind, icc_profile=profiles.grey(1.0), **options)
    plain = pixels(canonical(pictures.encoded(grey, kind, **options)).jpeg)[..., 1]
    truth = profiles.shown_grey(plain, 1.0)
    assert off(data, np.stack([truth] * 3, axis=-1)) < MOST


def test_a_profile_of_inks() -> None:
    inks = Image.fromarray(patches()).convert("CMYK")
    data = written(inks, "JPEG", icc_profile=profiles.inks())
    with Image.open(io.BytesIO(data)) as stored:
        assert stored.mode == "CMYK"
        truth = converted(stored, profiles.inks())
    assert off(data, truth) < MOST
    assert np.abs(truth.astype(int) - np.asarray(inks.convert("RGB"))).mean() > 5, "it matters"


def test_a_jpeg_of_xyb() -> None:
    numbers = profiles.xyb(patches())
    data = written(numbers, "JPEG", icc_profile=profiles.xyb_profile(), keep_rgb=True)
    assert off(data, patches()) < MOST
    assert np.abs(numbers.astype(int) - patches()).mean() > 20


UNFIT = {
    "cut": profiles.matrix(profiles.MEANINGS["P3"])[:200],
    "noise": np.random.default_rng(0).bytes(3000),
    "empty": b"",
    "of grey": profiles.grey(1.0),
    "of inks": profiles.inks(),
    "without curves": profiles.profile(b"RGB ", {}),
    "a link of two": profiles.profile(b"RGB ", {}, kind=b"link"),
    "of Lab": profiles.profile(b"Lab ", {}),
    "endless": struct.pack(">I", 2**32 - 1) + profiles.matrix(profiles.MEANINGS["P3"])[4:160],
}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", UNFIT)
def test_a_profile_that_is_broken_or_of_other_colours_changes_nothing(name: str, kind: str) -> None:
    data = written(patches(), kind, icc_profile=UNFIT[name])
    assert canonical(data).jpeg == canonical(written(patches(), kind)).jpeg


# === Colours told by numbers ===

CODES = {"P3": (12, 13), "Rec2020, told as sRGB's curve": (9, 13), "linear sRGB": (1, 8)}
CODE_MEANINGS = {
    "P3": profiles.MEANINGS["P3"],
    "Rec2020, told as sRGB's curve": profiles.Meaning(profiles.REC2020, profiles.srgb_light),
    "linear sRGB": profiles.MEANINGS["linear sRGB"],
}


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("kind", ["PNG", "HEIF", "AVIF"])
def test_colours_told_by_code_points(name: str, kind: str) -> None:
    data = with_code_points(kind, *CODES[name])
    assert off(data, profiles.shown(patches(), CODE_MEANINGS[name])) < MOST


@pytest.mark.parametrize("name", ["P3", "Adobe RGB", "ProPhoto", "linear sRGB", "swapped"])
def test_png_that_tells_gamma_and_chromaticities(name: str) -> None:
    meaning = profiles.by_gamma(profiles.MEANINGS[name])
    data = with_chunks(*gamma_and_points(meaning))
    assert off(data, profiles.shown(patches(), meaning)) < MOST


@pytest.mark.parametrize("gamma", [1.0, 1.5, 2.6])
def test_png_that_tells_its_gamma_alone(gamma: float) -> None:
    meaning = profiles.Meaning(profiles.SRGB, lambda value: value**gamma, gamma)
    data = with_chunks(gamma_and_points(meaning)[0])
    assert off(data, profiles.shown(patches(), meaning)) < MOST


# === More bits in HEIC ===


@pytest.mark.parametrize("bits", [10, 12])
def test_heic_of_more_bits_is_as_bright_as_it_says(
    monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    monkeypatch.setattr(pillow_heif.options, "SAVE_HDR_TO_12_BIT", bits == 12)
    for dark in (1, 6):  # a dark picture stays dark: the file says how many bits it has
        deep = patches().astype(np.uint16) // dark * 257
        stream = io.BytesIO()
        pillow_heif.from_bytes("RGB;16", (192, 192), deep.tobytes()).save(
            stream, quality=97, chroma=444
        )
        opened = pillow_heif.open_heif(stream.getvalue(), convert_hdr_to_8bit=False)
        assert opened.info["bit_depth"] == bits
        assert off(stream.getvalue(), patches() // dark) < MOST
        assert canonical(stream.getvalue()).notes == ()


def pq(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """From light to the numbers of SMPTE ST 2084."""
    root = (nits / 10_000) ** (2610 / 16384)
    return ((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** (2523 / 32)


def hlg(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """From light of grey on a screen of 1,000 nits to the numbers of ITU-R BT.2100."""
    scene = (nits / 1000) ** (1 / 1.2)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    above = a * np.log(np.maximum(12 * scene - b, 1e-9)) + c
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), above)


@pytest.mark.parametrize(("code", "encode"), [(16, pq), (18, hlg)], ids=["PQ", "HLG"])
@pytest.mark.parametrize("kind", ["PNG", "HEIF", "AVIF"])
def test_hdr_is_fitted_to_the_screen_and_told(
    bring: Bring, code: int, encode: Callable[..., NDArray[np.float64]], kind: str
) -> None:
    grey = np.linspace(0.0, 1.0, 64)  # of the white of paper
    nits = 203 * profiles.srgb_light(grey)
    nits[56:] = (300, 400, 500, 600, 700, 800, 900, 1000)
    ramp = np.rint(255 * encode(nits)).astype(np.uint8)
    picture = np.tile(ramp[:, np.newaxis], (48, 1, 3))
    data = with_code_points(kind, 9, code, picture)
    outcome = bring.accepts({"cats/odd": data}, "made for HDR screens")
    shown = outcome.pixels("cats/odd").astype(float).mean(axis=(0, 2))
    assert np.abs(shown[2:40] - 255 * grey[2:40]).mean() < 6, "what paper could show stays"
    assert (np.diff(shown[8:]) > -1).all(), "brighter light stays brighter"
    assert shown[-1] > 250 and shown[57] < 245, "nothing above paper white is lost"


# === Nothing is taken for the same picture ===


def test_equal_numbers_of_different_colours_are_two_pictures(bring: Bring) -> None:
    numbers = patches()
    outcome = bring.accepts(
        {
            "cats/plain.png": written(numbers, "PNG"),
            "cats/wide.png": written(
                numbers, "PNG", icc_profile=profiles.matrix(profiles.MEANINGS["ProPhoto"])
            ),
        }
    )
    assert (outcome.pixels("cats/plain.png") != outcome.pixels("cats/wide.png")).any()


def test_what_all_photos_share_is_told_once(bring: Bring) -> None:
    shades = {
        f"cats/{seed:02}.png": pictures.png_16_bits(pictures.clouds(seed).astype(np.uint16) * 4)
        for seed in range(30)
    }
    notes = bring(shades).stored.notes
    spread = [note for note in notes if "few of its 16 bits" in note]
    assert spread == [
        "cats/00.png and 29 more photos: It uses few of its 16 bits, so its brightness was spread "
        "over all levels."
    ]
