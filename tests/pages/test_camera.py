"""What comes from the browser's camera: frames, and whatever else a browser may send."""

from __future__ import annotations

import base64

import pytest

from pages.ui import camera
from pipeline.settings import mode


def sent(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "given", [None, 5, [], {}, {"photo": 3}, {"photo": ""}, {"photo": "not base64!"}]
)
def test_what_is_no_frame_is_none(given: object) -> None:
    assert camera.frame_of(given) is None


def test_a_frame_is_no_larger_than_a_photo_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert camera.frame_of({"photo": sent(b"1234")}) == b"1234"
    monkeypatch.setenv(mode.VARIABLE, mode.DEMO.name)
    assert camera.frame_of({"photo": sent(bytes(11_000_000))}) is None


@pytest.mark.parametrize("given", [None, 5, [], {}, {"photos": 3}, {"photos": [None, 1, "?"]}])
def test_what_are_no_frames_are_none(given: object) -> None:
    assert camera.frames_of(given, 5) == []


def test_of_many_frames_the_first_are_taken() -> None:
    given = {"photos": [sent(b"one"), "?", sent(b"two"), sent(b"three")]}
    assert camera.frames_of(given, 3) == [b"one", b"two"]
