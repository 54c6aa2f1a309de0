"""What a decoding process may say, and what is not believed."""

from __future__ import annotations

import dataclasses
import io
import struct

import pytest

from pipeline.errors import Why
from pipeline.photos.decoding import frames
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.decoding.clip_kinds import Clip, ClipFrame, Ending
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


# === Videos ===


def framed(at_ms: int, **changes: object) -> bytes:
    changes = {"origin": (5, 60, 40, False), **changes}
    return b"\x02" + struct.pack(">I", at_ms) + reply(**changes)  # type: ignore[arg-type]


FRAME = dataclasses.replace(PHOTO, origin=Origin("MP4", 60, 40, turned=False))


def test_the_pictures_of_a_video_and_how_it_ended() -> None:
    told = []
    sent = b"".join(
        (
            frames.packed_frame(ClipFrame(0, FRAME)),
            frames.packed_frame(ClipFrame(500, FRAME)),
            frames.packed_end(Ending.BROKEN),
        )
    )
    assert sent == framed(0) + framed(500) + b"\x03\x01"
    clip = frames.receive(io.BytesIO(sent), 2, lambda: told.append(1))
    assert clip == Clip((ClipFrame(0, FRAME), ClipFrame(500, FRAME)), Ending.BROKEN)
    assert len(told) == 2


@pytest.mark.parametrize(
    "lie",
    [
        framed(0),  # it goes on for ever
        framed(0) + framed(500) + framed(900) + b"\x03\0",  # more than were asked for
        framed(500) + framed(500) + b"\x03\0",
        b"\x03\0",
        framed(0) + b"\x03\x03",
        framed(0) + b"\x04\0",
        framed(0, origin=(0, 60, 40, False)) + b"\x03\0",
        b"\x02\0\0\0\0" + refusal(b"No.\n") + b"\x03\0",
        reply(origin=(5, 60, 40, False)),  # a photo that says it is of a video
    ],
)
def test_lies_about_videos(lie: bytes) -> None:
    with pytest.raises((ValueError, EOFError)):
        frames.receive(io.BytesIO(lie), 2)


def test_who_asks_for_no_videos_believes_none() -> None:
    with pytest.raises(ValueError, match="more pictures than were asked for"):
        frames.receive(io.BytesIO(framed(0) + b"\x03\0"))
