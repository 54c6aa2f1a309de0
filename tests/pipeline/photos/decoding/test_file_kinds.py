"""Kinds of files are told by their first bytes."""

from __future__ import annotations

import pytest

from pipeline.photos.decoding import file_kinds
from tests.pipeline.photos.decoding.looks import BOX, reason


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"heic", "HEIF"),
        (b"heix", "HEIF"),
        (b"hevc", "HEIF"),
        (b"mif1\0\0\0\0heicmif1", "HEIF"),
        (b"msf1\0\0\0\0hevcmsf1", "HEIF"),
        (b"avif", "AVIF"),
        (b"avis", "AVIF"),
        (b"mif1\0\0\0\0mif1avif", "AVIF"),
        (b"msf1\0\0\0\0avismsf1", "AVIF"),
        (b"mif1\0\0\0\0miafmif1avif", "HEIF"),  # behind the end of the box, which has 24 bytes
        (b"heic\0\0\0\0mif1avif", "HEIF"),
        (b"isom\0\0\0\0isomavif", None),
        (b"crx ", None),
    ],
)
def test_heic_and_avif_are_told_by_their_brands(brands: bytes, kind: str | None) -> None:
    data = BOX + brands + bytes(50)
    assert file_kinds.readable_kind(data) == kind
    assert ("damaged" in reason(data)) == (kind is not None)


def test_brands_without_end_are_not_read_for_long() -> None:
    data = b"\xff\xff\xff\xffftypmif1" + bytes(4) + b"heic" * 1000 + b"avif"
    assert file_kinds.readable_kind(data) == "HEIF"
