"""Light and camera: what happens between the painted scene and the finished picture."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_CELLS = 48  # light changes slowly, so a coarse map of it is enough


def _light(rng: random.Random) -> NDArray[np.float32]:
    """How much light falls where, (48, 48) float32 around 1."""
    axis = np.linspace(-1, 1, _CELLS, dtype=np.float32)
    x, y = axis[None, :], axis[:, None]
    rough = np.frombuffer(rng.randbytes(_CELLS * _CELLS), dtype=np.uint8)
    light = 0.97 + rough.reshape(_CELLS, _CELLS).astype(np.float32) * (0.06 / 255)
    if rng.random() < 0.6:  # from one side
        light *= 1 + rng.uniform(-0.22, 0.22) * x
    if rng.random() < 0.5:  # darker corners
        light *= 1 - rng.uniform(0.04, 0.14) * (x**2 + y**2)
    if rng.random() < 0.2:  # a shadow falls across
        across = x + rng.uniform(-1, 1) * y - rng.uniform(-0.6, 0.6)
        light *= 1 - rng.uniform(0.12, 0.3) * np.clip(across * 8 + 0.5, 0, 1)
    light *= rng.uniform(0.86, 1.16)
    return light


def develop(painted: Image.Image, image_size_px: int, rng: random.Random) -> Image.Image:
    """Scale a painting down and give it light, warmth, a little blur and grain.

    Args:
        painted: RGB picture, larger than wanted.
        image_size_px: Side of the square that comes out, in pixels.
        rng: Source of the lots.

    Returns:
        RGB picture of (image_size_px, image_size_px).
    """
    side = image_size_px
    picture = painted.resize((side, side), Image.Resampling.BOX)
    if rng.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2) * side / 192))
    light, contrast = _light(rng), rng.uniform(0.84, 1.14)
    light *= contrast
    fine = Image.fromarray(light).resize((side, side), Image.Resampling.BILINEAR)
    warmth = rng.uniform(-0.1, 0.1)
    tint = np.array([1 + warmth, 1 + rng.uniform(-0.03, 0.03), 1 - warmth], dtype=np.float32)
    pixels = np.array(picture, dtype=np.float32)  # (S, S, 3), 0 to 255
    pixels += np.float32(128 / contrast - 128)
    pixels *= np.asarray(fine)[:, :, None] * tint
    grain = rng.choice((0.0, 1.5, 3.0, 6.0))
    if grain:
        dust = np.frombuffer(rng.randbytes(side * side), dtype=np.uint8).reshape(side, side, 1)
        pixels += dust * np.float32(grain / 75) - np.float32(grain * 1.7)
    return Image.fromarray(np.clip(pixels, 0, 255, out=pixels).astype(np.uint8))
