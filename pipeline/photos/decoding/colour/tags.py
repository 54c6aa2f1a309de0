"""What a file says of its colours, read from the file itself.

PNG can say it in four ways; the first of cICP, iCCP, sRGB, and gAMA with cHRM counts, as the third
edition of its specification asks. In HEIC and AVIF a profile goes before code points.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from PIL import Image

from pipeline.photos.decoding.colour import boxes, icc

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_TOLD_IN: Final = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
_MOST_CHUNKS: Final = 1000  # before the pixels; more are nobody's
_Point = tuple[float, float]  # chromaticity: x and y

D65: Final = (0.3127, 0.3290)
SRGB: Final = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65)
_C: Final = (0.310, 0.316)
# ITU-T H.273, table 2: chromaticities of red, green, blue and white.
PRIMARIES: Final[dict[int, tuple[_Point, _Point, _Point, _Point]]] = {
    1: SRGB,
    2: SRGB,  # not told
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65),
    8: ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    10: ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (1 / 3, 1 / 3)),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), D65),
}
# Transfer functions of table 3. Those of television cameras are shown as sRGB, as viewers do: what
# such a file holds was made to be looked at on the same screens.
_AS_SRGB: Final = frozenset({1, 2, 6, 7, 11, 12, 13, 14, 15})
_GAMMAS: Final = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}
PQ: Final = "PQ"
HLG: Final = "HLG"
_HDR: Final = {16: PQ, 18: HLG}
_CLOSE: Final = 0.005  # in x and y: less than anybody sees
_GAMMA_STEPS: Final = 100_000
_CLOSE_GAMMA: Final = 0.05  # libpng's own


class Space(NamedTuple):
    """Colours told by numbers.

    Attributes:
        points: Chromaticities of red, green, blue and white.
        transfer: From a stored number to light: a gamma, `PQ`, `HLG`, or None for that of sRGB.
    """

    points: tuple[_Point, _Point, _Point, _Point]
    transfer: float | str | None

    @property
    def is_hdr(self) -> bool:
        """Whether it goes beyond the white of paper."""
        return isinstance(self.transfer, str)

    @property
    def is_srgb(self) -> bool:
        """Whether nothing has to be changed."""
        return self.transfer is None and all(
            abs(mine - its) < _CLOSE
            for point, other in zip(self.points, SRGB, strict=True)
            for mine, its in zip(point, other, strict=True)
        )


def told(image: Image.Image, data: bytes) -> bytes | Space | None:
    """What a file says of its colours: a profile, numbers, or nothing that would change any.

    Args:
        image: The file, opened by Pillow.
        data: The file.
    """
    profile = image.info.get("icc_profile") or None
    found: bytes | Space | None = profile
    if data.startswith(_PNG_START):
        found = _of_png(data, profile)
    elif profile is None and data[4:8] == b"ftyp":
        found = of_code_points(boxes.primary(data).code_points)
    if isinstance(found, bytes):
        space = of_code_points(icc.code_points(found))
        found = space if space is not None and space.is_hdr else found
    if found is None:
        return None
    return None if (found.is_srgb if isinstance(found, Space) else icc.is_srgb(found)) else found


def of_code_points(numbers: tuple[int, int] | None) -> Space | None:
    """The colours that ITU-T H.273 means by its numbers for primaries and transfer, if any."""
    if numbers is None or numbers[0] not in PRIMARIES:
        return None
    points, code = PRIMARIES[numbers[0]], numbers[1]
    if code in _AS_SRGB:
        return Space(points, None)
    transfer = _GAMMAS.get(code) or _HDR.get(code)
    return None if transfer is None else Space(points, transfer)


def _of_png(data: bytes, profile: bytes | None) -> bytes | Space | None:
    chunks = _chunks(data)
    cicp = chunks.get(b"cICP", b"")
    if len(cicp) == 4 and (space := of_code_points((cicp[0], cicp[1]))):
        return space
    if b"iCCP" in chunks or b"sRGB" in chunks:
        return profile
    gamma, points = _gamma(chunks.get(b"gAMA", b"")), _points(chunks.get(b"cHRM", b""))
    space = Space(points or SRGB, None)
    # Nearly every program writes 1/2.2 beside sRGB's own primaries, and means sRGB.
    if gamma is None or (space.is_srgb and abs(gamma / 2.2 - 1) < _CLOSE_GAMMA):
        return space
    return Space(space.points, gamma)


def _chunks(png: bytes) -> dict[bytes, bytes]:
    """The chunks about colours before the pixels, by their names."""
    found: dict[bytes, bytes] = {}
    at = len(_PNG_START)
    for _ in range(_MOST_CHUNKS):
        length, name = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if name in (b"IDAT", b"IEND", b""):
            break
        if name in _TOLD_IN:
            found.setdefault(name, png[at + 8 : at + 8 + length])
        at += 12 + length
    return found


def _gamma(content: bytes) -> float | None:
    """From gAMA; None where it is none that a picture can have."""
    steps = int.from_bytes(content[:4], "big")
    if len(content) != 4 or not 0.1 <= steps / _GAMMA_STEPS <= 10:
        return None
    return _GAMMA_STEPS / steps


def _points(content: bytes) -> tuple[_Point, _Point, _Point, _Point] | None:
    if len(content) != 32:
        return None
    white, red, green, blue = (
        (x / _GAMMA_STEPS, y / _GAMMA_STEPS) for x, y in struct.iter_unpack(">II", content)
    )
    return red, green, blue, white
