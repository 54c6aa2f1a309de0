"""Whole files that cannot be read here: each is called what it is, and none is called damaged."""

from __future__ import annotations

import pytest

from tests.inputs import pictures
from tests.inputs.importing import Bring
from tests.pipeline.photos.decoding.test_unreadable import with_frame


def boxed(brand: bytes, *compatible: bytes, rest: bytes = bytes(60)) -> bytes:
    others = b"".join(compatible)
    return (16 + len(others)).to_bytes(4, "big") + b"ftyp" + brand + bytes(4) + others + rest


def at(place: int, signature: bytes) -> bytes:
    return bytes(place) + signature + bytes(400)


WHOLE = {
    "a JPEG of 12 bits": with_frame(bits=12),
    "a JPEG of 16 bits": with_frame(0xC1, bits=16),
    "a JPEG without loss": with_frame(0xC3),
    "a JPEG in layers": with_frame(0xC5),
    "a JPEG-LS picture": with_frame(0xF7),
    "a HEIF picture of a newer kind": boxed(b"mif2", rest=b""),
    "a HEIF picture of a newer kind, mif3": boxed(b"mif3", b"avif"[:0]),
    "a HEIF file whose picture is kept as in H.264 video": boxed(b"avci", b"mif1"),
    "a HEIF file whose picture is kept without compression": boxed(b"unif", b"mif1"),
    "a HEIF file whose picture is kept as JPEG": boxed(b"jpeg"),
    "a HEIF file whose picture is kept as in H.266 video": boxed(b"vvic"),
    "a series of pictures in one file": boxed(b"msf1", b"hevc", rest=b"\0\0\0\x08moov"),
    "more than 50 million pixels": pictures.giant_header_avif(17_000, 17_000),
    "a JPEG XL picture": boxed(b"jxl "),
    "a JPEG 2000 picture": b"\xff\x4f\xff\x51" + bytes(90),
    "a JPEG 2000 picture, boxed": boxed(b"jp2 "),
    "a JPEG XR picture": b"II\xbc\x01" + bytes(90),
    "a TIFF or camera RAW picture": b"II+\0\x08\0\0\0" + bytes(90),
    "a camera RAW picture": b"IIU\0" + bytes(90),
    "a camera RAW picture, Olympus": b"IIRS" + bytes(90),
    "a camera RAW picture, Sigma": b"FOVb" + bytes(90),
    "a camera RAW picture, Canon": boxed(b"crx ", b"isom"),
    "a DICOM picture": at(128, b"DICM"),
    "a NIfTI scan": at(344, b"n+1\0"),
    "a FITS picture": b"SIMPLE  =                    T" + b" " * 50,
    "an OpenEXR picture": b"\x76\x2f\x31\x01" + bytes(90),
    "a picture in the Radiance HDR format": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n",
    "a KTX texture": b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(90),
    "a DDS texture": b"DDS " + bytes(90),
    "a QOI picture": b"qoif" + bytes(90),
    "a picture in the PBM, PGM or PPM format": b"P6\n3 2\n255\n" + bytes(18),
    "a GIMP picture": b"gimp xcf v011" + bytes(90),
    "a Photoshop picture": b"8BPS\0\2" + bytes(90),
    "a GIF picture": pictures.animated("GIF"),
    "an SVG drawing": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a Windows metafile drawing": at(40, b" EMF"),
    "a PNG for Apple's devices alone": pictures.apples_png(),
}
NO_PICTURES = {
    "a video, AVI": b"RIFF" + bytes(4) + b"AVI LIST" + bytes(90),
    "a video, MPEG": b"\0\0\x01\xba" + bytes(90),
    "a sound file": boxed(b"M4A ", b"isom"),
    "a sound file, WAV": b"RIFF" + bytes(4) + b"WAVEfmt " + bytes(90),
    "a tar archive": at(257, b"ustar"),
    "a text file": b"The wide river.",
    "a text file, P6": b"P6 is a plan.",
}


def test_whole_pictures_of_other_kinds_are_named(bring: Bring) -> None:
    files = {f"cats/{number}.jpg": data for number, data in enumerate(WHOLE.values())}
    outcome = bring.refuses(files)
    for (name, _), reason in zip(WHOLE.items(), outcome.reasons.values(), strict=True):
        assert name.split(", ")[0] in reason
        assert "damaged" not in reason
        assert "ave it" in reason or "Save one of its pictures" in reason, "what to do"
        assert "not a picture" not in reason


def test_what_is_no_picture_is_called_none(bring: Bring) -> None:
    files = {f"cats/{number}.jpg": data for number, data in enumerate(NO_PICTURES.values())}
    outcome = bring.refuses(files, "not a picture")
    for (name, _), reason in zip(NO_PICTURES.items(), outcome.reasons.values(), strict=True):
        assert name.split(", ")[0] in reason


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "heic", "avif"])
def test_what_is_cut_is_damaged(bring: Bring, kind: str) -> None:
    whole = getattr(pictures, kind)(200, 150)
    cut = {f"cats/{part}": whole[: len(whole) * part // 10] for part in range(3, 10)}
    bring.refuses(cut, "damaged or incomplete", "Copy or download it again")
