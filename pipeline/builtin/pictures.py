"""Pictures that are no photos of pets, for the student to see something else, too.

A network that has seen nothing but pets sees pets everywhere. What the teacher sees in leaves,
noise, scribbles, writing and drawings is learned beside the photos; no class goes with it. "Dead
leaves" and noise with a natural spectrum are after Baradad et al. 2021, "Learning to See by Looking
at Noise" (arXiv:2106.05963).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.photos.sources import drawn

Picture = NDArray[np.uint8]  # (S, S, 3) RGB in [0, 255]
_FONTS: Final = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:%"


def dead_leaves(rng: np.random.Generator, side: int) -> Picture:
    """Discs, boxes and triangles that cover each other, small ones more often than large ones."""
    picture = np.full((side, side, 3), _colour(rng), np.uint8)
    for _ in range(int(rng.integers(20, 400))):
        radius = min(side / 2, side * 0.012 / rng.uniform(0.02, 1))
        corners = int(rng.choice((3, 4, 24)))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
        outline = rng.uniform(0, side, 2) + radius * np.stack([np.cos(angles), np.sin(angles)], 1)
        cv2.fillPoly(picture, [outline.astype(np.int32)], _colour(rng), cv2.LINE_AA)
    return picture


def noise(rng: np.random.Generator, side: int) -> Picture:
    """Noise whose strength falls with the frequency, as in nature, by a random power."""
    away = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None]) + 1 / side
    stretch = np.abs(np.fft.fftfreq(side)[:, None] * rng.uniform(0, 8)) + 1
    spectrum = np.fft.fft2(rng.normal(size=(3, side, side))) / (away * stretch) ** rng.uniform(
        0.0, 2.0
    )
    waves = np.real(np.fft.ifft2(spectrum))
    waves = np.tensordot(rng.normal(0, 1, (3, 3)), waves, 1)
    low, high = np.percentile(waves, (1, 99))
    shown = np.clip((waves - low) / (high - low) * 255, 0, 255)
    return np.asarray(shown.transpose(1, 2, 0), np.uint8)


def scribbles(rng: np.random.Generator, side: int) -> Picture:
    """Lines, curves and frames on a plain or shaded ground."""
    shade = np.linspace(0, 1, side)[:, None, None]
    ground = np.array(_colour(rng)) * (1 - shade) + np.array(_colour(rng)) * shade
    picture = np.ascontiguousarray(np.broadcast_to(ground, (side, side, 3)).astype(np.uint8))
    for _ in range(int(rng.integers(2, 40))):
        points = rng.uniform(-0.1 * side, 1.1 * side, (int(rng.integers(2, 8)), 2))
        width = int(rng.integers(1, 9))
        closed = bool(rng.random() < 0.3)
        cv2.polylines(picture, [points.astype(np.int32)], closed, _colour(rng), width, cv2.LINE_AA)
    return picture


def writing(rng: np.random.Generator, side: int) -> Picture:
    """Lines of letters in several sizes, on boxes of several colours."""
    picture = np.full((side, side, 3), _colour(rng), np.uint8)
    for _ in range(int(rng.integers(0, 5))):
        left, top, right, bottom = np.sort(rng.integers(0, side, (2, 2)), axis=0).ravel().tolist()
        cv2.rectangle(picture, (left, top), (right, bottom), _colour(rng), -1)
    font, scale = int(rng.choice(_FONTS)), float(rng.uniform(0.25, 1.2))
    colour = _colour(rng)
    for line in np.arange(0.1, 1.0, scale * 0.14):
        text = "".join(rng.choice(list(_LETTERS + "     "), int(rng.integers(1, 40))))
        place = (int(rng.integers(0, side // 3)), int(line * side))
        cv2.putText(picture, text, place, font, scale, colour, 1, cv2.LINE_AA)
    return picture


def drawn_pet(rng: np.random.Generator, side: int) -> Picture:
    """A drawn cat or dog; its seed is none of the photo set's."""
    kind = "cat" if rng.random() < 0.5 else "dog"
    return np.asarray(drawn.paint(kind, f"lesson/{rng.integers(2**31)}", side).convert("RGB"))


_KINDS: Final[tuple[Callable[[np.random.Generator, int], Picture], ...]] = (
    dead_leaves,
    noise,
    scribbles,
    writing,
    drawn_pet,
)


def pictures(count: int, image_size_px: int, seed: int = 0) -> NDArray[np.uint8]:
    """`(count, S, S, 3)` uint8 RGB in [0, 255], the kinds in turn; the same for the same seed."""
    made = np.empty((count, image_size_px, image_size_px, 3), np.uint8)
    for place in range(count):
        rng = np.random.default_rng((seed, place))
        made[place] = _KINDS[place % len(_KINDS)](rng, image_size_px)
    return made


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue
