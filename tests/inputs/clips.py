"""Videos, made with PyAV: what phones, cameras and browsers write, and what breaks on the way."""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray


def needs_pyav() -> None:
    """Skip where PyAV is not installed."""
    pytest.importorskip("av", reason="needs PyAV, which requirements-dev.txt installs")


def views(count: int, seed: int = 0, size: tuple[int, int] = (96, 64)) -> list[NDArray[np.uint8]]:
    """Pictures of places that have nothing in common, `(height, width, 3)` each, coarse enough
    for any codec.
    """
    random = np.random.default_rng(seed)
    width, height = size
    made = []
    for _ in range(count):
        coarse = random.integers(0, 256, (8, 12, 3), np.uint8)
        rows, columns = np.arange(height) * 8 // height, np.arange(width) * 12 // width
        made.append(coarse[rows][:, columns])
    return made


def clip(
    pictures: Sequence[NDArray[np.uint8]],
    container: str = "mp4",
    codec: str = "libx264",
    per_second: int = 10,
    times: Iterable[float] | None = None,
    **stream: Any,
) -> bytes:
    """A video of these pictures.

    Args:
        pictures: `(height, width, 3)` uint8 RGB each, all of one size.
        container: As FFmpeg calls it.
        codec: As FFmpeg calls it.
        per_second: How many are shown in a second.
        times: When each is shown, in seconds; evenly unless given.
        stream: Further attributes of the stream, such as `pix_fmt`; `options` of its codec.
    """
    import av

    when = list(times) if times is not None else [at / per_second for at in range(len(pictures))]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        video = out.add_stream(codec, rate=1000 if times is not None else per_second)
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt = "yuv420p"
        for name, value in stream.items():
            setattr(video, name, value)
        base = Fraction(1, 1000)
        video.codec_context.time_base = base if times is not None else Fraction(1, per_second)
        for picture, at in zip(pictures, when, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.time_base = video.codec_context.time_base
            frame.pts = round(at / frame.time_base)
            out.mux(video.encode(frame))
        out.mux(video.encode())
    return file.getvalue()


@cache
def walk(seed: int = 0, seconds: int = 4, container: str = "mp4", codec: str = "libx264") -> bytes:
    """A walk past one place in each half of a second, ten pictures a second."""
    places = views(2 * seconds, seed)
    return clip([place for place in places for _ in range(5)], container, codec)


def turned(data: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """The same MP4 with a note how to turn it: a, b, c, d of its matrix."""
    a, b, c, d = (value << 16 for value in matrix)
    at = data.index(b"tkhd")
    version = data[at + 4]
    place = at + 4 + (52 if version else 40)
    told = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return data[:place] + told + data[place + 36 :]


def list_first(data: bytes) -> bytes:
    """The same MP4 as it is put on the web: what its pictures are comes before them."""
    import av

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        options = {"movflags": "faststart"}
        with (
            av.open(io.BytesIO(data)) as source,
            av.open(path, "w", format="mp4", container_options=options) as out,
        ):
            stream = out.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        return path.read_bytes()


def sound() -> bytes:
    """An MP4 without pictures."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 8000), np.float32), format="fltp", layout="mono"
        )
        frame.rate = 8000
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return file.getvalue()
