"""Boxes beside photos are told from lists of labels."""

from __future__ import annotations

import pytest

from pipeline.photos.sources import box_files


def places(files: dict[str, bytes]) -> set[int]:
    parts = [tuple(name.split("/")) for name in files]
    contents = list(files.values())
    return {place for place, _ in box_files.whys(parts, lambda place, most: contents[place])}


@pytest.mark.parametrize(
    ("text", "is_box"),
    [
        (b"0 0.5 0.5 0.1 0.2\n", True),
        (b"12 0 0 1 1", True),
        (b"0 0.1 0.1 0.9 0.1 0.5 0.9\r\n3 0 0 1 1 1 0\r\n", True),
        (b"0 1e-3 0.5 5e-2 1\n", True),
        (b"cat", False),
        (b"0", False),
        (b"0 0.5 0.5", False),
        (b"a cat that sits at 0 0 1 1", False),
        (b"", False),
    ],
)
def test_yolo(text: bytes, is_box: bool):
    assert places({"a/1.jpg": b"", "b/1.txt": text}) == ({1} if is_box else set())


def test_only_files_called_like_a_photo():
    box = b"0 0.5 0.5 0.1 0.2\n"
    files = {"a/1.jpg": b"", "a/2.txt": box, "b/1.txt": b"", "b/1.xml": b"<annotation><bndbox>"}
    assert places(files) == {3}


def test_a_line_that_fits_nearly_costs_no_time():
    assert places({"1.jpg": b"", "1.txt": b"0" + b" 1" * 30_000 + b" x"}) == set()
