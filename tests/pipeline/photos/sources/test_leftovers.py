"""What is left out, and what stands in; whole imports in tests/inputs/test_field_stand_ins.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.sources.leftovers import LeftOut, Leftovers, System, stand_in, stood_for


@pytest.mark.parametrize(
    ("name", "photo"),
    [
        (".IMG_0008.jpg.icloud", "IMG_0008.jpg"),
        (".Ein Foto.HEIC.iCloud", "Ein Foto.HEIC"),
        ("1.jpg.nextcloud", "1.jpg"),
        ("1.jpg.cloud", "1.jpg"),
        ("1.jpg.rslsi", "1.jpg"),
        ("IMG.jpg.icloud", None),
        (".icloud", None),
        ("my.cloud", None),
        ("1.jpg", None),
        (".1.jpg", None),
    ],
)
def test_names_of_stand_ins(name: str, photo: str | None):
    found = stand_in(name)
    assert (found and found.name) == photo
    assert stood_for(("cats", name)) == ("cats", photo or name)


def test_files_are_counted_by_the_outermost_folder_that_says_so():
    leftovers = Leftovers()
    for parts in (("@eaDir", "#recycle", "1.jpg"), ("cats", "@eaDir", "2.jpg"), ("#recycle", "3")):
        assert leftovers.is_left_out(parts)
    assert not leftovers.is_left_out(("cats", "1.jpg"))
    assert leftovers.found() == (
        LeftOut("#recycle", System.BIN, 1),
        LeftOut("@eaDir", System.NAS_THUMBNAILS, 2),
    )


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4).map(tuple))
def test_any_file_is_a_part_of_the_set_or_not(parts: tuple[str, ...]):
    leftovers = Leftovers()
    is_left_out = leftovers.is_left_out(parts)
    assert sum(one.files for one in leftovers.found()) <= is_left_out
