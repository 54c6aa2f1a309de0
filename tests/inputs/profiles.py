"""Colour profiles written in code, and what a viewer shows of them by the plain formulas.

The formulas are written out here a second time, in float64: nothing is taken from the code under
test. See ICC.1:2022 and ITU-T H.273.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
Points = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

D50: Final = np.array((0.9642, 1.0, 0.8249))
_CONES: Final = np.array(
    ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
)
_D65_POINT: Final = (0.3127, 0.3290)
_HEADER: Final = 128


class Meaning(NamedTuple):
    """What numbers of 0 to 1 mean.

    Attributes:
        points: Chromaticities of red, green, blue and white.
        curve: From a number to light.
        gamma: The curve as one number, where it is a power.
    """

    points: Points
    curve: Curve
    gamma: float | None = None


def _power(gamma: float) -> Curve:
    return lambda value: value**gamma


def srgb_light(value: Floats) -> Floats:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def srgb_value(light: Floats) -> Floats:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _rec2020(value: Floats) -> Floats:
    return np.where(value < 0.08145, value / 4.5, ((value + 0.0993) / 1.0993) ** (1 / 0.45))


SRGB: Final[Points] = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65_POINT)
P3: Final[Points] = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65_POINT)
REC2020: Final[Points] = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65_POINT)
ADOBE: Final[Points] = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65_POINT)
PROPHOTO: Final[Points] = (
    (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), (0.3457, 0.3585),
)  # fmt: skip
SWAPPED: Final[Points] = (SRGB[1], SRGB[0], SRGB[2], SRGB[3])
MEANINGS: Final = {
    "sRGB": Meaning(SRGB, srgb_light),
    "P3": Meaning(P3, srgb_light),
    "Adobe RGB": Meaning(ADOBE, _power(563 / 256), 563 / 256),
    "ProPhoto": Meaning(PROPHOTO, _power(1.8), 1.8),
    "Rec2020": Meaning(REC2020, _rec2020),
    "linear sRGB": Meaning(SRGB, _power(1.0), 1.0),
    "swapped": Meaning(SWAPPED, srgb_light),
}


def by_gamma(meaning: Meaning) -> Meaning:
    """The same primaries with a power for a curve: 2.2 where it was none."""
    gamma = meaning.gamma or 2.2
    return Meaning(meaning.points, _power(gamma), gamma)


def to_d50(points: Points) -> Floats:
    """`(3, 3)`: from light in red, green and blue to XYZ under D50."""
    *primaries, white = (np.array((x, y, 1 - x - y)) for x, y in points)
    columns = np.stack(primaries, axis=1)
    lit = white / white[1]
    adapted = np.linalg.inv(_CONES) @ np.diag((_CONES @ D50) / (_CONES @ lit)) @ _CONES
    return adapted @ columns @ np.diag(np.linalg.inv(columns) @ lit)


def shown(pixels: NDArray[np.uint8], meaning: Meaning) -> Floats:
    """What a viewer shows: `(h, w, 3)` from 0 to 255, sRGB, of pixels with this meaning."""
    light = meaning.curve(pixels / 255) @ to_d50(meaning.points).T
    return 255 * srgb_value(light @ np.linalg.inv(to_d50(SRGB)).T)


def shown_grey(pixels: NDArray[np.uint8], gamma: float) -> Floats:
    """The same of grey, `(h, w)`."""
    return 255 * srgb_value((pixels / 255) ** gamma)


def matrix(meaning: Meaning) -> bytes:
    """A profile of three primaries and a curve."""
    columns = to_d50(meaning.points).T
    tags = {name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns)}  # noqa: B905
    curve = _table(meaning.curve) if meaning.gamma is None else _gamma(meaning.gamma)
    return profile(b"RGB ", {**tags, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def grey(gamma: float) -> bytes:
    """A profile of grey."""
    return profile(b"GRAY", {b"kTRC": _gamma(gamma)})


def inks() -> bytes:
    """A profile of four inks: a table of 16 points, which are light filters one after another."""
    grid = []
    for cyan, magenta, yellow, black in itertools.product((0, 1), repeat=4):
        light = np.array((1 - 0.9 * cyan, 1 - 0.9 * magenta, 1 - 0.9 * yellow)) * (1 - 0.95 * black)
        grid.append(_lab(to_d50(SRGB) @ light))
    table = b"".join(struct.pack(">3H", *_lab16(one)) for one in grid)
    straight = struct.pack(">2H", 0, 65535)
    identity = struct.pack(">9i", *(65536, 0, 0, 0, 65536, 0, 0, 0, 65536))
    lut = b"mft2" + bytes(4) + bytes((4, 3, 2, 0)) + identity + struct.pack(">2H", 2, 2)
    lut += straight * 4 + table + straight * 3
    return profile(b"CMYK", {b"A2B0": lut}, pcs=b"Lab ", kind=b"prtr")


def large_table(grid: int) -> bytes:
    """A profile of four inks whose table has so many points each way, of noise."""
    noise = np.random.default_rng(0)
    identity = struct.pack(">9i", *(65536, 0, 0, 0, 65536, 0, 0, 0, 65536))
    lut = b"mft2" + bytes(4) + bytes((4, 3, grid, 0)) + identity + struct.pack(">2H", 4096, 4096)
    lut += noise.bytes(2 * (4 * 4096 + 3 * grid**4 + 3 * 4096))
    return profile(b"CMYK", {b"A2B0": lut}, pcs=b"Lab ", kind=b"prtr")


# How JPEG XL's colours, which a JPEG can hold as well, stand for light: cones, their cube roots,
# their sums and differences, and these stretched to numbers of 0 to 1.
_XYB_CONES: Final = np.array(
    ((0.3, 0.622, 0.078), (0.23, 0.692, 0.078), (0.24342268924547819, 0.20476744424496821, 0.5518))
)
_XYB_BIAS: Final = 0.0037930732552754493
_XYB_SCALE: Final = np.array((22.995788804, 1.183000077, 1.502141333))
_XYB_OFFSET: Final = np.array((0.015386134, 0.0, 0.277704592)) * _XYB_SCALE


def xyb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """sRGB pixels, `(h, w, 3)`, as numbers of XYB."""
    cones = np.cbrt(srgb_light(pixels / 255) @ _XYB_CONES.T + _XYB_BIAS)
    long, middle, short = np.moveaxis(cones - np.cbrt(_XYB_BIAS), -1, 0)
    plain = np.stack([(long - middle) / 2, (long + middle) / 2, short - (long + middle) / 2], -1)
    return np.rint(255 * np.clip(plain * _XYB_SCALE + _XYB_OFFSET, 0, 1)).astype(np.uint8)


def xyb_profile() -> bytes:
    """A table and two matrices with cubes between them, as those JPEGs carry it."""
    corners = np.array(list(itertools.product((0.0, 1.0), repeat=3)))
    x, y, b = ((corners - _XYB_OFFSET) / _XYB_SCALE).T
    roots = np.stack([y + x, y - x, b + y], axis=-1) + np.cbrt(_XYB_BIAS)
    low, high = roots.min(), roots.max()
    table = np.rint(65535 * (roots - low) / (high - low)).astype(int)
    straight = _parametric(0, 1.0)
    # ((high - low) v + low) ** 3 - bias, and below zero nothing
    cube = _parametric(4, 3.0, high - low, low, 0.0, 0.0, -_XYB_BIAS, 0.0)
    light = to_d50(SRGB) @ np.linalg.inv(_XYB_CONES) * (32768 / 65535)
    numbers = struct.pack(">12i", *(round(65536 * one) for one in light.ravel()), 0, 0, 0)
    clut = bytes((2, 2, 2)) + bytes(13) + b"\2\0\0\0"
    clut += b"".join(struct.pack(">3H", *row) for row in table)
    parts = [straight * 3, numbers, cube * 3, clut, straight * 3]
    offsets, at = [], 32
    for part in parts:
        offsets.append(at)
        at += len(part)
    head = b"mAB " + bytes(4) + bytes((3, 3, 0, 0)) + struct.pack(">5I", *offsets)
    return profile(b"RGB ", {b"A2B0": head + b"".join(parts)}, version=0x04400000)


def profile(
    space: bytes,
    tags: dict[bytes, bytes],
    pcs: bytes = b"XYZ ",
    kind: bytes = b"mntr",
    version: int = 0x02400000,
) -> bytes:
    """A profile of these tags, with the few that every one has."""
    text = b"made here\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text" + bytes(4) + text,
        b"wtpt": _xyz(D50),
        **tags,
    }
    directory, body = b"", b""
    start = _HEADER + 4 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        directory += struct.pack(">4sII", name, start + len(body), len(content))
        body += content
    header = bytearray(_HEADER)
    struct.pack_into(
        ">I4sI4s4s4s", header, 0, start + len(body), b"lcms", version, kind, space, pcs
    )
    struct.pack_into(">6H4s", header, 24, 2026, 1, 1, 0, 0, 0, b"acsp")
    header[68:80] = _xyz(D50)[8:]
    return bytes(header) + struct.pack(">I", len(tags)) + directory + body


def chromaticities(points: Points) -> bytes:
    """The content of PNG's cHRM."""
    *primaries, white = points
    numbers = itertools.chain(white, *primaries)
    return struct.pack(">8I", *(round(100_000 * one) for one in numbers))


def _xyz(numbers: Sequence[float] | Floats) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * one) for one in numbers))


def _gamma(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(256 * gamma))


def _table(curve: Curve) -> bytes:
    levels = np.rint(65535 * curve(np.linspace(0, 1, 1024))).astype(int)
    return b"curv" + bytes(4) + struct.pack(">I1024H", 1024, *levels)


def _parametric(kind: int, *numbers: float) -> bytes:
    packed = struct.pack(f">{len(numbers)}i", *(round(65536 * one) for one in numbers))
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + packed


def _lab(xyz: Floats) -> Floats:
    x, y, z = np.cbrt(xyz / D50)
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))


def _lab16(lab: Floats) -> list[int]:
    numbers = (lab[0] / 100 * 65280, (lab[1] + 128) * 256, (lab[2] + 128) * 256)
    return [round(min(max(one, 0), 65535)) for one in numbers]
