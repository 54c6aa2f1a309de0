"""What stands in for a photo; every kind in tests/inputs/test_field_stand_ins.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.decoding import stand_ins
from tests.inputs import pictures


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png, pictures.webp])
def test_photos_are_none(make):
    assert stand_ins.why_not(make()) is None


@pytest.mark.parametrize("data", [b"", b"\0", b"hello", b"{}", b"<?xml?>", b"outs: 3", b"x" * 9000])
def test_other_files_are_none(data: bytes):
    assert stand_ins.why_not(data) is None


@given(st.binary(max_size=300))
def test_any_bytes_get_a_reason_with_advice_or_none(data: bytes):
    why = stand_ins.why_not(data)
    assert why is None or (why.reason.endswith(".") and why.advice.endswith("."))


def test_a_long_text_costs_no_time():
    assert stand_ins.why_not(b'{"url": "' * 900) is None
    assert stand_ins.why_not(b"a: b\n" * 1600) is None
