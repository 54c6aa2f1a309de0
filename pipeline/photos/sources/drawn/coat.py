"""Fur: a part of the body filled with its colour, pattern, light and outline."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from pipeline.photos.sources.drawn.colours import WHITE, Colour, mix
from pipeline.photos.sources.drawn.curves import Points, blob, furry, oval, ribbon, smooth
from pipeline.photos.sources.drawn.pen import Pen
from pipeline.photos.sources.drawn.pet import Coat

LINE: Final = 0.05  # thickness of outlines, in head radii

Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom


def _tabby(pen: Pen, box: Box, coat: Coat, rng: random.Random, part: str) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if part == "head":
        for x in (-0.36, -0.14, 0.14, 0.36):
            path = [(x * 1.25, top - 0.05), (x, top + 0.25), (x * 0.8, top + 0.48)]
            pen.stroke(path, (0.075, 0.06, 0.01), coat.mark)
        for side in (-1, 1):
            for y in (0.08, 0.3):
                path = [(side * 1.05, y - 0.1), (side * 0.8, y), (side * 0.6, y + 0.02)]
                pen.stroke(path, (0.07, 0.05, 0.01), coat.mark)
        return
    if part == "back":
        count = rng.randint(6, 9)
        for k in range(count):
            x = left + width * (k + 0.5 + rng.uniform(-0.2, 0.2)) / count
            deep = height * rng.uniform(0.45, 0.8)
            bend = rng.uniform(-0.1, 0.25)
            path = [(x, top - 0.1), (x + bend, top + deep * 0.5), (x + bend * 0.4, top + deep)]
            pen.stroke(path, (0.1, 0.09, 0.02), coat.mark)
        return
    for side, edge in ((1, left), (-1, right)):
        count = rng.randint(4, 6)
        for k in range(count):
            y = top + height * (k + 0.7) / (count + 0.6)
            deep = side * width * rng.uniform(0.22, 0.36)
            path = [(edge, y - 0.05), (edge + deep * 0.5, y + 0.08), (edge + deep, y + 0.05)]
            pen.stroke(path, (0.1, 0.08, 0.02), coat.mark)


def _patches(pen: Pen, box: Box, coat: Coat, rng: random.Random, part: str) -> None:
    left, top, right, bottom = box
    if part == "head":
        side = rng.choice((-1, 1))
        pen.fill(blob(side * 0.5, -0.35, 0.55, 0.62, rng), coat.mark)
        if rng.random() < 0.5:
            other = mix(coat.mark, coat.fur, 0.45)
            pen.fill(blob(-side * 0.65, -0.75, 0.4, 0.4, rng), other)
        return
    for _ in range(rng.randint(2, 4)):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        size = rng.uniform(0.3, 0.65)
        colour = coat.mark if rng.random() < 0.7 else mix(coat.mark, coat.fur, 0.45)
        pen.fill(blob(x, y, size * 1.2, size, rng), colour)


def _bicolour(pen: Pen, box: Box, coat: Coat, rng: random.Random, part: str) -> None:
    left, top, right, bottom = box
    if part == "head":
        wide = rng.uniform(0.08, 0.2)
        blaze = [(-wide, -0.75), (wide, -0.75), (wide, -0.1), (0.62, 0.45), (0.3, 1.1)]
        pen.fill(smooth([*blaze, (-0.3, 1.1), (-0.62, 0.45), (-wide, -0.1)]), coat.pale)
    elif part == "back":
        y = bottom - (bottom - top) * rng.uniform(0.2, 0.4)
        pen.fill(oval((left + right) / 2, bottom, (right - left) * 0.6, bottom - y), coat.pale)
        pen.fill(oval(right, (top + bottom) / 2 + 0.2, 0.7, 0.9), coat.pale)
    else:
        middle = (left + right) / 2
        pen.fill(oval(middle, top + 0.75, 0.55, (bottom - top) * 0.42), coat.pale)


def _spots(pen: Pen, box: Box, coat: Coat, rng: random.Random, part: str) -> None:
    left, top, right, bottom = box
    area = (right - left) * (bottom - top)
    for _ in range(min(34, int(area * 6))):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        if part == "head" and abs(x) < 0.45 and y > 0:
            continue  # the middle of the face stays readable
        size = rng.uniform(0.05, 0.12)
        pen.fill(oval(x, y, size * rng.uniform(0.8, 1.4), size), coat.mark)


def _points(pen: Pen, box: Box, coat: Coat, rng: random.Random, part: str) -> None:
    if part == "head":
        pen.glow(0, 0.35, 0.95, 1.0, coat.mark, 0.95)


def _saddle(pen: Pen, box: Box, coat: Coat, rng: random.Random, part: str) -> None:
    left, top, right, bottom = box
    middle, width, height = (left + right) / 2, right - left, bottom - top
    if part == "head":
        pen.glow(0, -0.75, 1.25, 0.85, coat.mark, 0.95)
    elif part == "back":
        pen.glow(middle - 0.2, top, width * 0.62, height * 0.8, coat.mark, 1.0)
    else:
        for x in (left, right):
            pen.glow(x, top + height * 0.5, width * 0.42, height * 0.7, coat.mark, 0.9)


_PATTERNS: Final[dict[str, Callable[[Pen, Box, Coat, random.Random, str], None]]] = {
    "tabby": _tabby,
    "patches": _patches,
    "bicolour": _bicolour,
    "spots": _spots,
    "points": _points,
    "saddle": _saddle,
}


def _light(pen: Pen, box: Box, colour: Colour, coat: Coat, part: str) -> None:
    """Light from above on the left, shade below on the right."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    bright, dark = mix(colour, WHITE, 0.6), mix(colour, coat.edge, 0.7)
    pen.glow(left + width * 0.62, bottom, width * 0.85, height * 0.55, dark, 0.55)
    if part != "small":
        pen.glow(right, top + height * 0.6, width * 0.4, height * 0.8, dark, 0.3)
    pen.glow(left + width * 0.32, top + height * 0.18, width * 0.5, height * 0.4, bright, 0.4)


