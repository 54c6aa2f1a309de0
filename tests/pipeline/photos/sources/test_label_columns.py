"""Which column names the photo, and which one says what it shows."""

from __future__ import annotations

import pytest

from pipeline.photos.sources.label_columns import Row, Unclear, rows
from pipeline.photos.sources.label_tables import Table

PHOTOS = {"1", "2", "3", "4", "1.jpg", "2.jpg", "3.jpg", "4.jpg"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f,l 1.jpg,cat", [Row("1.jpg", ("cat",))]),
        ("1.jpg,cat 2.jpg,", [Row("1.jpg", ("cat",)), Row("2.jpg", ())]),
        ("n,f,Class-Name 7,1.jpg,a 8,2.jpg,b", [Row("1.jpg", ("a",)), Row("2.jpg", ("b",))]),
        ("f,a,b 1.jpg,1,0 2.jpg,1,1", [Row("1.jpg", ("a",)), Row("2.jpg", ("a", "b"))]),
        ("f,label,set 1.jpg,a,train", [Row("1.jpg", ("a",), "train")]),
        ("id,label 1,0 2,1 3,0", [Row("1", ("0",)), Row("2", ("1",)), Row("3", ("0",))]),
        ("f,x,y2 1.jpg,a,c 2.jpg,b,d", Unclear(("x", "y2"))),
        ("f,l 7.jpg,cat", None),
        ("1.jpg 2.jpg", None),
    ],
)
def test_rows(text: str, expected: object):
    table = Table([line.split(",") for line in text.split()])
    assert rows(table, PHOTOS.__contains__) == expected
