"""Why a file of a format that is read could not be: of a rare kind, too large, or damaged.

What is whole must never be called damaged, as no other copy of it would be better.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from pipeline.errors import Why
from pipeline.photos.decoding.colour import boxes
from pipeline.photos.decoding.signatures import SAVE_AS

DAMAGED: Final = Why("The picture is damaged or incomplete.", "Copy or download it again.")

_ORDINARY: Final = "Save it as an ordinary JPEG."
_ONE_OF_THEM: Final = "Save one of its pictures as JPEG."
_LOSSLESS: Final = "a JPEG without loss, as medical devices make them"
_LAYERED: Final = "a JPEG in layers (hierarchical)"
# The frames of JPEG that no library here reads, by their markers. See ITU-T T.81, table B.1.
_FRAMES: Final = {
    0xC3: _LOSSLESS,
    0xC5: _LAYERED,
    0xC6: _LAYERED,
    0xC7: _LAYERED,
    0xCB: _LOSSLESS,
    0xCD: _LAYERED,
    0xCE: _LAYERED,
    0xCF: _LAYERED,
    0xDE: _LAYERED,  # says that such frames follow
    0xF7: "a JPEG-LS picture",
}
_ORDINARY_FRAMES: Final = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
_WITHOUT_LENGTH: Final = (0x01, *range(0xD0, 0xD9))
_SCAN: Final = (0xD9, 0xDA)
_BITS: Final = range(9, 17)  # of other pictures than photos have

# How the main picture of a HEIF file may be coded; what is not here is damaged where it fails.
_CODINGS: Final = {
    b"avc1": "as in H.264 video",
    b"vvc1": "as in H.266 video",
    b"evc1": "as in EVC video",
    b"lhv1": "in layers",
    b"j2k1": "as JPEG 2000",
    b"jpeg": "as JPEG",
    b"unci": "without compression",
    b"mski": "as a mask",
    b"iovl": "as an overlay of several",
    b"iden": "as a part of another",
    b"tmap": "as an HDR gain map",
}
_BRANDS: Final = {
    b"avci": b"avc1",
    b"avcs": b"avc1",
    b"vvic": b"vvc1",
    b"vvis": b"vvc1",
    b"evbi": b"evc1",
    b"evbs": b"evc1",
    b"j2ki": b"j2k1",
    b"jpeg": b"jpeg",
    b"jpgs": b"jpeg",
    b"unif": b"unci",
}
_NEWER_BRANDS: Final = frozenset({b"mif2", b"mif3", b"msf2"})


def why(kind: str, data: bytes, most_pixels: int) -> Why:
    """Why a file could not be read.

    Args:
        kind: Pillow's name of its format.
        data: The file.
        most_pixels: How large a picture may be.
    """
    found = None
    if kind == "JPEG":
        found = _of_jpeg(data)
    elif kind == "PNG" and data[12:16] == b"CgBI":
        found = _kind("a PNG for Apple's devices alone, as in their apps", SAVE_AS)
    elif kind in ("HEIF", "AVIF"):
        found = _of_boxes(data, most_pixels)
    return found or DAMAGED


def too_many_pixels(most: int) -> Why:
    """What is said of a picture that is too large."""
    return Why(
        f"The picture has more than {most // 10**6} million pixels.",
        "Save it smaller, for example 4000 pixels wide.",
    )


def _kind(what: str, advice: str) -> Why:
    return Why(f"This is {what}, which cannot be read here.", advice)


class _Frame(NamedTuple):
    marker: int
    bits: int
    channels: int


def _of_jpeg(data: bytes) -> Why | None:
    frame = _frame(data)
    if frame is None:
        return None
    if frame.marker in _FRAMES:
        return _kind(_FRAMES[frame.marker], _ORDINARY)
    if frame.bits in _BITS:
        return _kind(f"a JPEG of {frame.bits} bits, as medical devices make them", _ORDINARY)
    if frame.bits == 8 and frame.channels in (2, 5, 6, 7, 8):
        return _kind(f"a JPEG of {frame.channels} channels", _ORDINARY)
    return None


def _frame(jpeg: bytes) -> _Frame | None:
    """The first frame's header, before any pixels."""
    at = 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            return None
        marker = jpeg[at + 1]
        if marker in _SCAN:
            return None
        if marker == 0xFF or marker in _WITHOUT_LENGTH:  # a byte that fills, or one by itself
            at += 1 if marker == 0xFF else 2
            continue
        if (marker in _FRAMES or marker in _ORDINARY_FRAMES) and at + 10 <= len(jpeg):
            return _Frame(marker, jpeg[at + 4], jpeg[at + 9])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return None


def _of_boxes(data: bytes, most_pixels: int) -> Why | None:
    primary, brand = boxes.primary(data), data[8:12]
    if primary.size is not None and primary.size[0] * primary.size[1] > most_pixels:
        return too_many_pixels(most_pixels)
    how = _CODINGS.get(primary.coding or _BRANDS.get(brand, b""))
    if how:
        return _kind(f"a HEIF file whose picture is kept {how}", SAVE_AS)
    if not primary.coding and boxes.has(data, b"moov"):
        return _kind("a series of pictures in one file, as of a burst", _ONE_OF_THEM)
    if brand in _NEWER_BRANDS:
        return _kind("a HEIF picture of a newer kind", SAVE_AS)
    return None
