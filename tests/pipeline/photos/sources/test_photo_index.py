"""A row of a list finds its photo by the end of a path, a name, or a name without its ending."""

from __future__ import annotations

import pytest

from pipeline.photos.sources.photo_index import PhotoIndex

FILES = [
    ("train", "1.jpg"),
    ("test", "1.jpg"),
    ("train", "cats", "2.jpg"),
    ("train", "dogs", "2.jpg"),
    ("K\u00e4tzchen", "a.b.jpg"),
    ("x", "3.png"),
]


@pytest.mark.parametrize(
    ("text", "beside", "found"),
    [
        ("train/1.jpg", (), ("train", "1.jpg")),
        ("TEST\\1.JPG", (), ("test", "1.jpg")),
        ("/home/anna/set/test/1.jpg", (), ("test", "1.jpg")),
        ("1.jpg", ("test",), ("test", "1.jpg")),
        ("1", ("test",), ("test", "1.jpg")),
        ("1.jpg", (), None),
        ("dogs/2.jpg", ("train",), ("train", "dogs", "2.jpg")),
        ("2.jpg", ("train",), None),
        ("Ka\u0308tzchen/a.b.jpg", (), ("K\u00e4tzchen", "a.b.jpg")),
        ("a.b", (), ("K\u00e4tzchen", "a.b.jpg")),
        ("3.jpg", (), ("x", "3.png")),
        ("4.jpg", (), None),
        ("", (), None),
        ("..", (), None),
    ],
)
def test_find(text: str, beside: tuple[str, ...], found: tuple[str, ...] | None):
    assert PhotoIndex(FILES).find(text, beside) == found
    assert PhotoIndex(FILES).names(text, beside) == (found is not None)


def test_the_same_place_twice_is_one_photo():
    assert PhotoIndex([("a", "1.jpg"), ("a", "1.jpg")]).find("1.jpg") == ("a", "1.jpg")
