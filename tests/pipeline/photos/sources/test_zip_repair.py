"""A directory that `zipfile` would refuse, in front of it."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.sources.zip_directory import check_directory
from pipeline.photos.sources.zip_repair import Repaired, readable
from pipeline.settings.limits import LIMITS
from tests.inputs import zips
from tests.inputs.zips import UTF8, Entry, true_name


def opened(*entries: Entry) -> zipfile.ZipFile:
    stream = io.BytesIO(zips.written(entries))
    return zipfile.ZipFile(readable(stream, check_directory(stream, "pets.zip", LIMITS)))


def test_a_sound_zip_is_given_as_it_is() -> None:
    stream = io.BytesIO(zips.written([Entry("猫.jpg".encode(), b"photo", flags=UTF8)]))
    assert readable(stream, check_directory(stream, "pets.zip", LIMITS)) is stream


def test_names_that_are_no_utf8_and_what_lies_behind_them() -> None:
    archive = opened(
        Entry(b"\xff\xfe.jpg", b"first", flags=UTF8),
        Entry("猫.jpg".encode(), b"second", flags=UTF8, extra=true_name("x", b"y")[:-1] + b"\xff"),
        Entry(b"dogs.jpg", b"third", flags=UTF8),
    )
    with archive:
        assert [archive.read(one) for one in archive.infolist()] == [b"first", b"second", b"third"]
        assert [bool(one.flag_bits & UTF8) for one in archive.infolist()] == [False, True, True]


content = st.binary(min_size=1, max_size=60)


@given(content, st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), max_size=5), st.data())
def test_patches_show_through_any_reads(
    data: bytes, gaps: list[tuple[int, int]], drawn: st.DataObject
) -> None:
    expected, patches, at = bytearray(data), {}, 0
    for length, gap in gaps:
        at += gap
        if at + length > len(data):
            break
        patches[at] = bytes([0xAA]) * length
        expected[at : at + length] = patches[at]
        at += length
    stream = Repaired(io.BytesIO(data), patches)
    for _ in range(4):
        start = drawn.draw(st.integers(0, len(data)))
        size = drawn.draw(st.integers(-1, len(data)))
        stream.seek(start)
        end = len(data) if size < 0 else start + size
        assert stream.read(size) == expected[start:end]
