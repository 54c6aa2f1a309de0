"""What a file is, told by its first bytes; its name and ending say nothing.

Only JPEG, PNG, WebP, HEIC and AVIF go on to the decoder. The rest is named here, so that its
owner hears what the file is and what to do, not that "something went wrong".
"""

from __future__ import annotations

import re
from typing import Final

_SAVE_AS: Final = "Save it as JPEG or PNG."
_CHOOSE: Final = "Choose a JPEG, PNG, WebP, HEIC or AVIF file."

# First bytes, what they are, what to do. The first line that fits counts.
_SIGNATURES: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"GIF87a", "a GIF picture", _SAVE_AS),
    (b"GIF89a", "a GIF picture", _SAVE_AS),
    (b"II*\x00", "a TIFF or camera RAW picture", _SAVE_AS),
    (b"MM\x00*", "a TIFF or camera RAW picture", _SAVE_AS),
    (b"IIRO", "a camera RAW picture", _SAVE_AS),
    (b"FUJIFILM", "a camera RAW picture", _SAVE_AS),
    (b"8BPS", "a Photoshop picture", _SAVE_AS),
    (b"\x00\x00\x01\x00", "an icon", _SAVE_AS),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture", _SAVE_AS),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture", _SAVE_AS),
    (b"\xff\x0a", "a JPEG XL picture", _SAVE_AS),
    (b"%PDF", "a PDF document", "Save its pictures as JPEG or PNG."),
    (b"%!PS", "a PostScript drawing", _SAVE_AS),
    (b"\xc5\xd0\xd3\xc6", "a PostScript drawing", _SAVE_AS),
    (b"PK\x03\x04", "a zip archive or an office document", "Unpack it first."),
    (b"PK\x05\x06", "an empty zip archive", _CHOOSE),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"\x1a\x45\xdf\xa3", "a video", "Choose photos."),
    (b"ID3", "a sound file", _CHOOSE),
    (b"MZ", "a program", _CHOOSE),
    (b"\x7fELF", "a program", _CHOOSE),
    (b"\x00\x05\x16\x07", "a helper file that a Mac wrote beside the photo", "Leave it out."),
)

# Brands of the box format that HEIC, AVIF and MP4 share, at bytes 8 to 12.
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_EITHER_BRANDS: Final = frozenset({b"mif1", b"msf1"})  # AVIF if the brands behind say so
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_MOST_BRANDS_BYTES: Final = 256  # far more than any file has

# Where a library is missing, these cannot be read either.
_BOXED: Final[dict[str, tuple[str, str]]] = {
    "HEIF": ("a HEIC photo, as iPhones make them", "Save it as JPEG."),
    "AVIF": ("an AVIF picture", _SAVE_AS),
}


def readable_kind(data: bytes) -> str | None:
    """Pillow's name of the format, one of `canonical.ORIGIN_FORMATS`, or None for any other."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _boxed_kind(data)
    return None


def why_not(data: bytes) -> str:
    """Say what a file is that cannot be read here, and what to do: two plain sentences."""
    if not data:
        return "The file is empty. Copy or download it again."
    what, advice = _name(data)
    if what is None:
        return f"This is not a picture that can be read here. {advice}"
    if advice == _SAVE_AS or advice.startswith("Save"):
        return f"This is {what}, which cannot be read here. {advice}"
    return f"This is {what}, not a picture. {advice}"


def _boxed_kind(data: bytes) -> str | None:
    brand = data[8:12]
    if brand in _AVIF_BRANDS:
        return "AVIF"
    if brand in _EITHER_BRANDS:
        end = min(int.from_bytes(data[:4]), _MOST_BRANDS_BYTES)
        compatible = {data[at : at + 4] for at in range(16, end, 4)}
        return "AVIF" if compatible & _AVIF_BRANDS else "HEIF"
    return "HEIF" if brand in _HEIF_BRANDS else None


def _name(data: bytes) -> tuple[str | None, str]:
    for signature, what, advice in _SIGNATURES:
        if data.startswith(signature):
            return what, advice
    if data[4:8] == b"ftyp":
        if data[8:12] == b"crx ":
            return "a camera RAW picture", _SAVE_AS
        return _BOXED.get(_boxed_kind(data) or "", ("a video", "Choose photos."))
    if data[:4] == b"RIFF":
        return "a video or sound file", _CHOOSE
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # reserved bytes, always zero
        return "a BMP picture", _SAVE_AS
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page", "Download the picture itself."
    if b"<svg" in start:
        return "an SVG drawing", _SAVE_AS
    if _is_text(data[:1024]):
        return "a text file", _CHOOSE
    return None, _CHOOSE


def _is_text(start: bytes) -> bool:
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # more than a letter cut in two at the end
            return False
        text = start[: error.start].decode("utf-8")
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text)
