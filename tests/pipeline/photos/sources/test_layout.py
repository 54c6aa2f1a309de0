"""Names of files and folders: what can be shown, what is clutter, in which order they come."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.sources.layout import (
    clip_in,
    frame_of,
    is_clutter,
    natural_key,
    shown,
)

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1)


@given(st.lists(names.map(lambda name: (name,)), max_size=20))
def test_the_order_does_not_depend_on_how_files_were_found(files: list[tuple[str, ...]]):
    backwards = files[::-1]
    assert sorted(backwards, key=natural_key) == sorted(files, key=natural_key)


def test_digits_without_end_are_sorted():
    long = "9" * 10_000
    assert sorted([(long + "1",), (long,), ("9",)], key=natural_key) == [
        ("9",),
        (long,),
        (long + "1",),
    ]


def test_bytes_that_are_no_text_can_be_shown():
    name = os.fsdecode(b"caf\xe9.jpg")
    assert shown(name) == "caf\N{REPLACEMENT CHARACTER}.jpg"
    assert is_clutter(".hidden")
    assert not is_clutter("cat.jpg")


@pytest.mark.parametrize(
    "comment", [b"", b"holiday", b"PawTune: frame of ../..", frame_of("0" * 17)]
)
def test_a_comment_of_somebody_else_says_nothing(comment: bytes) -> None:
    assert clip_in(comment) is None
    assert clip_in(frame_of("0123456789abcdef")) == "0123456789abcdef"
