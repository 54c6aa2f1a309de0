"""A clip for Chromium's pretended camera: what one holds before it, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

SIZE: Final = (320, 240)
FRAMES_A_SECOND: Final = 30


def write_clip(
    path: Path,
    pictures: Iterable[Image.Image],
    seconds: float,
    frames_a_second: int = FRAMES_A_SECOND,
) -> Path:
    """Write pictures as a Y4M file, each in sight for some seconds, over and over when played."""
    width, height = SIZE
    with path.open("wb") as stream:
        stream.write(
            f"YUV4MPEG2 W{width} H{height} F{frames_a_second}:1 Ip A1:1 C420jpeg\n".encode()
        )
        for picture in pictures:
            colours = picture.convert("RGB").resize(SIZE).convert("YCbCr")
            light, blue, red = (np.asarray(one, np.float64) for one in colours.split())
            small = [one.reshape(height // 2, 2, width // 2, 2).mean((1, 3)) for one in (blue, red)]
            planes = [16 + light * 219 / 255, *(128 + (one - 128) * 224 / 255 for one in small)]
            frame = b"".join(np.rint(one).astype(np.uint8).tobytes() for one in planes)
            stream.write((b"FRAME\n" + frame) * round(seconds * frames_a_second))
    return path