def _hairs(pen: Pen, box: Box, coat: Coat, rng: random.Random) -> None:
    """A few strokes of the brush, longer in a longer coat."""
    left, top, right, bottom = box
    long = 0.1 + coat.fluff
    colours = (mix(coat.fur, coat.edge, 0.2), mix(coat.fur, WHITE, 0.22))
    for colour in colours:
        strokes = []
        for _ in range(min(14, int((right - left) * (bottom - top) * 3))):
            x, y = rng.uniform(left, right), rng.uniform(top, bottom)
            strokes.append([(x, y), (x + rng.uniform(-0.05, 0.05), y + long)])
        pen.ticks(strokes, colour, 0.025)


def paint_fur(
    pen: Pen,
    outline: Points,
    coat: Coat,
    rng: random.Random,
    part: str,
    colour: Colour | None = None,
) -> None:
    """Paint one part of the body.

    Args:
        pen: A pen whose unit is the head's radius.
        outline: (n, 2) closed outline of the part.
        coat: The fur.
        rng: Source of the irregularity.
        part: "head", "back" (a body from the side), "chest" (a body from the front) or
            "small" (ears and paws, which have no pattern).
        colour: Colour of the part, if not that of the fur.
    """
    small = part == "small"
    tuft = coat.fluff * (1.0 if part == "head" else 0.75)
    edge = furry(outline, tuft, rng) if tuft and not small else outline
    (left, top), (right, bottom) = edge.min(axis=0), edge.max(axis=0)
    box = (float(left), float(top), float(right), float(bottom))
    colour = coat.fur if colour is None else colour
    with pen.inside(edge) as inner:
        inner.cover(colour)
        if not small:
            _hairs(inner, box, coat, rng)
            if coat.pattern in _PATTERNS:
                _PATTERNS[coat.pattern](inner, box, coat, rng, part)
        _light(inner, box, colour, coat, part)
    pen.line(edge, coat.edge, LINE, closed=True)


def _stretch(middle: Points, widths: Sequence[float], start: float, end: float) -> Points:
    """The outline of a limb between two shares of its length, a little too wide."""
    count = len(middle)
    first, last = int(start * count), max(int(end * count), int(start * count) + 2)
    share = np.linspace(0, len(widths) - 1, count)[first:last]
    half = np.interp(share, np.arange(len(widths)), widths) * 1.05
    return ribbon(middle[first:last], half.tolist(), curved=False)


def paint_limb(
    pen: Pen,
    path: Sequence[tuple[float, float]],
    widths: tuple[float, ...],
    coat: Coat,
    *,
    tail: bool = False,
    open_share: float = 0.0,
) -> None:
    """Paint a leg or a tail along a path, with the rings, socks or points of the coat.

    Args:
        pen: A pen whose unit is the head's radius.
        path: Points along the middle, from the body outwards.
        widths: Half the thickness, at equal distances along the path.
        coat: The fur.
        tail: Whether it is a tail, whose end is marked in more coats than a leg's.
        open_share: Share of the length, from the body, that has no outline, so that the
            limb grows out of the body.
    """
    middle = smooth(path, closed=False)
    shape = ribbon(middle, widths, curved=False)
    fade = (*path[0], widths[0] * 1.9) if open_share else None
    with pen.inside(shape, fade) as inner:
        inner.cover(coat.fur)
        if coat.pattern == "tabby":
            for k in range(1, 5):
                inner.fill(_stretch(middle, widths, k / 5 + 0.06, k / 5 + 0.15), coat.mark)
        if coat.pattern == "points" or (tail and coat.pattern in ("saddle", "patches")):
            inner.fill(_stretch(middle, widths, 0.45, 1.0), coat.mark)
        elif coat.white_feet or (tail and coat.pattern == "bicolour"):
            inner.fill(_stretch(middle, widths, 0.68, 1.0), coat.pale)
        (left, top), (right, bottom) = shape.min(axis=0), shape.max(axis=0)
        dark = mix(coat.fur, coat.edge, 0.6)
        inner.glow(right, (top + bottom) / 2, (right - left) * 0.6, bottom - top, dark, 0.4)
    skip = int(open_share * len(middle))
    pen.line(shape[skip : len(shape) - skip], coat.edge, LINE)


def foot_colour(coat: Coat) -> Colour:
    """The colour of the paws: socks, points or plain fur."""
    if coat.pattern == "points":
        return coat.mark
    return coat.pale if coat.white_feet else coat.fur
