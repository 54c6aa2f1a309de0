"""What is in front of the animal and now and then hides a part of it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final, NamedTuple

from pipeline.photos.sources.drawn.colours import INK, WHITE, bright_colour, hsv, mix, soft_colour
from pipeline.photos.sources.drawn.curves import leaf, oval, smooth
from pipeline.photos.sources.drawn.pen import Pen


class Head(NamedTuple):
    """Where the animal's head is, in sides of the picture.

    Attributes:
        x: Its middle.
        y: Likewise, downwards.
        radius: Its radius.
        faces: -1 or 1 if it is seen from the side and looks left or right, else 0.
    """

    x: float
    y: float
    radius: float
    faces: int


def _leaves(pen: Pen, rng: random.Random, head: Head, feet: float) -> None:
    """A twig that reaches over one side of the face."""
    side, size = -head.faces or rng.choice((-1, 1)), head.radius
    green = hsv(rng.uniform(0.2, 0.42), rng.uniform(0.35, 0.6), rng.uniform(0.4, 0.75))
    y = head.y - size * rng.uniform(0.1, 0.9)
    twig = pen.placed(head.x + side * size * 1.5, y, size, flipped=side < 0)
    twig.stroke([(2.5, -0.5), (1.2, -0.1), (0, 0)], (0.06, 0.05, 0.03), (104, 78, 58))
    for k in range(rng.randint(3, 5)):
        angle = math.radians(120 + k * 30 + rng.uniform(-10, 10))
        long = rng.uniform(0.7, 1.15)
        tip = (long * math.cos(angle), -long * math.sin(angle))
        across = (0.03 * math.sin(angle), 0.03 * math.cos(angle))
        colour = mix(green, rng.choice((INK, WHITE)), rng.uniform(0, 0.25))
        blade = leaf(across, tip, (-across[0], -across[1]), 0.2)
        twig.fill(blade, colour)
        twig.line([(0, 0), tip], mix(colour, INK, 0.3), 0.03)


def _curtain(pen: Pen, rng: random.Random, head: Head, feet: float) -> None:
    """Cloth that covers one side of the picture and a part of the face."""
    side, colour = -head.faces or rng.choice((-1, 1)), soft_colour(rng, 0.4, 0.9)
    edge = head.x + side * head.radius * rng.uniform(0.38, 0.8)
    bend = head.radius * 0.15
    line = [(edge, -0.05), (edge + bend, 0.3), (edge - bend, 0.7), (edge, 1.05)]
    away = 1.3 if side > 0 else -0.3
    cloth = [*smooth(line, closed=False).tolist(), (away, 1.05), (away, -0.05)]
    with pen.inside(cloth) as inner:
        inner.cover(colour)
        for k in range(1, 6):
            fold = edge + side * k * 0.09
            inner.line([(fold, 0), (fold + bend * 0.5, 1)], mix(colour, INK, 0.18), 0.02)
    pen.line(smooth(line, closed=False), mix(colour, INK, 0.4), 0.008)


def _box_edge(pen: Pen, rng: random.Random, head: Head, feet: float) -> None:
    """The rim of a box or basket; the animal looks out over it."""
    colour = rng.choice(((190, 150, 104), soft_colour(rng, 0.4, 0.85)))
    top = head.y + head.radius * rng.uniform(0.75, 1.05)
    tilt = rng.uniform(-0.04, 0.04)
    pen.fill([(-0.1, top - tilt), (1.1, top + tilt), (1.1, 1.1), (-0.1, 1.1)], colour)
    pen.glow(0.5, top + 0.02, 0.8, 0.08, mix(colour, WHITE, 0.5), 0.6)
    pen.glow(0.5, 1.0, 0.9, 0.2, mix(colour, INK, 0.5), 0.5)
    if rng.random() < 0.5:
        for k in range(12):
            for row in range(4):
                left = (k + 0.5 * (row % 2)) * 0.1 - 0.05
                path = [(left, top + 0.05 + row * 0.09), (left + 0.07, top + 0.05 + row * 0.09)]
                pen.line(path, mix(colour, INK, 0.3), 0.016)
    pen.line([(-0.1, top - tilt), (1.1, top + tilt)], mix(colour, INK, 0.45), 0.01)


def _grass(pen: Pen, rng: random.Random, head: Head, feet: float) -> None:
    """Tall blades along the lower edge."""
    green = hsv(rng.uniform(0.2, 0.36), rng.uniform(0.35, 0.6), rng.uniform(0.4, 0.7))
    top = max(head.y + head.radius * 0.2, 0.6)
    for _ in range(26):
        root = rng.uniform(-0.05, 1.05)
        tip = (root + rng.uniform(-0.1, 0.1), rng.uniform(top, 0.95))
        colour = mix(green, rng.choice((INK, WHITE)), rng.uniform(0, 0.3))
        pen.fill(leaf((root - 0.012, 1.02), tip, (root + 0.012, 1.02), 0.04), colour)


def _ball(pen: Pen, rng: random.Random, head: Head, feet: float) -> None:
    """A toy ball on the floor, before the animal or beside it."""
    r, colour = head.radius * rng.uniform(0.35, 0.6), bright_colour(rng)
    cx = head.x + rng.uniform(-1.3, 1.3) * head.radius
    cy = min(feet, 0.98) - r * rng.uniform(0.6, 1.0)
    pen.glow(cx, cy + r, r * 1.4, r * 0.4, INK, 0.5)
    with pen.inside(oval(cx, cy, r, r)) as inner:
        inner.cover(colour)
        inner.line(oval(cx - r, cy, r * 0.9, r), mix(colour, WHITE, 0.7), r * 0.18, closed=True)
        inner.glow(cx + r * 0.3, cy + r * 0.7, r, r, mix(colour, INK, 0.6), 0.5)
        inner.glow(cx - r * 0.3, cy - r * 0.4, r * 0.5, r * 0.5, WHITE, 0.6)
    pen.line(oval(cx, cy, r, r), mix(colour, INK, 0.4), 0.006, closed=True)


_THINGS: Final[tuple[Callable[[Pen, random.Random, Head, float], None], ...]] = (
    _leaves,
    _curtain,
    _box_edge,
    _grass,
    _ball,
)
_SMALL_THINGS: Final = (_leaves, _grass, _ball)  # these leave enough of a small animal
_LARGE_HEAD: Final = 0.14  # radius, in sides of the picture


def paint_front(pen: Pen, rng: random.Random, head: Head, feet: float) -> None:
    """Put something, drawn by lot, in front of the animal.

    Args:
        pen: A pen for which the picture reaches from (0, 0) to (1, 1).
        rng: Source of the lots.
        head: Where the animal's head is.
        feet: How far down its feet are, in sides of the picture.
    """
    things = _THINGS if head.radius > _LARGE_HEAD else _SMALL_THINGS
    rng.choice(things)(pen, rng, head, feet)
