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
    "an SVG drawing, behind a long comment": b"<?xml?><!--" + b"x" * 3000 + b"--><svg:svg/>",
    "an SVG drawing, of UTF-16": "<?xml?>\n<svg width='1'/>".encode("utf-16"),
    "a TGA picture": pictures.encoded(pictures.scene(), "TGA"),
    "a TGA picture, of an old program": b"\0\0\x02" + bytes(9) + b"\2\0\2\0\x18\0" + bytes(12),
    "a PCX picture": pictures.encoded(pictures.scene(), "PCX"),
    "an SGI picture": pictures.encoded(pictures.scene(), "SGI"),
    "a picture in the PBM, PGM or PPM format, by a library": pictures.encoded(
        pictures.scene(), "PPM"
    ),
    "a picture written as text": b"P2 3 2 255\n0 1 2 3 4 5\n",
    "a picture written as text, XBM": b"#define im_width 8\n#define im_height 1\n",
    "a file of a microscope": b"ZISRAWFILE" + bytes(90),
    "a mouse pointer": b"RIFF" + bytes(4) + b"ACONanih",
    "a mouse pointer, at rest": b"\0\0\2\0\1\0\x20\x20" + bytes(90),
    "a CorelDRAW drawing": b"RIFF" + bytes(4) + b"CDRCvrsn",
    "an InDesign document": b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5" + bytes(90),
    "a Windows metafile drawing": at(40, b" EMF"),
    "a PNG for Apple's devices alone": pictures.apples_png(),
}
NO_PICTURES = {
    "a video, AVI": b"RIFF" + bytes(4) + b"AVI LIST" + bytes(90),
    "a video, MPEG": b"\0\0\x01\xba" + bytes(90),
    "a video, of a camcorder": (bytes(4) + b"G" + bytes(187)) * 4,
    "a video, of a television": (b"G" + bytes(187)) * 4,
    "a sound file, MP3 without a title": b"\xff\xfb\x90\0" + bytes(400),
    "a sound file, AAC": b"\xff\xf1\x50\x80" + bytes(400),
    "an office document of an older kind": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90),
    "a text document": b"{\\rtf1\\ansi hello}",
    "a web page": b"\n<!-- saved from url -->\n<html><body>",
    "a web page, without its beginning": b"<head><title>Not found</title>",
    "a web page, of an older kind": b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C'>",
    "a web page, with a drawing": b"<html><body><svg></svg>",
    "a web page, of UTF-16": "<html><p>Log in</p>".encode("utf-16"),
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


def test_other_videos_are_told_what_a_photo_set_takes(bring: Bring) -> None:
    bring.refuses({"cats/a.avi": b"RIFF" + bytes(4) + b"AVI LIST" + bytes(90)}, "save it as MP4")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_went_through_a_program_for_texts_is_told(bring: Bring, kind: str) -> None:
    whole = pictures.encoded(pictures.scene(), kind)
    changed = {
        "cats/lost.jpg": whole.decode("utf-8", "replace").encode(),
        "cats/latin.jpg": whole.decode("latin-1").encode(),
    }
    if kind == "PNG":
        changed |= {"cats/unix.png": whole.replace(b"\r\n", b"\n")}
    bring.refuses(changed, "as if it were text", "again, in another way")


@pytest.mark.parametrize("start", [b"\xff", b"\xff\xd8", b"\x89P"])
def test_the_first_bytes_of_a_photo_are_no_text(bring: Bring, start: bytes) -> None:
    outcome = bring.refuses({"cats/a.jpg": start})
    assert "text" not in outcome.reasons["cats/a.jpg"]
