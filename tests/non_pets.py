"""Pictures that certainly show no pet: textures, charts, drawings, screens. Drawn by a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Picture = NDArray[np.uint8]  # (S, S, 3) RGB in [0, 255]
_WORDS: Final = ["invoice", "total", "window", "photo", "settings", "apply", "cancel", "page"]


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue


def texture(rng: np.random.Generator, side: int) -> Picture:
    """Clouds, stripes, tiles or plain noise in two colours."""
    grid = np.linspace(0, 1, side, dtype=np.float32)
    x, y = np.meshgrid(grid, grid)
    kind = rng.integers(4)
    if kind == 0:
        field = sum(
            cv2.resize(rng.random((2**k, 2**k), np.float32), (side, side), interpolation=2) / k
            for k in range(2, 7)
        )
    elif kind == 1:
        angle, waves = rng.uniform(0, np.pi), rng.uniform(3, 40)
        field = np.sin(waves * 2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)))
    elif kind == 2:
        tiles = rng.integers(3, 24)
        field = ((x * tiles).astype(int) + (y * tiles).astype(int)) % 2
    else:
        field = rng.random((side, side), np.float32)
    field = np.asarray(field, np.float32)
    field = (field - field.min()) / max(1e-6, float(np.ptp(field)))
    low, high = np.array(_colour(rng)), np.array(_colour(rng))
    return (low + field[..., np.newaxis] * (high - low)).astype(np.uint8)


def chart(rng: np.random.Generator, side: int) -> Picture:
    """Bars, lines or a pie on white."""
    image = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(image)
    low, high = side * 0.1, side * 0.9
    kind = rng.integers(3)
    if kind == 2:
        ends = np.cumsum(rng.dirichlet(np.ones(rng.integers(3, 8)))) * 360
        for start, end in zip([0.0, *ends], ends, strict=False):
            pen.pieslice((low, low, high, high), start, end, fill=_colour(rng), outline="white")
        return np.asarray(image)
    pen.line((low, low, low, high, high, high), fill="black", width=2)
    count = int(rng.integers(4, 12))
    xs = np.linspace(low + 6, high - 6, count)
    if kind == 0:
        colour = _colour(rng)
        for x in xs:
            wide = (high - low) / count / 3
            pen.rectangle((x - wide, rng.uniform(low, high - 4), x + wide, high), fill=colour)
    else:
        for _ in range(rng.integers(1, 4)):
            heights = np.clip(np.cumsum(rng.normal(0, side / 12, count)) + side / 2, low, high)
            points = list(zip(xs.tolist(), heights.tolist(), strict=True))
            pen.line(points, fill=_colour(rng), width=3)
    return np.asarray(image)


def drawing(rng: np.random.Generator, side: int) -> Picture:
    """Circles, boxes and strokes on a plain ground."""
    image = Image.new("RGB", (side, side), _colour(rng))
    pen = ImageDraw.Draw(image)
    for _ in range(rng.integers(4, 16)):
        left, top, right, bottom = np.sort(rng.uniform(0, side, (2, 2)), axis=0).ravel().tolist()
        shape = rng.integers(3)
        if shape == 0:
            pen.ellipse((left, top, right, bottom), fill=_colour(rng), outline=_colour(rng))
        elif shape == 1:
            pen.rectangle((left, top, right, bottom), fill=_colour(rng))
        else:
            pen.line((left, top, right, bottom), fill=_colour(rng), width=int(rng.integers(1, 8)))
    return np.asarray(image)


def screen(rng: np.random.Generator, side: int) -> Picture:
    """A window with text, fields and buttons, light or dark."""
    dark = rng.random() < 0.5
    ground, ink = ((28, 28, 32), (225, 225, 225)) if dark else ((246, 246, 248), (25, 25, 25))
    image = Image.new("RGB", (side, side), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, side, side * 0.08), fill=_colour(rng))
    if rng.random() < 0.6:
        pen.rectangle((0, side * 0.08, side * 0.25, side), fill=tuple(c ^ 16 for c in ground))
    for line in range(int(rng.integers(6, 14))):
        top = side * 0.12 + line * side * 0.065
        text = " ".join(rng.choice(_WORDS, int(rng.integers(2, 7))))
        pen.text((side * 0.29, top), text, fill=ink)
        if rng.random() < 0.2:
            pen.rounded_rectangle((side * 0.7, top, side * 0.93, top + 9), 3, fill=_colour(rng))
    return np.asarray(image)


KINDS: Final[dict[str, Callable[[np.random.Generator, int], Picture]]] = {
    "texture": texture,
    "chart": chart,
    "drawing": drawing,
    "screen": screen,
}


def non_pets(of_each: int, side: int = 224) -> Iterator[tuple[str, Picture]]:
    """`of_each` pictures of each kind with its name; always the same ones."""
    for place, (kind, draw) in enumerate(KINDS.items()):
        rng = np.random.default_rng((7, place))
        for _ in range(of_each):
            yield kind, draw(rng, side)
