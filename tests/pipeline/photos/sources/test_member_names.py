"""What the names of members mean: every code page in tests/inputs/test_field_zip_names.py."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.sources.member_names import names_of, parts_of


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("../../etc/cats/1.jpg", ("etc", "cats", "1.jpg")),
        ("/cats/1.jpg", ("cats", "1.jpg")),
        ("C:\\cats\\1.jpg", ("cats", "1.jpg")),
        ("\\\\host\\share\\1.jpg", ("host", "share", "1.jpg")),
        ("cats/../dogs/./1.jpg", ("dogs", "1.jpg")),
        ("cats//1.jpg", ("cats", "1.jpg")),
        ("..", ()),
        ("cats\\1.jpg", ("cats", "1.jpg")),
        ("cats/CON.jpg", ("cats", "CON.jpg")),
        ("cats/{{7*7}}<img onerror>", ("cats", "{{7*7}}<img onerror>")),
    ],
)
def test_names_are_data(name: str, parts: tuple[str, ...]):
    assert parts_of(name) == parts


@given(st.text())
def test_no_name_steps_out(name: str):
    assert not {"..", ".", ""} & set(parts_of(name))
    assert not any(set(part) & set("/\\") for part in parts_of(name))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("AC\\DC/1.jpg", ("AC\\DC", "1.jpg")),
        ("C:/cats/1.jpg", ("cats", "1.jpg")),
        ("a: red/1.jpg", ("a: red", "1.jpg")),
        ("C:1.jpg", ("1.jpg",)),
    ],
)
def test_a_backslash_is_a_letter_where_slashes_separate(name: str, parts: tuple[str, ...]):
    assert parts_of(name, "/") == parts


def test_names_come_in_the_order_of_the_members():
    members = [zipfile.ZipInfo(name) for name in ("cats/", "dogs\\1.jpg", "cats/Kätzchen.jpg")]
    names, choices = names_of(members, "pets.zip")
    assert choices == ()
    assert [name.text for name in names] == ["cats/", "dogs\\1.jpg", "cats/Kätzchen.jpg"]
    assert [name.parts for name in names][:2] == [("cats",), ("dogs", "1.jpg")]
    assert [name.is_folder for name in names] == [True, False, False]


def test_other_ways_to_read_names_are_shown_by_what_they_read():
    raw = "kočky/1.jpg".encode("cp852").decode("cp437")
    names, choices = names_of([zipfile.ZipInfo(raw), zipfile.ZipInfo("psi/1.jpg")], "pets.zip")
    assert names[0].parts[0] == choices[0].names[0]
    ways = {way.code_page: way.names for way in choices}
    assert ways["cp852"] == ("kočky",)
    assert len(set(ways.values())) == len(ways) > 1
