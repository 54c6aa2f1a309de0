"""A pen that paints smooth shapes in coordinates of its own.

Pillow draws hard edges; the picture is painted larger than wanted and scaled down at
the end, which makes them soft.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from pipeline.photos.sources.drawn.colours import Colour
from pipeline.photos.sources.drawn.curves import Points, ribbon

_GLOW_SIDE_PX = 64
_GLOW_LEVELS = 24


@functools.lru_cache(maxsize=_GLOW_LEVELS + 1)
def _glow(level: int) -> Image.Image:
    """A round spot that fades out to its edge; level 24 is opaque in the middle."""
    axis = np.linspace(-1, 1, _GLOW_SIDE_PX)
    distance = np.minimum(np.hypot(axis[:, None], axis[None, :]), 1.0)
    fade = 0.5 + 0.5 * np.cos(math.pi * distance)
    return Image.fromarray((fade * (255 * level / _GLOW_LEVELS)).astype(np.uint8))


class Pen:
    """Paints on one picture; `placed` gives pens with coordinates of their own.

    Args:
        picture: RGB picture that is painted on.
        matrix: (2, 3) affine map from the pen's coordinates to pixels.

    Attributes:
        px_per_unit: How many pixels one unit of this pen is long.
    """

    def __init__(self, picture: Image.Image, matrix: ArrayLike) -> None:
        self.picture = picture
        self.matrix = np.asarray(matrix, dtype=np.float64)
        self._rows = self.matrix.tolist()
        (a, b, _), (d, e, _) = self._rows
        self.px_per_unit = math.sqrt(abs(a * e - b * d))
        self._draw = ImageDraw.Draw(picture)

    @classmethod
    def over(cls, picture: Image.Image) -> Pen:
        """A pen for which the picture reaches from (0, 0) to (1, 1)."""
        width, height = picture.size
        return cls(picture, [[width, 0, 0], [0, height, 0]])

    def placed(
        self, x: float, y: float, size: float = 1.0, turn_deg: float = 0.0, flipped: bool = False
    ) -> Pen:
        """A pen whose (0, 0) lies at (x, y) and whose unit is `size` of this one's.

        Args:
            x: Where it lies, in this pen's units.
            y: Likewise, downwards.
            size: Length of its unit.
            turn_deg: Clockwise turn.
            flipped: Whether left and right are swapped.
        """
        cos, sin = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
        side = -size if flipped else size
        own = np.array([[cos * side, -sin * size, x], [sin * side, cos * size, y], [0, 0, 1]])
        return Pen(self.picture, self.matrix @ own)

    def pixels(self, points: ArrayLike) -> Points:
        """Where points of this pen lie in the picture, (n, 2) in pixels."""
        return np.asarray(points, dtype=np.float64) @ self.matrix[:, :2].T + self.matrix[:, 2]

    def fill(self, outline: ArrayLike, colour: Colour) -> None:
        """Paint the inside of a closed outline."""
        self._draw.polygon(self.pixels(outline).ravel().tolist(), fill=colour)

    def line(self, path: ArrayLike, colour: Colour, width: float, closed: bool = False) -> None:
        """Paint along a path with an even thickness, at least one pixel."""
        points = self.pixels(path)
        if closed:
            points = np.concatenate([points, points[:2]])
        width_px = max(1, round(width * self.px_per_unit))
        self._draw.line(points.ravel().tolist(), fill=colour, width=width_px)

    def ticks(self, lines: ArrayLike, colour: Colour, width: float) -> None:
        """Paint many short straight lines, (n, 2, 2) from and to, at once."""
        points = self.pixels(np.asarray(lines, dtype=np.float64).reshape(-1, 2))
        width_px = max(1, round(width * self.px_per_unit))
        for ends in points.reshape(-1, 4).tolist():
            self._draw.line(ends, fill=colour, width=width_px)

    def stroke(self, path: ArrayLike, widths: tuple[float, ...], colour: Colour) -> None:
        """Paint along a smooth path whose half thickness changes."""
        self.fill(ribbon(path, widths), colour)

    def glow(
        self, x: float, y: float, rx: float, ry: float, colour: Colour | int, strength: float
    ) -> None:
        """Paint a soft spot.

        Args:
            x: Its middle.
            y: Likewise, downwards.
            rx: Half its width, where it has faded out.
            ry: Half its height.
            colour: Its colour.
            strength: How much it covers in the middle, 0 to 1.
        """
        level = round(min(max(strength, 0.0), 1.0) * _GLOW_LEVELS)
        unit, (width, height) = self.px_per_unit, self.picture.size
        (a, b, c), (d, e, f) = self._rows
        # Only what lies in the picture is scaled up: most spots reach beyond their part.
        x_px, y_px, rx_px, ry_px = a * x + b * y + c, d * x + e * y + f, rx * unit, ry * unit
        left, right = max(0, math.floor(x_px - rx_px)), min(width, math.ceil(x_px + rx_px))
        top, bottom = max(0, math.floor(y_px - ry_px)), min(height, math.ceil(y_px + ry_px))
        if left >= right or top >= bottom:
            return
        across, down = _GLOW_SIDE_PX / 2 / rx_px, _GLOW_SIDE_PX / 2 / ry_px
        seen = (
            max(0.0, (left - x_px + rx_px) * across),
            max(0.0, (top - y_px + ry_px) * down),
            min(float(_GLOW_SIDE_PX), (right - x_px + rx_px) * across),
            min(float(_GLOW_SIDE_PX), (bottom - y_px + ry_px) * down),
        )
        size = (right - left, bottom - top)
        mask = _glow(level).resize(size, Image.Resampling.BILINEAR, box=seen)
        self.picture.paste(colour, (left, top), mask)

    def cover(self, colour: Colour) -> None:
        """Paint everything."""
        self.picture.paste(colour, (0, 0, *self.picture.size))

    @contextmanager
    def inside(
        self, outline: ArrayLike, fade: tuple[float, float, float] | None = None
    ) -> Iterator[Pen]:
        """A pen with the same coordinates that paints nothing outside the outline.

        Args:
            outline: (n, 2) closed outline.
            fade: Middle (x, y) and radius of a spot where the paint fades out, or None.
        """
        points = self.pixels(outline)
        low = np.maximum(np.floor(points.min(axis=0)), 0).astype(int)
        high = np.minimum(np.ceil(points.max(axis=0)) + 1, self.picture.size).astype(int)
        if (high <= low).any():  # outside the picture: paint into the void
            yield Pen(Image.new("RGB", (1, 1)), self.matrix)
            return
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        layer = self.picture.crop(box)
        matrix = self.matrix.copy()
        matrix[:, 2] -= low
        yield Pen(layer, matrix)
        mask = Image.new("L", layer.size)
        ImageDraw.Draw(mask).polygon((points - low).ravel().tolist(), fill=255)
        if fade is not None:
            Pen(mask, matrix).glow(fade[0], fade[1], fade[2], fade[2], 0, 1.0)
        self.picture.paste(layer, box, mask)
