"""What a file is, told by its first bytes; its name and ending say nothing.

Only the formats of `canonical.FORMAT_NAMES` go on to the decoder; `formats` says them in words.
The rest is named here, so that its owner hears what the file is and what to do, not that
"something went wrong".
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.errors import Why
from pipeline.photos.decoding.canonical import FORMAT_NAMES

_UNFAMILIAR: Final = {"HEIC": "HEIC (as iPhones make them)"}


def formats(last: str = "or", *, explained: bool = False) -> str:
    """The formats that are read, in words: `JPEG, PNG, WebP, HEIC or AVIF`.

    Args:
        last: The word before the last one.
        explained: Whether to say where those come from whose names people do not know.
    """
    names = [_UNFAMILIAR.get(name, name) if explained else name for name in FORMAT_NAMES.values()]
    # `wording.text.joined` would bring NumPy into the decoding process.
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


_SAVE_AS: Final = "Save it as JPEG or PNG."
_UNPACK: Final = "Unpack it first."
_CHOOSE: Final = f"Choose a {formats()} file."


class _Kind(NamedTuple):
    """What a file is that cannot be read here.

    Attributes:
        what: As a person would say, with its article.
        advice: What to do.
        shows: Whether it holds a picture, only in a way that is not read here.
    """

    what: str
    advice: str
    shows: bool = False


def _picture(what: str, advice: str = _SAVE_AS) -> _Kind:
    return _Kind(what, advice, shows=True)


# First bytes, and what they are. The first line that fits counts.
_SIGNATURES: Final[tuple[tuple[bytes, _Kind], ...]] = (
    (b"GIF87a", _picture("a GIF picture")),
    (b"GIF89a", _picture("a GIF picture")),
    (b"II*\x00", _picture("a TIFF or camera RAW picture")),
    (b"MM\x00*", _picture("a TIFF or camera RAW picture")),
    (b"IIRO", _picture("a camera RAW picture")),
    (b"FUJIFILM", _picture("a camera RAW picture")),
    (b"8BPS", _picture("a Photoshop picture")),
    (b"\x00\x00\x01\x00", _picture("an icon")),
    (b"\x00\x00\x00\x0cjP  ", _picture("a JPEG 2000 picture")),
    (b"\x00\x00\x00\x0cJXL ", _picture("a JPEG XL picture")),
    (b"\xff\x0a", _picture("a JPEG XL picture")),
    (b"%PDF", _picture("a PDF document", "Save its pictures as JPEG or PNG.")),
    (b"%!PS", _picture("a PostScript drawing")),
    (b"\xc5\xd0\xd3\xc6", _picture("a PostScript drawing")),
    (b"PK\x03\x04", _Kind("a zip archive or an office document", _UNPACK)),
    (b"PK\x05\x06", _Kind("an empty zip archive", _CHOOSE)),
    (b"Rar!", _Kind("a RAR archive", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", _Kind("a 7-Zip archive", _UNPACK)),
    (b"\x1f\x8b", _Kind("a gzip archive", _UNPACK)),
    (b"\x1a\x45\xdf\xa3", _Kind("a video", "Choose photos.")),
    (b"ID3", _Kind("a sound file", _CHOOSE)),
    (b"MZ", _Kind("a program", _CHOOSE)),
    (b"\x7fELF", _Kind("a program", _CHOOSE)),
    (
        b"\x00\x05\x16\x07",
        _Kind("a helper file that a Mac wrote beside the photo", "Leave it out."),
    ),
)

# Brands of the box format that HEIC, AVIF and MP4 share, at bytes 8 to 12.
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_EITHER_BRANDS: Final = frozenset({b"mif1", b"msf1"})  # AVIF if the brands behind say so
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_MOST_BRANDS_BYTES: Final = 256  # far more than any file has

# Where a library is missing, these cannot be read either.
_BOXED: Final[dict[str, _Kind]] = {
    "HEIF": _picture("a HEIC photo, as iPhones make them", "Save it as JPEG."),
    "AVIF": _picture("an AVIF picture"),
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


def why_not(data: bytes) -> Why:
    """Say what a file is that cannot be read here, and what to do."""
    if not data:
        return Why("The file is empty.", "Copy or download it again.")
    kind = _kind(data)
    if kind is None:
        return Why("This is not a picture that can be read here.", _CHOOSE)
    if kind.shows:
        return Why(f"This is {kind.what}, which cannot be read here.", kind.advice)
    return Why(f"This is {kind.what}, not a picture.", kind.advice)


def _boxed_kind(data: bytes) -> str | None:
    brand = data[8:12]
    if brand in _AVIF_BRANDS:
        return "AVIF"
    if brand in _EITHER_BRANDS:
        end = min(int.from_bytes(data[:4]), _MOST_BRANDS_BYTES)
        compatible = {data[at : at + 4] for at in range(16, end, 4)}
        return "AVIF" if compatible & _AVIF_BRANDS else "HEIF"
    return "HEIF" if brand in _HEIF_BRANDS else None


def _kind(data: bytes) -> _Kind | None:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[4:8] == b"ftyp":
        if data[8:12] == b"crx ":
            return _picture("a camera RAW picture")
        return _BOXED.get(_boxed_kind(data) or "", _Kind("a video", "Choose photos."))
    if data[:4] == b"RIFF":
        return _Kind("a video or sound file", _CHOOSE)
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # reserved bytes, always zero
        return _picture("a BMP picture")
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return _Kind("a web page", "Download the picture itself.")
    if b"<svg" in start:
        return _picture("an SVG drawing")
    if _is_text(data[:1024]):
        return _Kind("a text file", _CHOOSE)
    return None


def _is_text(start: bytes) -> bool:
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # more than a letter cut in two at the end
            return False
        text = start[: error.start].decode("utf-8")
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text)
