"""Pictures out of videos, in this process; with a process of their own: test_field_video.py."""

from __future__ import annotations

import dataclasses
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.photos.decoding import clip
from pipeline.photos.decoding.clip_kinds import ClipFrame, Ending
from pipeline.photos.decoding.decode import UnreadablePhoto, pixels
from pipeline.photos.photo_notes import PhotoNote
from pipeline.settings.limits import LIMITS, Limits
from tests.inputs import clips


@pytest.fixture(autouse=True)
def pyav():
    clips.needs_pyav()


def read(data: bytes, per_second: float = 2.0, limits: Limits = LIMITS):
    """The pictures, and how it ended."""
    *frames, ending = clip.frames(data, per_second, limits)
    assert all(isinstance(frame, ClipFrame) for frame in frames)
    assert isinstance(ending, Ending)
    return frames, ending


def seen(data: bytes) -> np.ndarray:
    """The mean colour of the first picture."""
    frames, _ = read(data)
    return pixels(frames[0].photo.jpeg).reshape(-1, 3).mean(axis=0)


@pytest.mark.parametrize(
    ("container", "codec", "pix_fmt"),
    [
        ("mp4", "libx264", "yuv420p"),
        ("mov", "libx265", "yuv420p"),
        ("mov", "libx265", "yuv420p10le"),
        ("mp4", "libx264", "yuv422p10le"),
        ("webm", "libvpx-vp9", "yuv420p"),
        ("mov", "prores_ks", "yuv422p10le"),
        ("mov", "mjpeg", "yuvj420p"),
    ],
)
def test_every_usual_kind_shows_what_went_in(container: str, codec: str, pix_fmt: str):
    places = clips.views(4)
    data = clips.clip(
        [place for place in places for _ in range(5)], container, codec, pix_fmt=pix_fmt
    )
    frames, ending = read(data)
    assert ending is Ending.WHOLE
    assert [frame.at_ms for frame in frames] == [0, 500, 1000, 1500]
    for frame, place in zip(frames, places, strict=True):
        assert np.abs(pixels(frame.photo.jpeg).astype(int) - place).mean() < 20
        assert (frame.photo.width, frame.photo.height) == (96, 64)
        assert (frame.photo.origin.width, frame.photo.origin.height) == (96, 64)


@pytest.mark.parametrize(("per_second", "count"), [(0.5, 2), (1, 4), (2, 8), (5, 20), (60, 40)])
def test_so_many_of_each_second(per_second: float, count: int):
    frames, _ = read(clips.walk(), per_second)
    assert len(frames) == count


def test_pictures_at_odd_times():
    """Phones show a picture for as long as nothing changes."""
    times = [0, 0.1, 0.2, 2.0, 2.05, 2.9, 6.0]
    frames, _ = read(clips.clip(clips.views(7), times=times), 1)
    assert [frame.at_ms for frame in frames] == [0, 2000, 6000]


@pytest.mark.parametrize(
    ("matrix", "size", "corner"),
    [
        ((1, 0, 0, 1), (96, 64), "top left"),
        ((0, 1, -1, 0), (64, 96), "top right"),
        ((-1, 0, 0, -1), (96, 64), "bottom right"),
        ((0, -1, 1, 0), (64, 96), "bottom left"),
        ((-1, 0, 0, 1), (96, 64), "top right"),
    ],
)
def test_a_phone_held_upright(matrix, size, corner: str):
    picture = np.full((64, 96, 3), 40, np.uint8)
    picture[:16, :16] = 250  # a light in the top left corner of what the camera stored
    (frame, *_), _ = read(clips.turned(clips.clip([picture] * 3), matrix))
    assert (frame.photo.width, frame.photo.height) == size
    assert frame.photo.origin.turned is (matrix != (1, 0, 0, 1))
    found = pixels(frame.photo.jpeg)
    rows, columns = slice(0, 8) if "top" in corner else slice(-8, None), slice(0, 8)
    columns = slice(0, 8) if "left" in corner else slice(-8, None)
    assert found[rows, columns].mean() > 200
    assert found.mean() < 80


def test_large_pictures_are_kept_small():
    frames, _ = read(clips.clip(clips.views(2, size=(1280, 720))))
    assert (frames[0].photo.width, frames[0].photo.height) == (512, 288)
    assert (frames[0].photo.origin.width, frames[0].photo.origin.height) == (1280, 720)


def test_pixels_that_are_not_square():
    data = clips.clip(clips.views(2, size=(96, 96)), sample_aspect_ratio=Fraction(2, 1))
    frames, _ = read(data)
    assert (frames[0].photo.width, frames[0].photo.height) == (192, 96)


