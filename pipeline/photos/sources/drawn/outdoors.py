"""Meadows, beaches and snowy fields."""

from __future__ import annotations

import random

from pipeline.photos.sources.drawn.colours import INK, WHITE, Colour, bright_colour, hsv, mix
from pipeline.photos.sources.drawn.curves import blob, oval, smooth
from pipeline.photos.sources.drawn.pen import Pen


def _cloud(pen: Pen, rng: random.Random, horizon: float, colour: Colour) -> None:
    x, y, wide = rng.random(), rng.uniform(0.03, horizon * 0.6), rng.uniform(0.06, 0.13)
    for dx, dy, r in ((-0.8, 0.1, 0.6), (0, -0.15, 0.8), (0.8, 0.1, 0.6), (0, 0.2, 0.9)):
        pen.fill(oval(x + dx * wide, y + dy * wide, r * wide, r * wide * 0.6), colour)


def _tree(pen: Pen, rng: random.Random, horizon: float, green: Colour) -> None:
    x, size = rng.random(), rng.uniform(0.08, 0.17)
    trunk = [(x - 0.015, horizon - size), (x + 0.015, horizon - size), (x + 0.022, horizon + 0.02)]
    pen.fill([*trunk, (x - 0.022, horizon + 0.02)], (112, 84, 66))
    if rng.random() < 0.5:
        pen.fill(blob(x, horizon - size * 1.5, size, size * 1.05, rng), green)
        pen.glow(x - size * 0.3, horizon - size * 1.8, size * 0.7, size * 0.6, WHITE, 0.25)
        return
    for k in range(3):
        y = horizon - size * (0.4 + k * 0.65)
        half = size * (0.8 - k * 0.18)
        pen.fill([(x - half, y), (x + half, y), (x, y - size)], mix(green, WHITE, 0.06 * k))


def paint_outdoors(pen: Pen, rng: random.Random) -> float:
    """A meadow, a beach or a snowy field; returns how far down the ground begins."""
    horizon = rng.uniform(0.42, 0.66)
    sky = hsv(
        rng.choice((0.55, 0.57, 0.59, 0.07, 0.96)), rng.uniform(0.15, 0.42), rng.uniform(0.8, 1)
    )
    pen.cover(sky)
    pen.glow(0.5, horizon, 1.2, 0.5, mix(sky, WHITE, 0.7), 0.9)
    if rng.random() < 0.35:
        pen.fill(oval(rng.uniform(0.1, 0.9), 0.14, 0.06, 0.06), (255, 236, 170))
    for _ in range(rng.randint(0, 3)):
        _cloud(pen, rng, horizon, mix(sky, WHITE, 0.75))
    place = rng.choice(("meadow", "meadow", "meadow", "beach", "snow"))
    if place == "meadow":
        ground = hsv(rng.uniform(0.2, 0.36), rng.uniform(0.3, 0.6), rng.uniform(0.5, 0.8))
    elif place == "beach":
        ground = hsv(rng.uniform(0.09, 0.13), rng.uniform(0.2, 0.4), rng.uniform(0.75, 0.95))
        pen.fill(
            [(0, horizon - 0.1), (1, horizon - 0.1), (1, 1), (0, 1)],
            hsv(rng.uniform(0.5, 0.58), 0.5, 0.75),
        )
    else:
        ground = hsv(rng.uniform(0.55, 0.65), 0.06, rng.uniform(0.85, 0.98))
    far = mix(ground, sky, 0.45)
    for k in range(rng.randint(0, 2)):
        pen.fill(oval(rng.random(), horizon + 0.08, rng.uniform(0.3, 0.6), 0.16 + 0.08 * k), far)
    if place != "beach":
        tree = mix(hsv(rng.uniform(0.22, 0.4), 0.45, 0.5), sky, 0.2)
        for _ in range(rng.randint(0, 4)):
            _tree(pen, rng, horizon + 0.02, tree)
    bend = rng.uniform(-0.04, 0.04)
    edge = smooth(
        [(-0.1, horizon), (0.3, horizon + bend), (0.7, horizon - bend), (1.1, horizon)], False
    )
    pen.fill([*edge.tolist(), (1.1, 1.1), (-0.1, 1.1)], ground)
    pen.glow(0.5, 1.05, 0.9, 0.35, mix(ground, INK, 0.4), 0.5)
    _ground_cover(pen, rng, horizon + 0.05, ground, place)
    return horizon + 0.04


def _ground_cover(pen: Pen, rng: random.Random, top: float, ground: Colour, place: str) -> None:
    petals = bright_colour(rng)
    flowers = place == "meadow" and rng.random() < 0.5
    for k in range(46):
        x, y = rng.random(), rng.uniform(top, 1)
        if place != "meadow":
            pen.fill(oval(x, y, 0.012, 0.004), mix(ground, rng.choice((INK, WHITE)), 0.18))
            continue
        tall = rng.uniform(0.02, 0.05) * (0.5 + y)
        shade = mix(ground, rng.choice((INK, WHITE, (255, 235, 120))), rng.uniform(0.1, 0.3))
        pen.fill([(x - 0.006, y), (x + 0.006, y), (x + rng.uniform(-0.02, 0.02), y - tall)], shade)
        if flowers and k % 3 == 0:
            pen.fill(oval(x, y - tall, 0.011, 0.011), petals)
