"""Files that are easily read wrongly, drawn here: what is exported reads them as the app does.

Photos of a set are read once and kept as plain JPEGs, so a comparison on those alone would not see
a program that knows no colour profile.
"""

from __future__ import annotations

import io
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.photos.decoding.decode import square
from pipeline.photos.decoding.decoder import Decoder

_SIDES: Final = (300, 220)  # width and height, in pixels
_ORIENTATION: Final = 0x0112
_ON_ITS_SIDE: Final = 6
_BITS: Final = 12
# Display P3's red, green and blue in XYZ under D50.
_P3: Final = ((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841))


def odd_files() -> tuple[bytes, ...]:
    """A PNG in wide colour, a JPEG that its EXIF turns, and a PNG that uses 12 of its 16 bits."""
    cells = np.random.default_rng(15).integers(0, 256, (5, 7, 3), np.uint8)
    picture = Image.fromarray(cells).resize(_SIDES, Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[_ORIENTATION] = _ON_ITS_SIDE
    grey = np.asarray(picture.convert("L")).astype(np.uint32) * ((1 << _BITS) - 1) // 255
    return (
        _encoded(picture, "PNG", icc_profile=_wide_profile()),
        _encoded(picture, "JPEG", exif=exif.tobytes(), quality=90),
        _encoded(Image.fromarray(grey.astype(np.uint16)), "PNG"),
    )


def squares(files: tuple[bytes, ...], image_size_px: int) -> NDArray[np.uint8]:
    """The files as the app sees them: `(N, S, S, 3)` uint8 RGB in [0, 255]."""
    with Decoder(1) as decoder:
        kept = [decoder.canonical("drawn", data) for data in files]
    return np.stack([square(one.jpeg, image_size_px) for one in kept])


def _encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _wide_profile() -> bytes:
    """The smallest profile of Display P3 with a plain gamma."""
    tags = [
        (name, b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * one) for one in xyz)))
        for name, xyz in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _P3, strict=True)
    ]
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(2.2 * 256))
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    directory, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags:
        directory += struct.pack(">4sII", name, start + len(body), len(content))
        body += content
    header = struct.pack(
        ">I4xI4s4s4s12x4s", start + len(body), 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp"
    )
    return header.ljust(128, b"\0") + directory + body
