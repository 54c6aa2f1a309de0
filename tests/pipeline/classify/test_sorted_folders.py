"""Photos sorted into folders: the bytes that came, names that every system takes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.classify import sorted_folders
from pipeline.classify.sorted_folders import LEFT_OUT, Sorted, is_folder
from pipeline.photos.sources import open_source
from pipeline.progress import silent


def packed(*photos: Sorted, left_out: tuple[tuple[str, str], ...] = ()) -> zipfile.ZipFile:
    stream = io.BytesIO()
    sorted_folders.write(stream, photos, left_out)
    return zipfile.ZipFile(stream)


def test_bytes_and_names_stay() -> None:
    data = bytes(range(256)) * 3
    archive = packed(Sorted("cats", "Tom, at home.JPG", data), Sorted("", "loose.heic", b"x"))
    assert archive.namelist() == ["cats/Tom, at home.JPG", "loose.heic"]
    assert archive.read("cats/Tom, at home.JPG") == data
    assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
    assert archive.testzip() is None


def test_frames_of_one_hold_are_known_as_such_when_they_come_back(tmp_path: Path) -> None:
    path, clip = tmp_path / "frames.zip", "0123456789abcdef"
    sorted_folders.write(path, [Sorted("cats", "1.jpg", b"x", clip), Sorted("dogs", "2.jpg", b"y")])
    with open_source(str(path), tmp_path, silent) as opened:
        assert [getattr(one, "clip", "?") for one in opened.photos] == [clip, None]


def test_equal_names_get_numbers_in_their_own_folder() -> None:
    names = ["a.jpg", "A.JPG", "a.jpg", "a.png"]
    photos = [Sorted("cats", name, b"") for name in names] + [Sorted("dogs", "a.jpg", b"")]
    assert packed(*photos).namelist() == [
        *("cats/a.jpg", "cats/A-2.JPG", "cats/a-3.jpg", "cats/a.png"),
        "dogs/a.jpg",
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\x.jpg", "C__temp_x.jpg"),
        ("con.jpg", "_con.jpg"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        (".hidden.jpg", "hidden.jpg"),
        ("no suffix", "no suffix"),
        ("odd.a suffix", "odd.a suffix"),
        ("", "_"),
    ],
)
def test_unsafe_names_are_made_safe(name: str, kept: str) -> None:
    assert packed(Sorted("cats", name, b"")).namelist() == [f"cats/{kept}"]


def test_a_long_name_keeps_its_suffix() -> None:
    (name,) = packed(Sorted("cats", "é" * 300 + ".jpeg", b"")).namelist()
    assert name.endswith(".jpeg")
    assert len(name.encode()) < 120


def test_what_was_left_out_is_listed() -> None:
    archive = packed(left_out=(("notes\r\n.jpg", "It is a text file."), ("b", "It is empty.")))
    text = archive.read(LEFT_OUT).decode("utf-8-sig")
    assert text == "notes .jpg: It is a text file.\r\nb: It is empty.\r\n"
    assert packed(Sorted("cats", "a.jpg", b"")).namelist() == ["cats/a.jpg"]


LABELS = (
    "cats",
    "train",
    "test",
    "Thumbs.db",
    "a/b",
    "a\\b",
    "..",
    "C:",
    ".x",
    "a: b",
    "träd",
    "x ",
)


def test_an_import_reads_the_labels_that_are_folders(tmp_path: Path) -> None:
    """Alone and among others: "train" must stay a class, whatever else there is."""
    folders = [label for label in LABELS if is_folder(label)]
    assert folders == ["cats", "train", "test", "a: b", "träd", "x "]
    for labels in (folders, *([label] for label in folders)):
        path = tmp_path / "sorted.zip"
        sorted_folders.write(path, [Sorted(label, "1.jpg", b"photo") for label in labels])
        with open_source(str(path), tmp_path, silent) as opened:
            found = {one.class_name for one in opened.photos}
        assert found == set(labels)
