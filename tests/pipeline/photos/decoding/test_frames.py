"""What a decoding process may say, and what is not believed."""

from __future__ import annotations

import dataclasses
import io

import pytest

from pipeline.errors import Why
from pipeline.photos.decoding import frames
from pipeline.photos.photo_notes import PhotoNote
from tests.pipeline.photos.decoding.replies import LIES, PHOTO, refusal, reply


def test_an_honest_reply_is_believed() -> None:
    assert frames.receive(io.BytesIO(reply())) == PHOTO
    assert frames.packed(PHOTO) == reply()
    blank = reply(text=b"blank")
    assert frames.receive(io.BytesIO(blank)) == dataclasses.replace(PHOTO, notes=(PhotoNote.BLANK,))
    for why in (Why("Miau é.", "Wuff ß."), Why("Miau é.")):
        assert frames.packed(why) == refusal("\n".join(why).encode())
        assert frames.receive(io.BytesIO(frames.packed(why))) == why


@pytest.mark.parametrize("name", LIES)
def test_what_no_honest_process_would_say_is_not_believed(name: str) -> None:
    with pytest.raises(ValueError):
        frames.receive(io.BytesIO(LIES[name]))


@pytest.mark.parametrize("length", [0, 10, 23, 24, 200, len(reply()) - 1])
def test_half_a_reply_is_none(length: int) -> None:
    with pytest.raises(EOFError):
        frames.receive(io.BytesIO(reply()[:length]))
