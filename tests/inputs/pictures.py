"""Pictures to put into tests, made on the spot: ordinary, odd and hostile ones.

No test needs a file of somebody else's; each maker says in one line what is odd about it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, features


def scene(width: int = 60, height: int = 40, seed: int = 0) -> NDArray[np.uint8]:
    """A smooth picture whose four corners differ, so that turning it shows: (h, w, 3) uint8."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    tint = np.random.default_rng(seed).uniform(0, 60, 3)
    channels = [200 * x * (1 - y), 200 * y, 200 * (1 - x) * (1 - y)]
    return np.stack([c + t for c, t in zip(channels, tint, strict=True)], axis=-1).astype(np.uint8)


def encoded(picture: Image.Image | NDArray[Any], kind: str, **options: Any) -> bytes:
    """A picture as a file of this kind."""
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()  # Pillow itself has the others
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


def tiled_heic(width: int = 200, height: int = 150) -> bytes:
    """A HEIC photo in tiles, as phones write them."""
    return heic(width, height, tile_size=64)


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
    return encoded(image, kind, quality=95, exif=exif.tobytes())


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
    return whole[:33] + png_chunk(b"zTXt", bomb) + whole[33:]


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


def giant_header_heic(width: int = 20_000, height: int = 20_000) -> bytes:
    """A HEIC photo whose header claims more pixels than it has."""
    data = bytearray(heic(128, 64))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


def giant_header_avif(width: int = 10_000, height: int = 10_000) -> bytes:
    """An AVIF whose header claims more pixels than it has."""
    data = bytearray(avif(128, 64))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


def zip_among_the_pixels(kept: bytes) -> bytes:
    """A kept JPEG with a zip archive behind its last pixel, whose comment is the JPEG's end.

    The archive has no other 0xFF, so a JPEG reader takes it for pixels that are left over.
    """
    end = b"\xff\xd9"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as hidden:
        hidden.comment = end
        hidden.writestr(zipfile.ZipInfo("evil.txt"), "<script>SECRET</script>")
    assert archive.getvalue().count(b"\xff") == 1
    return kept.removesuffix(end) + archive.getvalue()


def broken_png_data() -> bytes:
    """A PNG whose pixel data have a wrong checksum."""
    rows = b"".join(b"\0" + bytes(range(96)) for _ in range(32))
    packed = bytearray(zlib.compress(rows))
    packed[-1] ^= 0xFF
    return _png_file(32, 32, 8, 2, bytes(packed), packed=True)


def _png_file(
    width: int,
    height: int,
    bits: int,
    colours: int,
    rows: bytes,
    packed: bool = False,
    interlaced: bool = False,
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, interlaced)
    data = rows if packed else zlib.compress(rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", data)
        + png_chunk(b"IEND", b"")
    )


def png_chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def heic(width: int = 64, height: int = 48, seed: int = 0, **options: Any) -> bytes:
    """A HEIC photo, as iPhones make them; whoever has no library for it skips the test."""
    pillow_heif = pytest.importorskip("pillow_heif")
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(scene(width, height, seed))).save(
        stream, quality=90, **options
    )
    return stream.getvalue()


def avif(width: int = 60, height: int = 40, seed: int = 0, **options: Any) -> bytes:
    """An AVIF picture; whoever has no library for it skips the test."""
    if not features.check("avif"):
        pytest.skip("needs a Pillow that writes AVIF")
    return encoded(scene(width, height, seed), "AVIF", **{"quality": 90, **options})


def ycck() -> bytes:
    """A JPEG of four inks that says its colours are luminance, two differences, and black."""
    data = bytearray(encoded(Image.fromarray(scene()).convert("CMYK"), "JPEG", quality=95))
    adobe = data.index(b"Adobe")
    data[adobe + 11] = 2
    return bytes(data)


def with_segment(marker: int, content: bytes, after: int = 2) -> bytes:
    """A JPEG with one more segment of metadata in front."""
    data = jpeg()
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content
    return data[:after] + segment + data[after:]


def with_exif(tiff: bytes) -> bytes:
    """A JPEG whose EXIF is these bytes, however broken they are."""
    return with_segment(0xE1, b"Exif\0\0" + tiff)


def exif_entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    """An EXIF block with one entry, whose four value bytes are these."""
    return (
        b"MM\0*\0\0\0\x08" + b"\0\x01" + struct.pack(">HHI4s", tag, kind, count, value) + bytes(4)
    )


