"""The JPEG that a photo is kept as: how it is written, and how one is told from any other."""

from __future__ import annotations

import functools
import io
import re
import struct
from typing import Final

from PIL import Image

from pipeline.photos.decoding.canonical import CANONICAL_SIDE_PX

QUALITY: Final = 95

_END: Final = b"\xff\xd9"
_MARKER: Final = re.compile(rb"\xff(?!\x00)")  # in pixel data a 0xFF has a zero after it
_START_OF_FRAME: Final = b"\xff\xc0"
_START_OF_SCAN: Final = 0xDA
_SIZE_AT: Final = 5  # bytes from the start of the frame's segment to the size
_SIZE: Final = struct.Struct(">HH")  # height and width


def written(photo: Image.Image) -> bytes:
    """Encode an RGB picture whose `info` is empty."""
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=QUALITY, subsampling="4:4:4")
    return buffer.getvalue()


def has_its_form(jpeg: bytes, size: tuple[int, int]) -> bool:
    """Whether all but the compressed pixels is, byte for byte, what `written` would write.

    Nothing is decoded, so the pixels may still be nonsense; but it has no room for metadata,
    other tables, a second scan, or anything behind its end.

    Args:
        jpeg: Any bytes.
        size: Width and height that it should have, in pixels.
    """
    if not 0 < min(size) <= max(size) <= CANONICAL_SIDE_PX:
        return False
    tables, scan = _around_the_size()
    size_at, pixels_at = len(tables), len(tables) + _SIZE.size + len(scan)
    return (
        jpeg.startswith(tables)
        and jpeg.startswith(_SIZE.pack(*reversed(size)) + scan, size_at)
        and jpeg.endswith(_END)
        and not _MARKER.search(jpeg, pixels_at, len(jpeg) - len(_END))
    )


def may_stay(jpeg: bytes, size: tuple[int, int]) -> bool:
    """Whether a JPEG from outside can be kept as it is, as if `written` had made it.

    That spares photos that were exported and come back a second loss, and they stay equal to
    their first copies. It is safe because only entropy-coded pixels under the standard tables
    are left to whoever made the file, and the caller has decoded them in full, in the process
    that is there for it. Whatever they hold is shown as pixels, but for seven bytes at most
    behind the last one: no archive and no script is that short.

    Args:
        jpeg: The file, which has been decoded in full.
        size: Width and height of the upright picture as it would be kept, in pixels.
    """
    return has_its_form(jpeg, size) and not _has_bytes_to_spare(jpeg, size)


def _has_bytes_to_spare(jpeg: bytes, size: tuple[int, int]) -> bool:
    """Whether every pixel is there even without the last byte before the end."""
    without_end = jpeg.removesuffix(_END)
    one_less = without_end[: -2 if without_end.endswith(b"\xff\x00") else -1]
    try:
        Image.new("RGB", size).frombytes(one_less, "jpeg", "RGB", "")
    except ValueError:  # not enough data
        return False
    return True


@functools.cache
def _around_the_size() -> tuple[bytes, bytes]:
    """What stands before the pixels of any picture: before its height and width, and after.

    The tables do not depend on the picture, as they are not fitted to it.
    """
    blank = written(Image.new("RGB", (16, 16)))
    size_at = blank.index(_START_OF_FRAME) + _SIZE_AT
    at = 2
    while True:
        marker, length = blank[at + 1], int.from_bytes(blank[at + 2 : at + 4])
        at += 2 + length
        if marker == _START_OF_SCAN:
            return blank[:size_at], blank[size_at + _SIZE.size : at]
