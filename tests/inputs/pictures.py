"""Pictures to put into tests, made on the spot: ordinary, odd and hostile ones.

No test needs a file of somebody else's; each maker says in one line what is odd about it.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def scene(width: int = 60, height: int = 40, seed: int = 0) -> NDArray[np.uint8]:
    """A smooth picture whose four corners differ, so that turning it shows: (h, w, 3) uint8."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    tint = np.random.default_rng(seed).uniform(0, 60, 3)
    channels = [200 * x * (1 - y), 200 * y, 200 * (1 - x) * (1 - y)]
    return np.stack([c + t for c, t in zip(channels, tint, strict=True)], axis=-1).astype(np.uint8)


def encoded(picture: Image.Image | NDArray[Any], kind: str, **options: Any) -> bytes:
    """A picture as a file of this kind."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def jpeg(width: int = 60, height: int = 40, seed: int = 0, **options: Any) -> bytes:
    """An ordinary JPEG."""
    return encoded(scene(width, height, seed), "JPEG", **{"quality": 95, **options})


def png(width: int = 60, height: int = 40, seed: int = 0, **options: Any) -> bytes:
    """An ordinary PNG."""
    return encoded(scene(width, height, seed), "PNG", **options)


def webp(width: int = 60, height: int = 40, seed: int = 0, **options: Any) -> bytes:
    """An ordinary WebP."""
    return encoded(scene(width, height, seed), "WEBP", **{"quality": 95, **options})


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """The scene stored so that a viewer shows it upright only if it heeds EXIF."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = Image.fromarray(scene())
    if undo is not None:
        image = image.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, kind, quality=95, exif=exif)


def with_metadata() -> bytes:
    """A JPEG that carries a place, a comment, an XMP packet, a profile and an owner."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = "SECRET-GPS"
    return jpeg(
        exif=exif,
        comment=b"SECRET-COMMENT",
        xmp=b"<x>SECRET-XMP</x>",
        icc_profile=b"SECRET-PROFILE" * 10,
    )


def grey_16_bits(transparent: int | None = None) -> bytes:
    """A 16-bit grey ramp from black to white; Pillow alone would cut it off to white."""
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (32, 1))
    options = {} if transparent is None else {"transparency": transparent}
    return encoded(Image.fromarray(ramp), "PNG", **options)


def rgb_16_bits() -> bytes:
    """A PNG with 16 bits for each of three colours."""
    row = b"\0" + struct.pack(">3H", 65535, 32768, 0) * 32
    return _png_file(32, 32, 16, 2, row * 32)


def clear_red(kind: str = "PNG") -> bytes:
    """Red that is wholly transparent: a person sees white."""
    return encoded(Image.new("RGBA", (40, 40), (255, 0, 0, 0)), kind, lossless=True)


def see_through_palette() -> bytes:
    """A palette picture, one half red, one half a colour that is transparent."""
    image = Image.new("P", (40, 40), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (20, 0, 40, 40))
    return encoded(image, "PNG", transparency=bytes([255, 0]))


def animated(kind: str) -> bytes:
    """Three frames; the first is the scene."""
    frames = [Image.fromarray(scene(seed=seed)) for seed in range(3)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def pixel_bomb(width: int = 13_000, height: int = 13_000) -> bytes:
    """A 1-bit PNG of a few kilobytes that unpacks to a great many pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return _png_file(width, height, 1, 0, body, packed=True)


def text_bomb() -> bytes:
    """A PNG with a text of 64 MB in 60 kB."""
    bomb = b"Comment\0\0" + zlib.compress(bytes(64 * 2**20), 9)
    whole = png()
    return whole[:33] + _chunk(b"zTXt", bomb) + whole[33:]


def giant_header_webp() -> bytes:
    """A WebP whose header claims 2^24 x 2^24 pixels."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + b"\xff" * 6
    body += webp()[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def giant_header_jpeg() -> bytes:
    """A JPEG whose header claims 65,500 x 65,500 pixels."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    return bytes(data)


def broken_png_data() -> bytes:
    """A PNG whose pixel data have a wrong checksum."""
    rows = b"".join(b"\0" + bytes(range(96)) for _ in range(32))
    packed = bytearray(zlib.compress(rows))
    packed[-1] ^= 0xFF
    return _png_file(32, 32, 8, 2, bytes(packed), packed=True)


def _png_file(
    width: int, height: int, bits: int, colours: int, rows: bytes, packed: bool = False
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    data = rows if packed else zlib.compress(rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", data)
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
