"""What the boxes of HEIC and AVIF say of the main picture, whole or damaged."""

from __future__ import annotations

import random

import pytest

from pipeline.photos.decoding.colour.boxes import Primary, has, primary
from tests.inputs import pictures


def test_a_phones_photo_says_what_it_is() -> None:
    assert primary(pictures.heic(200, 150))[:2] == (b"hvc1", (200, 150))
    assert primary(pictures.tiled_heic(200, 150))[:2] == (b"grid", (200, 150))


def test_avif_says_what_it_is() -> None:
    found = primary(pictures.avif(64, 48))
    assert found[:2] == (b"av01", (64, 48))
    assert found.code_points is not None


@pytest.mark.parametrize("kind", ["heic", "tiled_heic", "avif"])
def test_damage_is_not_told(kind: str) -> None:
    whole = getattr(pictures, kind)(200, 150)
    for end in range(0, len(whole), 7):
        assert isinstance(primary(whole[:end]), Primary)
    chance = random.Random(1)
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(min(600, len(data)))] = chance.randrange(256)
        assert isinstance(primary(bytes(data)), Primary)


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x08meta", b"\0\0\0\1meta" + b"\xff" * 8, bytes(99)])
def test_no_boxes_say_nothing(data: bytes) -> None:
    assert primary(data) == Primary()


def test_boxes_at_the_top() -> None:
    assert has(pictures.heic(), b"meta")
    assert not has(pictures.heic(), b"moov")
    for end in range(40):
        assert not has(b"\0\0\0\x08free\0\0\0\1moov\xff\xff"[:end], b"moov")
