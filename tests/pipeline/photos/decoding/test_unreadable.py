"""Whole files of rare kinds are named; damaged ones are called damaged."""

from __future__ import annotations

import struct

import pytest

from pipeline.photos.decoding.unreadable import DAMAGED, why
from tests.inputs import pictures

MOST = 50 * 10**6


def with_frame(marker: int = 0xC0, bits: int = 8, channels: int = 3) -> bytes:
    """A JPEG whose header says that its frame is of another kind."""
    data = bytearray(pictures.jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 1], data[at + 4], data[at + 9] = marker, bits, channels
    return bytes(data)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        *((marker, "hierarchical") for marker in (0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE)),
        *((marker, "without loss") for marker in (0xC3, 0xCB)),
        (0xF7, "JPEG-LS"),
    ],
)
def test_frames_that_no_library_reads(marker: int, words: str) -> None:
    reason, advice = why("JPEG", with_frame(marker), MOST)
    assert words in reason
    assert advice == "Save it as an ordinary JPEG."


@pytest.mark.parametrize("bits", range(9, 17))
@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC2, 0xC9, 0xCA])
def test_more_bits_than_photos_have(marker: int, bits: int) -> None:
    assert f"a JPEG of {bits} bits" in why("JPEG", with_frame(marker, bits), MOST).reason


def test_channels_that_no_photo_has() -> None:
    assert "a JPEG of 2 channels" in why("JPEG", with_frame(channels=2), MOST).reason


@pytest.mark.parametrize(
    "data",
    [
        with_frame(),
        with_frame(bits=0),
        with_frame(bits=200),
        with_frame(0xC9),
        with_frame(0xC2),
        with_frame(0xC4),
        pictures.jpeg()[:3],
        pictures.jpeg()[:160],
        b"\xff\xd8\xff" + b"\xff" * 100,
        b"\xff\xd8\xff\xe0\0\0\xff\xc3",
        b"\xff\xd8\xff\xda\xff\xc3",
    ],
)
def test_all_other_jpegs_are_damaged(data: bytes) -> None:
    assert why("JPEG", data, MOST) == DAMAGED


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        (b"avc1", "H.264"),
        (b"unci", "without compression"),
        (b"j2k1", "JPEG 2000"),
        (b"vvc1", "266"),
    ],
)
@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_pictures_that_are_kept_in_another_way(kind: str, coding: bytes, words: str) -> None:
    data = getattr(pictures, kind)()
    at = data.index(b"infe")
    place = data.index({"heic": b"hvc1", "avif": b"av01"}[kind], at)
    changed = data[:place] + coding + data[place + 4 :]
    assert words in why("HEIF", changed, MOST).reason


def test_boxes_that_are_too_large_or_newer_or_a_series() -> None:
    large = pictures.giant_header_avif(17_000, 17_000)
    assert why("AVIF", large, MOST).reason == "The picture has more than 50 million pixels."
    for brand in (b"mif2", b"mif3"):
        assert "newer kind" in why("HEIF", b"\0\0\0\x10ftyp" + brand + bytes(4), MOST).reason
    series = b"\0\0\0\x18ftypmsf1" + bytes(4) + b"hevcmsf1" + struct.pack(">I", 8) + b"moov"
    assert "a series of pictures" in why("HEIF", series, MOST).reason
    assert why("HEIF", pictures.heic()[:300], MOST) == DAMAGED
    assert why("AVIF", pictures.avif()[:-50], MOST) == DAMAGED


def test_a_png_for_apple_alone() -> None:
    assert "Apple" in why("PNG", pictures.apples_png(), MOST).reason
    assert why("PNG", pictures.png()[:-30], MOST) == DAMAGED