def with_png_chunk(name: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    whole = png()
    return whole[:33] + png_chunk(name, content) + whole[33:]


def endless_png() -> bytes:
    """An animated PNG that claims two thousand million frames."""
    data = animated("PNG")
    at = data.index(b"acTL")
    return data[: at - 4] + png_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)) + data[at + 16 :]


def phone_of_200_megapixels() -> bytes:
    """A JPEG of 16,320 x 12,240 pixels, as some phones make: one strip again and again.

    To draw it at once would take 600 MB here.
    """
    rows = 12_240 // 8
    line = scene(16_320, 3)[1:2]
    strip = encoded(np.repeat(line, 8, axis=0), "JPEG", quality=80, subsampling="4:4:4")
    return _repeated(strip, rows, 12_240)


def slow_jpeg(side: int = 8_000, scans: int = 4_000) -> bytes:
    """A grey progressive JPEG of a few hundred kilobytes that goes over its pixels for each scan.

    Each scan says that all blocks stay as they are, and the decoder walks through all of them.
    """
    table = bytes([0x10, 1, *bytes(15), 0xE0])  # one code, of one bit: 2^14 blocks or more at once
    run = "0" + "1" * 14  # 32,767 blocks
    runs = -(-(((side + 7) // 8) ** 2) // 32_767)
    bits = (run * runs).ljust(-(-15 * runs // 8) * 8, "1")
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    data = data.replace(b"\xff", b"\xff\x00")
    scan = b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0x00, 1, 63, 0x00) + data
    frame = struct.pack(">BHHBBBB", 8, side, side, 1, 1, 0x11, 0)
    return b"".join(
        (
            b"\xff\xd8",
            b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([1] * 64),
            b"\xff\xc2" + struct.pack(">H", 2 + len(frame)) + frame,
            b"\xff\xc4" + struct.pack(">H", 2 + len(table)) + table,
            scan * scans,
            b"\xff\xd9",
        )
    )


def _repeated(strip: bytes, times: int, height: int) -> bytes:
    """A JPEG of one row of blocks, with that row so many times below each other."""
    start = strip.index(b"\xff\xda")
    first_pixel = start + 2 + int.from_bytes(strip[start + 2 : start + 4])
    header, row = bytearray(strip[:start]), strip[first_pixel:-2]
    frame = header.index(b"\xff\xc0")
    height_at, width_at = frame + 5, frame + 7
    header[height_at : height_at + 2] = struct.pack(">H", height)
    width = int.from_bytes(header[width_at : width_at + 2])
    # Each row begins anew behind a restart marker, so all rows may be the same bytes.
    restart = b"\xff\xdd" + struct.pack(">HH", 4, -(-width // 8))
    rows = b"".join(
        row + bytes([0xFF, 0xD0 + number % 8]) if number < times - 1 else row
        for number in range(times)
    )
    return bytes(header) + restart + strip[start:first_pixel] + rows + b"\xff\xd9"


def clouds(seed: int, side: int = 48) -> NDArray[np.uint8]:
    """Soft coloured clouds; no two seeds look alike: (side, side, 3) uint8."""
    rng = np.random.default_rng(seed)
    cells = Image.fromarray(rng.integers(0, 256, (6, 6, 3), np.uint8))
    return np.asarray(cells.resize((side, side), Image.Resampling.BICUBIC))


def png_16_bits(values: NDArray[np.uint16], interlaced: bool = False) -> bytes:
    """A PNG of 16 bits, `(h, w, channels)`: grey, grey with alpha, RGB, RGB with alpha."""
    height, width, channels = values.shape
    passes = [(0, 0, 1, 1)]
    if interlaced:  # Adam7: first column and row of each pass, and the steps
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)]
        passes += [(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b"".join(
        b"\0" + row.astype(">u2").tobytes()
        for x, y, across, down in passes
        for row in values[y::down, x::across]
    )
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    return _png_file(width, height, 16, kind, rows, interlaced=interlaced)


def apples_png() -> bytes:
    """A PNG as Xcode rewrites it for iPhones: one chunk more, and pixels without zlib's header."""
    rows = b"".join(b"\0" + bytes(range(96)) for _ in range(32))
    whole = _png_file(32, 32, 8, 2, zlib.compress(rows)[2:-4], packed=True)
    return whole[:8] + png_chunk(b"CgBI", b"\x50\x00\x20\x02") + whole[8:]
