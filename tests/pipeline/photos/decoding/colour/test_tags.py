"""Which of the things that a file says of its colours counts."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import ImageCms

from pipeline.photos.decoding.decode import canonical, pixels
from pipeline.photos.photo_notes import PhotoNote
from tests.inputs import pictures, profiles
from tests.inputs.colours import MOST, off, patches, with_chunks, with_code_points, written


def test_srgb_by_any_name_changes_nothing() -> None:
    plain = canonical(pictures.png()).jpeg
    by_lcms = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (by_lcms, profiles.matrix(profiles.MEANINGS["sRGB"])):
        assert canonical(pictures.png(icc_profile=profile)).jpeg == plain
    for chunk in (
        (b"sRGB", b"\0"),
        (b"gAMA", struct.pack(">I", 45455)),
        (b"cHRM", profiles.chromaticities(profiles.SRGB)),
        (b"cICP", bytes((1, 13, 0, 1))),
    ):
        assert canonical(pictures.with_png_chunk(*chunk)).jpeg == plain


def test_a_profile_that_says_it_is_hdr_is_believed() -> None:
    tag = {b"cicp": b"cicp" + bytes(4) + bytes((9, 16, 0, 1))}
    hdr = profiles.profile(b"RGB ", tag, version=0x04400000)
    photo = canonical(written(patches(), "JPEG", icc_profile=hdr))
    assert photo.notes == (PhotoNote.HDR,)
    told = canonical(with_code_points("PNG", 9, 16))
    assert np.abs(pixels(photo.jpeg).astype(int) - pixels(told.jpeg)).mean() < MOST
    for other in (bytes((9, 13, 0, 1)), bytes((77, 16, 0, 1)), b"\x09"):
        tag = {b"cicp": b"cicp" + bytes(4) + other}
        assert (
            canonical(written(patches(), "JPEG", icc_profile=profiles.profile(b"RGB ", tag))).notes
            == ()
        )


def test_which_chunk_counts() -> None:
    p3, wide = profiles.MEANINGS["P3"], profiles.MEANINGS["Rec2020"]
    swapped = (b"cHRM", profiles.chromaticities(profiles.SWAPPED))
    linear = (b"gAMA", struct.pack(">I", 100_000))
    code = (b"cICP", bytes((12, 13, 0, 1)))
    profile = {"icc_profile": profiles.matrix(wide)}
    truth = profiles.shown(patches(), p3)
    assert off(with_chunks(swapped, linear, code, **profile), truth) < MOST
    truth = profiles.shown(patches(), wide)
    assert off(with_chunks(swapped, linear, **profile), truth) < MOST
    assert off(with_chunks(swapped, linear, (b"sRGB", b"\0")), patches()) < MOST
    unknown = (b"cICP", bytes((77, 13, 0, 1)))
    assert off(with_chunks(unknown, **profile), truth) < MOST


@pytest.mark.parametrize(
    "chunk",
    [
        (b"cHRM", bytes(32)),
        (b"cHRM", struct.pack(">8I", *[33_333] * 8)),
        (b"cHRM", b"\xff" * 32),
        (b"gAMA", bytes(4)),
        (b"gAMA", b"\xff" * 4),
        (b"cICP", b"\0\0\0\1"),
        (b"cICP", b"\xff" * 4),
        (b"cICP", b"\x0c"),
    ],
)
def test_impossible_colours_change_nothing(chunk: tuple[bytes, bytes]) -> None:
    assert canonical(with_chunks(chunk)).jpeg == canonical(written(patches(), "PNG")).jpeg
