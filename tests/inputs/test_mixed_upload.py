"""One upload with everything in it that people and attackers send, through the real way.

Whatever a file holds, the others are kept, the counts add up, and each refusal is one or
two plain sentences.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from pipeline.photos.decoding.decode import pixels
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.progress import silent
from tests.inputs import pictures

GOOD = {
    "plain.jpg": pictures.jpeg(seed=1),
    "progressive.jpg": pictures.jpeg(seed=2, progressive=True),
    "cmyk.jpg": pictures.encoded(Image.fromarray(pictures.scene(seed=3)).convert("CMYK"), "JPEG"),
    "grey.jpg": pictures.encoded(Image.fromarray(pictures.scene(seed=4)).convert("L"), "JPEG"),
    "png named.jpg": pictures.png(seed=5),
    "16 bit grey.png": pictures.grey_16_bits(),
    "16 bit colour.png": pictures.rgb_16_bits(),
    "palette.png": pictures.see_through_palette(),
    "transparent.webp": pictures.clear_red("WEBP"),
    "on its side.jpg": pictures.turned(6),
    "a place in it.jpg": pictures.with_metadata(),
    "script behind.jpg": pictures.jpeg(seed=6) + b"<script>alert(1)</script>",
    "zip behind.jpg": pictures.jpeg(seed=7) + b"PK\x03\x04" + bytes(40),
    "phone.jpg": pictures.animated("MPO"),
    "animated.webp": pictures.animated("WEBP"),
    "animated.png": pictures.animated("PNG"),
    "blank.png": pictures.encoded(Image.new("RGB", (30, 30), (7, 7, 7)), "PNG"),
    "../../outside.jpg": pictures.jpeg(seed=8),
}
BAD = {
    "empty.jpg": b"",
    "cut.jpg": pictures.jpeg()[:-200],
    "no end.jpg": pictures.jpeg()[:-2],
    "cut.png": pictures.png()[:400],
    "cut.webp": pictures.webp()[:200],
    "checksum.png": pictures.broken_png_data(),
    "moving.gif": pictures.animated("GIF"),
    "gif named.jpg": pictures.encoded(pictures.scene(), "GIF"),
    "scan.tiff": pictures.encoded(pictures.scene(), "TIFF"),
    "iphone.heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
    "drawing.jpg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "404.png": b"<!doctype html><title>Not found</title>",
    "paper.jpg": b"%PDF-1.4",
    "program.jpg": b"MZ" + bytes(100),
    "notes.txt": b"Buy cat food.",
    "text bomb.png": pictures.text_bomb(),
    "pixel bomb.png": pictures.pixel_bomb(),
    "giant.webp": pictures.giant_header_webp(),
    "giant.jpg": pictures.giant_header_jpeg(),
    "dot.png": pictures.png(1, 1),
    "line.png": pictures.png(1000, 1),
    "strip.png": pictures.png(1000, 20),
}


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    folder = tmp_path_factory.mktemp("upload")
    photos = [
        Incoming(f"{class_name}/{name}", class_name, None, lambda data=data: data)
        for class_name in ("cats", "dogs")
        for name, data in {**GOOD, **BAD}.items()
    ]
    with Decoder(processes=2) as decoder:
        return import_photos(photos, folder, decoder, silent)


def test_everything_is_accounted_for(upload: Imported) -> None:
    accepted = {photo.name for photo in upload.photo_set.photos}
    assert accepted == {f"{kind}/{name}" for kind in ("cats", "dogs") for name in GOOD}
    rejected = {error.name for error in upload.rejected}
    assert rejected == {f"{kind}/{name}" for kind in ("cats", "dogs") for name in BAD}
    assert upload.received == 2 * (len(GOOD) + len(BAD))


def test_each_reason_is_plain_and_says_what_to_do(upload: Imported) -> None:
    jargon = re.compile(r"error|exception|traceback|decod|PIL|Pillow|bytes|None|0x|\b[A-Z]\w+Error")
    for error in upload.rejected:
        assert error.name not in str(error.why), "the name stands before the reason"
        assert re.fullmatch(r"[A-Z][^.]+\.(?: [A-Z][^.]+\.)?", str(error.why)), str(error.why)
        assert not jargon.search(str(error.why)), str(error.why)
        assert len(str(error.why)) < 160


def test_only_clean_jpegs_are_kept(upload: Imported, tmp_path: Path) -> None:
    folder = upload.photo_set.folder
    pack = b"".join(path.read_bytes() for path in sorted(folder.glob("*.pack")))
    for trace in (b"SECRET", b"script", b"PK\x03\x04", b"Exif", b"ICC_PROFILE"):
        assert trace not in pack
    assert not any(zipfile.is_zipfile(path) for path in folder.glob("*.pack"))
    for index, photo in enumerate(upload.photo_set.photos):
        assert pixels(upload.photo_set.jpeg(index)).shape == (photo.height, photo.width, 3)


def test_odd_photos_carry_a_note(upload: Imported) -> None:
    notes = {photo.name: photo.note or "" for photo in upload.photo_set.photos}
    assert "first picture" in notes["cats/animated.webp"]
    assert "first picture" in notes["cats/animated.png"]
    assert "blank" in notes["cats/blank.png"]
    assert notes["cats/plain.jpg"] == ""


def test_nothing_was_written_beside_the_set(upload: Imported) -> None:
    folder = upload.photo_set.folder
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]
    assert not list(folder.parent.parent.glob("outside*"))
