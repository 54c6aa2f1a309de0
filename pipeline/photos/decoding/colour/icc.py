"""ICC profiles: sRGB is known at sight, all others are LittleCMS's business.

LittleCMS is loaded when the first profile of another kind is met. What it cannot read, and
what speaks of other colours than a picture has, changes nothing.
"""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Callable
from typing import Final

from PIL import Image

# Printers' profiles have a few megabytes; LittleCMS takes a few times as much memory.
MOST_BYTES: Final = 8 * 2**20
_KEPT: Final = 4  # transformations: many photos of one camera share one
_HEADER_BYTES: Final = 128
_MOST_TAGS: Final = 200
_TABLES: Final = frozenset({b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1", b"D2B2"})
# sRGB's red, green and blue in XYZ under D50.
_SRGB: Final = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}
_CLOSE: Final = 0.003
_SAMPLES: Final = 32
_LEVEL: Final = 1 / 255
_PICTURES: Final = (b"scnr", b"mntr", b"prtr", b"spac")  # no links between two profiles and so on
# By Pillow's mode, what a profile has to speak of.
_SPACES: Final = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK"}


def space(profile: bytes) -> bytes:
    """Of what colours a profile of pictures speaks, in four letters; empty where it is none."""
    if len(profile) <= _HEADER_BYTES or profile[36:40] != b"acsp":
        return b""
    if profile[12:16] not in _PICTURES:
        return b""
    return profile[16:20]


@functools.lru_cache(maxsize=_KEPT)
def to_srgb(profile: bytes, mode: str) -> Callable[[Image.Image], Image.Image] | None:
    """What takes pictures of this mode to sRGB; None where the profile is not one of theirs.

    Args:
        profile: As it stands in the file.
        mode: Of the pictures: `RGB`, `L` or `CMYK`.
    """
    if len(profile) > MOST_BYTES or space(profile) != _SPACES.get(mode):
        return None
    from PIL import ImageCms

    try:
        transform = ImageCms.ImageCmsTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            "RGB",
        )
    except (OSError, ValueError, TypeError, ImportError):  # the last: a Pillow without LittleCMS
        return None
    return transform.apply


@functools.lru_cache(maxsize=_KEPT)
def is_srgb(profile: bytes) -> bool:
    """Whether a profile means what is meant without one: three primaries and the known curve."""
    try:
        tags = _tags(profile)
        if space(profile) != b"RGB " or _TABLES & tags.keys():
            return False
        return all(
            max(abs(mine - its) for mine, its in zip(_xyz(tags[name]), xyz, strict=True)) < _CLOSE
            for name, xyz in _SRGB.items()
        ) and all(_is_srgb_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
    except (KeyError, struct.error, ValueError, ArithmeticError, IndexError, TypeError):
        return False


@functools.lru_cache(maxsize=_KEPT)
def code_points(profile: bytes) -> tuple[int, int] | None:
    """Numbers of primaries and transfer function (ITU-T H.273), which HDR's profiles tell, too."""
    try:
        tag = _tags(profile).get(b"cicp", b"") if space(profile) == b"RGB " else b""
    except struct.error:
        return None
    return (tag[8], tag[9]) if len(tag) >= 12 else None


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _HEADER_BYTES)
    found = {}
    for place in range(min(count, _MOST_TAGS)):
        name, at, length = struct.unpack_from(">4sII", profile, _HEADER_BYTES + 4 + 12 * place)
        found[name] = profile[at : at + length]
    return found


def _xyz(tag: bytes) -> tuple[float, ...]:
    return tuple(number / 65536 for number in struct.unpack_from(">3i", tag, 8))


def _is_srgb_curve(tag: bytes) -> bool:
    """Whether a curve is sRGB's, to less than a level of 255 everywhere."""
    curve = _parametric(tag) if tag[:4] == b"para" else _table(tag)
    values = [place / _SAMPLES for place in range(_SAMPLES + 1)]
    return all(abs(_encoded(curve(value)) - value) < _LEVEL for value in values)


def _encoded(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _table(tag: bytes) -> Callable[[float], float]:
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return lambda value: value
    if count == 1:
        (gamma,) = struct.unpack_from(">H", tag, 12)
        return lambda value: value ** float(gamma / 256)

    def curve(value: float) -> float:
        at = value * (count - 1)
        low = min(int(at), count - 2)
        below, above = struct.unpack_from(">HH", tag, 12 + 2 * low)
        return float(below + (above - below) * (at - low)) / 65535

    return curve


def _parametric(tag: bytes) -> Callable[[float], float]:
    """ICC's curves 0, 3 and 4, the ones that sRGB is written with."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    names = {0: "g", 3: "gabcd", 4: "gabcdef"}[kind]
    numbers = [number / 65536 for number in struct.unpack_from(f">{len(names)}i", tag, 12)]
    of = {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0, "e": 0.0, "f": 0.0}
    of |= dict(zip(names, numbers, strict=True))

    def curve(value: float) -> float:
        if value < of["d"]:
            return of["c"] * value + of["f"]
        return float((of["a"] * value + of["b"]) ** of["g"]) + of["e"]

    return curve
