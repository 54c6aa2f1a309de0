"""Pictures out of a video, so many of each second; runs in a decoding process.

PyAV is imported where it is used: it is an extra, and most uploads need none. Only what the first
bytes say is tried, so that no file leads to another one.
"""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from PIL import Image

from pipeline.photos.decoding import canonical_jpeg, clip_kinds, decode
from pipeline.photos.decoding.canonical import CANONICAL_SIDE_PX, Canonical, Origin
from pipeline.photos.decoding.clip_kinds import ClipFrame, Ending
from pipeline.photos.decoding.colour import light, tags
from pipeline.photos.decoding.decode import UnreadablePhoto
from pipeline.photos.decoding.measures import measured
from pipeline.photos.photo_notes import PhotoNote
from pipeline.settings.limits import Limits

_READERS: Final = {"MP4": "mov", "MOV": "mov", "WEBM": "matroska"}
# What an iPhone notes in the seconds around a Live Photo, and in no other video.
_LIVE_PHOTO: Final = b"com.apple.quicktime.still-image-time"
_MOST_BROKEN: Final = 100  # packets in a row; then nothing more is tried
_SHORT_S: Final = 1.0  # a video that ends so much before it says it does was cut short
_SHORT: Final = 0.1  # and so much of its length
_BT709: Final = 1  # FFmpeg's number for the colours of high definition
_UNTOLD: Final = 2
_HIGH_DEFINITION_PX: Final = 720
# Where a display matrix takes the right and the lower edge: how to turn the picture.
_UPRIGHT: Final = {
    (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM,
    (0, 1, 1, 0): Image.Transpose.TRANSPOSE,
    (0, 1, -1, 0): Image.Transpose.ROTATE_270,
    (0, -1, -1, 0): Image.Transpose.TRANSVERSE,
    (0, -1, 1, 0): Image.Transpose.ROTATE_90,
}


def frames(data: bytes, per_second: float, limits: Limits) -> Iterator[ClipFrame | Ending]:
    """Take pictures of a video: the first of each part of a second, then how it ended.

    Args:
        data: The file; of a kind that `clip_kinds.clip_kind` knows.
        per_second: How many of each second.
        limits: How long it may be, how many pictures are taken, and how long that may take.

    Yields:
        Pictures in the order in which they are shown, at least one; then how it ended.

    Raises:
        UnreadablePhoto: If there is no picture that could be taken.
    """
    kind = clip_kinds.clip_kind(data)
    assert kind is not None
    if _LIVE_PHOTO in data:  # learned from and tested with beside its photo, it would tell nothing
        raise UnreadablePhoto(
            "This is the moving part of a Live Photo, whose photo shows the same.",
            "Leave it out; bring the photo.",
        )
    try:
        import av
    except ImportError as error:
        raise UnreadablePhoto(
            "This is a video, and PyAV, which takes the pictures out of videos, is not installed.",
            f'Install it with pip install "{clip_kinds.PACKAGE}", then add the video again.',
        ) from error
    try:
        container = av.open(io.BytesIO(data), "r", _READERS[kind], io_open=_refuse)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise _damaged() from error
    begun = False
    try:
        with container:
            for part in _Reading(container, kind, limits).pictures(per_second):
                yield part
                begun = True
    except UnreadablePhoto:
        if not begun:
            raise
        yield Ending.BROKEN  # its pictures change their size, say
    except Exception as error:  # FFmpeg's kinds, and what PyAV trips over in damaged files
        if not begun:
            raise _damaged() from error
        yield Ending.BROKEN


class _Reading:
    """A video that is being read."""

    def __init__(self, container: Any, kind: str, limits: Limits) -> None:
        self._container = container
        self._kind = kind
        self._limits = limits
        self._stream = _video_of(container)
        self._is_broken = False
        told = self._stream.codec_context
        if told.width and told.height:  # before any picture is made
            self._check(told.width, told.height)

    def pictures(self, per_second: float) -> Iterator[ClipFrame | Ending]:
        """See `frames`."""
        until = time.monotonic() + self._limits.clip_timeout_s
        taken, last, seconds = 0, -1, 0.0
        first: float | None = None
        for count, frame in enumerate(self._decoded()):
            shown = frame.time if frame.time is not None else count / self._rate()
            first = shown if first is None else first
            seconds = max(seconds, shown - first)
            if (
                seconds > self._limits.clip_seconds
                or taken >= self._limits.clip_frames
                or time.monotonic() > until
            ):
                yield Ending.TOO_LONG
                return
            part = math.floor(seconds * per_second + 1e-6)
            if part > last:
                last = part
                taken += 1
                yield ClipFrame(round(seconds * 1000), self._photo(frame))
        if not taken:
            raise _nothing()
        yield Ending.BROKEN if self._is_broken or self._is_short(seconds) else Ending.WHOLE

    def _decoded(self) -> Iterator[Any]:
        """Whole pictures; what cannot be decoded is passed over."""
        import av

        broken = 0
        packets = self._container.demux(self._stream)
        while broken < _MOST_BROKEN:
            decoded: list[Any] = []
            try:
                packet = next(packets)
                decoded = packet.decode()
                broken = 0
            except StopIteration:
                return
            except (av.FFmpegError, ValueError, OSError):
                broken += 1
                self._is_broken = True
            for frame in decoded:
                if getattr(frame, "is_corrupt", False):
                    self._is_broken = True
                else:
                    yield frame

    def _rate(self) -> float:
        return float(self._stream.average_rate or self._stream.guessed_rate or 25)

    def _is_short(self, seconds: float) -> bool:
        """Whether it ends long before it says it does."""
        told = self._stream.duration
        if told is not None and self._stream.time_base is not None:
            length = float(told * self._stream.time_base)
        elif self._container.duration is not None:
            length = self._container.duration / 1e6
        else:
            return False
        return length - seconds > max(_SHORT_S, _SHORT * length)

    def _check(self, width: int, height: int) -> None:
        """Refuse pictures that are too small, strips, or too large.

        Raises:
            UnreadablePhoto: If they are; says what to do.
        """
        decode.check_shape((width, height), self._limits)
        if width * height > self._limits.other_pixels:
            raise UnreadablePhoto(
                "The pictures of this video are larger than "
                f"{self._limits.other_pixels // 10**6} million pixels.",
                "Save it smaller, for example with 1920 x 1080 pixels.",
            )

    def _photo(self, frame: Any) -> Canonical:
        """One picture as it is kept: upright, small, sRGB."""
        stored = (frame.width, frame.height)
        self._check(*stored)
        width, height = _kept_size(stored, self._stream.sample_aspect_ratio)
        untold = frame.colorspace == _UNTOLD
        photo = frame.reformat(
            width=width,
            height=height,
            format="rgb24",
            # What says nothing has the colours that players take it for.
            src_colorspace=_BT709 if untold and min(stored) >= _HIGH_DEFINITION_PX else None,
            interpolation="AREA",
        ).to_image()
        notes: list[PhotoNote] = []
        space = tags.of_code_points((frame.color_primaries, frame.color_trc))
        if space is not None and not space.is_srgb:
            photo = light.to_srgb(photo, space) or photo
            notes += [PhotoNote.HDR] if space.is_hdr else []
        turn = _UPRIGHT.get(_matrix(frame))
        if turn is not None:
            photo = photo.transpose(turn)
        notes += [PhotoNote.BLANK] if photo.getcolors(maxcolors=1) else []
        return Canonical(
            canonical_jpeg.written(photo),
            photo.width,
            photo.height,
            notes=tuple(notes),
            origin=Origin(self._kind, *stored, turned=turn is not None),
            fingerprint=decode.fingerprint(photo),
            measures=measured(photo),
        )


def _refuse(*_: Any) -> Any:
    """A video that names another file does not get it."""
    raise OSError("Nothing but the file itself is read.")


def _video_of(container: Any) -> Any:
    """The stream of moving pictures, ready to be decoded.

    Raises:
        UnreadablePhoto: If there is none.
    """
    import av

    covers = getattr(av.stream.Disposition, "attached_pic", 0)
    moving = [one for one in container.streams.video if not one.disposition & covers]
    if not moving and container.streams.audio:
        raise UnreadablePhoto(
            "This file has sound only, and no moving pictures.", "Choose a video or a photo."
        )
    if not moving:
        raise _damaged()
    moving = [one for one in moving if one.codec_context is not None]
    if not moving:
        raise _nothing()
    stream = max(moving, key=lambda one: (one.codec_context.width or 0, -one.index))
    with suppress(AttributeError, ValueError):  # there is a process for each core already
        stream.codec_context.thread_count = 1
        stream.thread_type = "NONE"
    return stream


def _kept_size(stored: tuple[int, int], ratio: Any) -> tuple[int, int]:
    """Width and height with square pixels, the longer at most `CANONICAL_SIDE_PX`."""
    width, height = float(stored[0]), float(stored[1])
    if ratio and 0.1 < float(ratio) < 10:
        width *= float(ratio)
    scale = min(1.0, CANONICAL_SIDE_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _matrix(frame: Any) -> tuple[int, int, int, int]:
    """Signs of what turns the picture, as the file says it; of none, those that turn nothing."""
    data = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return (1, 0, 0, 1)
    numbers = memoryview(bytes(data)).cast("i")
    largest = max(abs(numbers[place]) for place in (0, 1, 3, 4)) or 1
    signs = tuple(round(numbers[place] / largest) for place in (0, 1, 3, 4))
    return (signs[0], signs[1], signs[2], signs[3])


def _damaged() -> UnreadablePhoto:
    return UnreadablePhoto(
        "This video is damaged or incomplete: what its pictures are is not in it.",
        "Copy or download it again.",
    )


def _nothing() -> UnreadablePhoto:
    return UnreadablePhoto(
        "No picture of this video can be read: it is damaged, or packed in a way that is not known "
        "here.",
        "Open it in another program, save it as MP4 (H.264) and try again.",
    )
