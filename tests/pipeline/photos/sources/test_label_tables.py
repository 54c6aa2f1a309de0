"""Cells of lists, whatever program has written them; whole lists in test_label_files.py."""

from __future__ import annotations

import pytest

from pipeline.photos.sources import label_tables


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"a,b\n1,2", [["a", "b"], ["1", "2"]]),
        (b"a;b,c\n1;2,5\n", [["a", "b,c"], ["1", "2,5"]]),
        (b'"a b","c""d"\r\n"1","2"\r\n', [["a b", 'c"d'], ["1", "2"]]),
        (b"\xef\xbb\xbfa\tb\n\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ("ä|b\n1|2".encode("utf-16"), [["ä", "b"], ["1", "2"]]),
    ],
)
def test_cells(data: bytes, rows: list[list[str]]):
    table = next(label_tables.from_csv(data))
    assert table.rows == rows
    assert table.has_header is None


@pytest.mark.parametrize("data", [b"", b"hello", b"a\nb\n", b"\0\1\2\3" * 40, b"a,b\0\nc,d\n"])
def test_what_is_no_table(data: bytes):
    assert list(label_tables.from_csv(data)) == []


def test_objects_of_different_keys():
    table = label_tables.from_json_lines(b'{"a": 1, "b": "x"}\n\n{"c": true, "a": [2]}\n')
    assert table is not None
    assert table.rows == [["a", "b", "c"], ["1", "x", ""], ["", "", "1"]]
    assert table.has_header


@pytest.mark.parametrize("data", [b"", b"[1]", b"{}\n1", b"{", b"[" * 100_000])
def test_lines_that_are_no_objects(data: bytes):
    assert label_tables.from_json_lines(data) is None
