"""Pillow's readers for the formats that most uploads do not have, loaded when one is met.

Loading all of Pillow's, as it does by itself, takes a decoding process tens of milliseconds,
and the library for HEIC nearly as long again.
"""

from __future__ import annotations

from typing import Final

_HOLDS_THE_PHOTO: Final = (b"meta", b"mdat", b"moov")  # boxes that are not left out


def load(kind: str) -> bool:
    """Make Pillow able to open a format, one of `canonical.FORMAT_NAMES`.

    Returns:
        Whether this computer can read it. JPEG, PNG and WebP can be read on every one.
    """
    if kind == "HEIF":
        return _load_heif()
    if kind == "AVIF":
        from PIL import AvifImagePlugin

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # there is a process for each core already
        return AvifImagePlugin.SUPPORTED
    if kind == "WEBP":
        from PIL import WebPImagePlugin  # noqa: F401 - importing it is all it takes
    return True


def _load_heif() -> bool:
    try:
        import pillow_heif

        # The photo itself is all that is taken: nothing else in the file is worth the risk. A
        # thumbnail would also be decoded in its place, and then nobody has looked at the photo.
        pillow_heif.register_heif_opener(
            decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
        )
    except ImportError:  # it is not built for every computer
        return False
    return True


def is_cut_short(heif: bytes) -> bool:
    """Whether a HEIC file ends before it says that it does.

    A phone's photo is made of tiles, and where some are missing the library leaves it black
    there and says nothing. What phones write behind the last box, in forms of their own, is
    no matter here.
    """
    at = 0
    while at + 8 <= len(heif):
        length, name = int.from_bytes(heif[at : at + 4]), heif[at + 4 : at + 8]
        if length == 1:  # too long for four bytes
            length = int.from_bytes(heif[at + 8 : at + 16])
        if name in _HOLDS_THE_PHOTO and at + length > len(heif):
            return True
        if length < 8:  # 0: it is the last one, however long
            return False
        at += length
    return False
