"""What a file is, told by its first bytes; its name and ending say nothing.

Only the formats of `canonical.FORMAT_NAMES` go on to the decoder; `formats` says them in words.
The rest is named here, so that its owner hears what the file is and what to do, not that
"something went wrong".
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.errors import Why
from pipeline.photos.decoding import stand_ins
from pipeline.photos.decoding.canonical import FORMAT_NAMES
from pipeline.photos.decoding.signatures import (
    JPEG_2000,
    JPEG_XL,
    OTHER_VIDEO,
    RAW,
    SAVE_AS,
    SIGNATURES,
    SOUND,
    SVG,
    TGA,
    VIDEO,
    WEB_PAGE,
    Kind,
)

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


_CHOOSE: Final = f"Choose a {formats()} file."

# Brands of the box format that HEIC, AVIF and MP4 share, at bytes 8 to 12. What is in a still
# picture's box without being one of the first two is tried as HEIC, and told if that fails.
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIF_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
)
_STILL_BRANDS: Final = frozenset(
    {b"mif1", b"msf1", b"mif2", b"msf2", b"mif3", b"miaf", b"1pic", b"tmap", b"geo1"}
    | {b"MiHB", b"MiHE", b"MiPr", b"MiAC", b"MA1B", b"MA1A", b"unif"}
    | {b"avci", b"avcs", b"vvic", b"vvis", b"evbi", b"evbs", b"j2ki", b"jpeg", b"jpgs"}
)
_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A "})
_OLD_QUICKTIME: Final = (b"moov", b"mdat", b"wide", b"pnot", b"free", b"skip")  # without `ftyp`
_MOST_BRANDS_BYTES: Final = 256  # far more than any file has

_IN_RIFF: Final = {
    b"AVI ": OTHER_VIDEO,
    b"WAVE": SOUND,
    b"ACON": Kind("a mouse pointer", SAVE_AS, shows=True),
    **{
        b"CDR" + bytes([version]): Kind("a CorelDRAW drawing", SAVE_AS, shows=True)
        for version in range(48, 91)
    },
}
_TGA_KINDS: Final = (b"\x02", b"\x03", b"\x0a", b"\x0b")
_TEXT_BYTES: Final = 1024
_MARKUP_BYTES: Final = 64 * 1024  # drawings begin with long comments
_MARKUP: Final = re.compile(rb"<(svg|html|head|body|!doctype html)[\s>:]", re.IGNORECASE)
_PLAIN_NETPBM: Final = re.compile(rb"P[1-7][ \r\t]\s*\d+\s+\d+\s")
_XBM: Final = re.compile(rb"#define \w+_width \d")

# Where a library is missing, these cannot be read either.
_BOXED: Final[dict[str, Kind]] = {
    "HEIF": Kind("a HEIC photo, as iPhones make them", "Save it as JPEG.", shows=True),
    "AVIF": Kind("an AVIF picture", SAVE_AS, shows=True),
}


def readable_kind(data: bytes) -> str | None:
    """Pillow's name of the format, one of `canonical.FORMAT_NAMES`, or None for any other."""
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
    if why := stand_ins.why_not(data):
        return why
    kind = _kind(data)
    if kind is None:
        return Why("This is not a picture that can be read here.", _CHOOSE)
    if kind.shows:
        return Why(f"This is {kind.what}, which cannot be read here.", kind.advice)
    return Why(f"This is {kind.what}, not a picture.", kind.advice or _CHOOSE)


def what(data: bytes) -> str | None:
    """What a file is that is not read here, with its article; None for what nobody knows.

    Args:
        data: Its beginning.
    """
    kind = _kind(data)
    return kind.what if kind else None


def _boxed_kind(data: bytes) -> str | None:
    brand = data[8:12]
    if brand in _AVIF_BRANDS:
        return "AVIF"
    if brand in _STILL_BRANDS:
        end = min(int.from_bytes(data[:4]), _MOST_BRANDS_BYTES)
        compatible = {data[at : at + 4] for at in range(16, end, 4)}
        return "AVIF" if compatible & _AVIF_BRANDS else "HEIF"
    return "HEIF" if brand in _HEIF_BRANDS else None


def _kind(data: bytes) -> Kind | None:
    if _is_tga(data):  # it begins as mouse pointers do
        return TGA
    for at, signature, kind in SIGNATURES:
        if data.startswith(signature, at):
            return kind
    if data[4:8] == b"ftyp":
        return _boxed(data)
    if data[:1] < b" " and data[4:8] in _OLD_QUICKTIME:  # no text, but a length
        return VIDEO
    if data[:4] == b"RIFF":
        return _IN_RIFF.get(data[8:12], Kind("a video or sound file"))
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # reserved bytes, always zero
        return Kind("a BMP picture", SAVE_AS, shows=True)
    return _text(data) or (OTHER_VIDEO if _is_transport_stream(data) else None)


def _is_tga(data: bytes) -> bool:
    """Whether it has TGA's last bytes, or begins as one without a table of colours."""
    if data.endswith(b"TRUEVISION-XFILE.\0"):
        return True
    has_table = data[1:2] != b"\0" or any(data[3:8])
    return data[2:3] in _TGA_KINDS and not has_table and any(data[12:14]) and any(data[14:16])


def _is_transport_stream(data: bytes) -> bool:
    """Whether it is made of a television's packets, as camcorders save them."""
    return any(
        len(data) > at + length and data[at : at + 2 * length + 1 : length] in (b"GGG", b"GG")
        for at, length in ((0, 188), (4, 192))
    )


def _text(data: bytes) -> Kind | None:
    start = _as_utf8(data[:_MARKUP_BYTES]).lstrip()
    found = _MARKUP.search(start) if start.startswith(b"<") else None
    if found:
        return SVG if found[1].lower() == b"svg" else WEB_PAGE
    start = _as_utf8(data[:_TEXT_BYTES])
    if _PLAIN_NETPBM.match(start) or _XBM.match(start):
        return Kind("a picture written as text", SAVE_AS, shows=True)
    return Kind("a text file") if _is_text(start) else None


def _as_utf8(start: bytes) -> bytes:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[: len(start) & ~1].decode("utf-16", "ignore").encode("utf-8", "ignore")
    return start.removeprefix(b"\xef\xbb\xbf")


def _boxed(data: bytes) -> Kind:
    brand = data[8:12]
    if brand == b"crx ":
        return RAW
    if brand == b"jxl ":
        return JPEG_XL
    if brand in (b"jp2 ", b"jpx ", b"jph "):
        return JPEG_2000
    if brand in _SOUND_BRANDS:
        return SOUND
    return _BOXED.get(_boxed_kind(data) or "", VIDEO)


def _is_text(start: bytes) -> bool:
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":  # more than a letter cut in two at the end
            return False
        text = start[: error.start].decode("utf-8")
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text)