class TestColours:
    RED = np.full((96, 128, 3), (200, 40, 40), np.uint8)

    def told(self, rgb, pix_fmt: str, numbers: tuple[int, int, int], size=(128, 96)) -> bytes:
        """A video of one colour whose primaries, transfer and matrix are told by these numbers."""
        import io

        import av

        file = io.BytesIO()
        codec = "libx265" if "10" in pix_fmt else "libx264"
        with av.open(file, "w", format="mp4") as out:
            video = out.add_stream(codec, rate=10, options={"x265-params": "log-level=none"})
            video.width, video.height = size
            video.pix_fmt = pix_fmt
            context = video.codec_context
            context.color_primaries, context.color_trc, context.colorspace = numbers
            for at in range(3):
                picture = np.full((size[1], size[0], 3), rgb, np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame = frame.reformat(format=pix_fmt, dst_colorspace=numbers[2])
                frame.pts, frame.time_base = at, Fraction(1, 10)
                out.mux(video.encode(frame))
            out.mux(video.encode())
        return file.getvalue()

    def test_plain(self):
        assert np.abs(seen(clips.clip([self.RED] * 3)) - (200, 40, 40)).max() < 5

    @pytest.mark.parametrize("numbers", [(1, 1, 1), (6, 6, 6)])
    def test_of_television(self, numbers):
        assert np.abs(seen(self.told((200, 40, 40), "yuv420p", numbers)) - (200, 40, 40)).max() < 9

    def test_wide_colours_are_seen_wider(self):
        found = seen(self.told((200, 40, 40), "yuv420p10le", (9, 14, 9)))
        assert found[0] > 235 and found[1] < 10

    @pytest.mark.parametrize(("transfer", "white"), [(16, 148), (18, 191)])
    def test_hdr_is_drawn_together_and_told(self, transfer: int, white: int):
        data = self.told((white,) * 3, "yuv420p10le", (9, transfer, 9))
        frames, _ = read(data)
        assert PhotoNote.HDR in frames[0].photo.notes
        assert 205 < seen(data).mean() < 240  # the white of paper, with room for what is brighter


class TestCutShort:
    def test_a_download_that_broke_off(self):
        data = clips.walk(0, 4, "webm", "libvpx-vp9")
        frames, ending = read(data[: len(data) // 2])
        assert ending is Ending.BROKEN
        assert 1 <= len(frames) < 8

    def test_an_mp4_whose_list_comes_first(self):
        data = clips.list_first(clips.walk())
        frames, ending = read(data[: len(data) * 2 // 3])
        assert ending is Ending.BROKEN
        assert 1 <= len(frames) < 8

    def test_an_mp4_whose_list_is_missing(self):
        with pytest.raises(UnreadablePhoto, match=r"what its pictures are is not in it. Copy or"):
            read(clips.walk()[:-2000])

    def test_damage_in_the_middle_costs_the_middle(self):
        data = bytearray(clips.walk(0, 8, "webm", "libvpx-vp9"))
        middle = len(data) // 2
        data[middle : middle + 200] = bytes(200)
        frames, _ = read(bytes(data))
        assert frames[0].at_ms == 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (clips.sound, "sound only"),
        (lambda: b"\0\0\0\x18ftypisom" + bytes(200), "damaged or incomplete"),
        (lambda: b"\x1a\x45\xdf\xa3" + bytes(200), "damaged or incomplete"),
        (lambda: clips.clip(clips.views(2, size=(8, 8))), "too small: 8 x 8"),
        (lambda: clips.clip(clips.views(2, size=(1600, 16))), "thin strip"),
    ],
)
def test_what_gives_no_picture(data, reason: str):
    with pytest.raises(UnreadablePhoto, match=reason):
        read(data())


@pytest.mark.parametrize(
    "limits", [{"clip_seconds": 2.0}, {"clip_frames": 4}, {"clip_timeout_s": -1.0}]
)
def test_a_long_video_is_taken_from_its_beginning(limits):
    if "clip_timeout_s" in limits:
        with pytest.raises(ValueError, match="unpack"):  # not even one picture in no time
            (_first, *_), _ = read(clips.walk(), 2, dataclasses.replace(LIMITS, **limits))
        return
    frames, ending = read(clips.walk(), 2, dataclasses.replace(LIMITS, **limits))
    assert ending is Ending.TOO_LONG
    assert 4 <= len(frames) <= 5


def test_the_moving_part_of_a_live_photo_is_left_out():
    note = b"mdta com.apple.quicktime.still-image-time"
    data = clips.walk(0, 2, "mov") + (8 + len(note)).to_bytes(4) + b"free" + note
    with pytest.raises(UnreadablePhoto, match="moving part of a Live Photo"):
        read(data)


def test_pictures_of_too_many_pixels():
    small = dataclasses.replace(LIMITS, other_pixels=5000)
    with pytest.raises(UnreadablePhoto, match="larger than 0 million pixels"):
        read(clips.walk(), 2, small)


def test_no_other_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A MOV may name another file that has its pictures; it is not opened."""
    import av

    opened = []
    monkeypatch.setattr(clip, "_refuse", lambda *told: opened.append(told))
    real = av.open
    monkeypatch.setattr(av, "open", lambda *a, **k: opened.append(k["io_open"]) or real(*a, **k))
    read(clips.walk())
    assert opened == [clip._refuse]
    with pytest.raises(OSError, match="Nothing but the file itself"):
        monkeypatch.undo()
        clip._refuse("secret.txt")


def test_without_pyav(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(
        UnreadablePhoto, match=r'pip install "av>=17,<20", then add the video again'
    ):
        read(b"\0\0\0\x18ftypisom" + bytes(200))
