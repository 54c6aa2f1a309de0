"""Patches of plain colours in files of every format, and how far what is kept is from the truth."""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.photos.decoding.decode import canonical, pixels
from tests.inputs import pictures, profiles

MOST: Final = 3.0  # of 255, in the mean
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")
BEST = {
    "JPEG": {"quality": 97, "subsampling": "4:4:4"},
    "PNG": {},
    "WEBP": {"lossless": True},
    "HEIF": {"quality": 97, "chroma": 444},
    "AVIF": {"quality": 97, "subsampling": "4:4:4"},
}


def patches(side: int = 192) -> NDArray[np.uint8]:
    """Three by three plain colours, from dark to glaring: (side, side, 3)."""
    colours = [
        *((230, 40, 40), (40, 220, 60), (50, 60, 230)),
        *((250, 200, 30), (128, 128, 128), (30, 200, 210)),
        *((90, 60, 40), (240, 240, 235), (20, 25, 30)),
    ]
    return np.array(colours, np.uint8).reshape(3, 3, 3).repeat(side // 3, 0).repeat(side // 3, 1)


def written(picture: NDArray[np.uint8] | Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as a file that loses hardly anything."""
    if kind == "AVIF":
        pictures.avif()  # skips where it cannot be written
    return pictures.encoded(picture, kind, **BEST[kind], **options)


def off(data: bytes, truth: NDArray[np.floating]) -> float:
    """How far what is kept is from the truth, in the mean."""
    kept = pixels(canonical(data).jpeg)
    assert kept.shape == truth.shape
    return float(np.abs(kept.astype(float) - truth).mean())


def with_chunks(
    *chunks: tuple[bytes, bytes], picture: NDArray[np.uint8] | None = None, **options: Any
) -> bytes:
    """A picture, the patches if none is given, as a PNG with these chunks behind its header."""
    whole = written(patches() if picture is None else picture, "PNG", **options)
    added = b"".join(pictures.png_chunk(name, content) for name, content in chunks)
    return whole[:33] + added + whole[33:]


def with_code_points(
    kind: str, primaries: int, transfer: int, picture: NDArray[np.uint8] | None = None
) -> bytes:
    """The same as PNG, HEIC or AVIF that says its colours by the numbers of ITU-T H.273."""
    if kind == "PNG":
        return with_chunks((b"cICP", bytes((primaries, transfer, 0, 1))), picture=picture)
    data = written(patches() if picture is None else picture, kind)
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def gamma_and_points(meaning: profiles.Meaning) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    """PNG's gAMA and cHRM, each with its content, of a meaning whose curve is a power."""
    assert meaning.gamma is not None
    gamma = struct.pack(">I", round(100_000 / meaning.gamma))
    return (b"gAMA", gamma), (b"cHRM", profiles.chromaticities(meaning.points))
