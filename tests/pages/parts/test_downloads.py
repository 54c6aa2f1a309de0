"""Tables that a browser takes home."""

from __future__ import annotations

import codecs

import pandas as pd

from pages.ui.parts import downloads


def test_csv_is_safe_and_whole() -> None:
    rows = [{"Photo": "=cmd()", "Class": 'a "b", c'}]
    text = downloads.as_file(pd.DataFrame(rows, columns=["Photo", "Class", "Problem"]))
    assert text == b'Photo,Class,Problem\r\n\'=cmd(),"a ""b"", c",\r\n'


def test_letters_beyond_ascii_are_marked_as_such() -> None:
    named = downloads.as_file(pd.DataFrame({"Photo": ["Kätzchen"], "Share": [0.5]}))
    assert named.startswith(codecs.BOM_UTF8)
    text = named.decode("utf-8-sig")
    assert text == "Photo,Share\r\nKätzchen,0.5\r\n"
    assert downloads.as_file(text) == named
