"""Which files are videos that can be read, told by their first bytes; what is taken of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeline.photos.decoding.canonical import Canonical

# How many pictures of each second are taken: choices of the page, and what is usual.
FRAMES_PER_SECOND: Final = 2.0
CHOICES: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
FEWEST: Final = 0.01
MOST: Final = 60.0

PACKAGE: Final = "av>=17,<20"  # PyAV; as in requirements-dev.txt
# To see that a file may be larger than a photo, before it is read; what it is, its content decides.
SUFFIXES: Final = (".mp4", ".m4v", ".mov", ".qt", ".webm", ".mkv", ".3gp", ".3g2")
# Boxes with which QuickTime's oldest files begin, which have no brand.
_WITHOUT_BRAND: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_BRANDS: Final = (
    *(b"iso", b"mp4", b"mp7", b"avc1", b"av01", b"M4V", b"M4P", b"3gp", b"3g2", b"3ge", b"cmf"),
    *(b"MSNV", b"dash", b"f4v ", b"F4V ", b"XAVC", b"mmp4", b"NDS", b"CAEP", b"caqv", b"niko"),
)
_MATROSKA: Final = b"\x1a\x45\xdf\xa3"


class Ending(StrEnum):
    """How the reading of a video ended; a decoding process tells the values."""

    WHOLE = "whole"
    BROKEN = "broken"  # it is cut short, or its rest is damaged
    TOO_LONG = "too long"  # for the limits on seconds, on pictures, or on the time it may take


@dataclass(frozen=True, slots=True)
class ClipFrame:
    """One picture of a video; `at_ms` is how far from its beginning, in milliseconds."""

    at_ms: int
    photo: Canonical


@dataclass(frozen=True, slots=True)
class Clip:
    """What was taken of a video.

    Attributes:
        frames: At least one, from its beginning on.
        ending: Whether that is all of it.
    """

    frames: tuple[ClipFrame, ...]
    ending: Ending


def clip_kind(data: bytes) -> str | None:
    """The kind of a video, one of `canonical.CLIP_NAMES`; None for everything else."""
    if data.startswith(_MATROSKA):
        return "WEBM"
    box, brand = data[4:8], data[8:12]
    if box == b"ftyp" and brand == b"qt  ":
        return "MOV"
    if box == b"ftyp" and brand.startswith(_BRANDS):
        return "MP4"
    return "MOV" if box in _WITHOUT_BRAND and data[:1] < b" " else None  # no text, but a length


def may_be_clip(name: str) -> bool:
    """Whether a file is called like a video."""
    return name.lower().endswith(SUFFIXES)
