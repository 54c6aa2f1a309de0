"""Rooms and sofas."""

from __future__ import annotations

import math
import random

from pipeline.photos.sources.drawn.colours import (
    INK,
    WHITE,
    Colour,
    bright_colour,
    hsv,
    mix,
    soft_colour,
)
from pipeline.photos.sources.drawn.curves import Points, blob, leaf, oval, smooth
from pipeline.photos.sources.drawn.pen import Pen


def _box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _soft_box(left: float, top: float, right: float, bottom: float, round_by: float) -> Points:
    r = round_by
    corners = [(left + r, top), (right - r, top), (right, top + r), (right, bottom - r)]
    corners += [(right - r, bottom), (left + r, bottom), (left, bottom - r), (left, top + r)]
    return smooth(corners)


def paint_wallpaper(pen: Pen, rng: random.Random, wall: Colour, bottom: float) -> None:
    """Stripes, dots, boards or nothing on a wall."""
    other = mix(wall, rng.choice((WHITE, INK, soft_colour(rng))), rng.uniform(0.12, 0.3))
    style = rng.choice(("plain", "stripes", "dots", "boards", "checks"))
    step = rng.uniform(0.07, 0.16)
    count = int(1 / step) + 2
    if style in ("stripes", "checks"):
        for k in range(count):
            pen.fill(_box(k * step, 0, (k + 0.45) * step, bottom), other)
    if style == "checks":
        third = mix(wall, other, 0.5)
        for k in range(int(bottom / step) + 1):
            pen.fill(_box(0, k * step, 1, min((k + 0.45) * step, bottom)), third)
    if style == "boards":
        for k in range(count):
            pen.line([(k * step, 0), (k * step, bottom)], other, 0.006)
    if style == "dots":
        for row in range(int(bottom / step) + 1):
            for k in range(count):
                x = (k + 0.5 * (row % 2)) * step
                pen.fill(oval(x, (row + 0.4) * step, step * 0.17, step * 0.17), other)


def _picture_on_wall(pen: Pen, rng: random.Random, x: float) -> None:
    y, w, h = rng.uniform(0.05, 0.18), rng.uniform(0.14, 0.25), 0.2
    pen.fill(_box(x, y, x + w, y + h), mix(soft_colour(rng, 0.3, 0.6), INK, 0.3))
    pen.fill(_box(x + 0.015, y + 0.015, x + w - 0.015, y + h - 0.015), soft_colour(rng))
    with pen.inside(_box(x + 0.015, y + 0.015, x + w - 0.015, y + h - 0.015)) as inner:
        inner.fill(blob(x + w * 0.5, y + h, w * 0.5, h * 0.5, rng), soft_colour(rng))
        inner.fill(oval(x + w * 0.7, y + h * 0.3, 0.025, 0.025), bright_colour(rng))


def _window(pen: Pen, rng: random.Random, x: float) -> None:
    y, w, h = rng.uniform(0.03, 0.1), rng.uniform(0.25, 0.36), 0.36
    frame = mix(soft_colour(rng), WHITE, 0.7)
    pen.fill(_box(x, y, x + w, y + h), frame)
    sky = hsv(rng.uniform(0.5, 0.65), rng.uniform(0.15, 0.5), rng.uniform(0.5, 0.98))
    with pen.inside(_box(x + 0.02, y + 0.02, x + w - 0.02, y + h - 0.02)) as inner:
        inner.cover(sky)
        inner.glow(x + w * 0.6, y + h * 0.4, w * 0.5, h * 0.25, WHITE, 0.8)
        inner.fill(blob(x + w * 0.3, y + h, w * 0.5, h * 0.3, rng), hsv(0.28, 0.4, 0.65))
    pen.line([(x + w / 2, y), (x + w / 2, y + h)], frame, 0.015)
    pen.line([(x, y + h / 2), (x + w, y + h / 2)], frame, 0.015)


def _plant(pen: Pen, rng: random.Random, floor: float) -> None:
    x = rng.choice((rng.uniform(0.0, 0.18), rng.uniform(0.82, 1.0)))
    green = hsv(rng.uniform(0.24, 0.42), rng.uniform(0.3, 0.6), rng.uniform(0.4, 0.7))
    for k in range(7):
        angle = math.radians(-150 + k * 20 + rng.uniform(-8, 8))
        long = rng.uniform(0.16, 0.3)
        tip = (x + long * math.cos(angle), floor - 0.1 + long * math.sin(angle))
        shade = mix(green, rng.choice((INK, WHITE)), rng.uniform(0, 0.25))
        pen.fill(leaf((x - 0.02, floor - 0.1), tip, (x + 0.02, floor - 0.1), 0.14), shade)
    pot = [(x - 0.07, floor - 0.12), (x + 0.07, floor - 0.12), (x + 0.05, floor), (x - 0.05, floor)]
    pen.fill(pot, soft_colour(rng, 0.5, 0.8))


def _lamp(pen: Pen, rng: random.Random, floor: float) -> None:
    x = rng.choice((rng.uniform(0.03, 0.2), rng.uniform(0.8, 0.97)))
    pen.line([(x, 0.25), (x, floor)], mix(soft_colour(rng), INK, 0.6), 0.014)
    pen.glow(x, 0.22, 0.35, 0.3, (255, 240, 200), 0.5)
    shade = [(x - 0.06, 0.1), (x + 0.06, 0.1), (x + 0.1, 0.27), (x - 0.1, 0.27)]
    pen.fill(shade, soft_colour(rng, 0.8, 0.98))


def _floorboards(pen: Pen, rng: random.Random, floor: float, colour: Colour) -> None:
    line = mix(colour, INK, 0.22)
    style = rng.choice(("boards", "tiles", "carpet"))
    if style == "carpet":
        starts = [(rng.random(), rng.uniform(floor, 1)) for _ in range(60)]
        pen.ticks([[(x, y), (x + 0.012, y - 0.006)] for x, y in starts], line, 0.003)
        return
    for k in range(-4, 15):
        pen.line([(0.5 + (k / 10 - 0.5) * 0.8, floor), (0.5 + (k / 10 - 0.5) * 2, 1)], line, 0.004)
    if style == "tiles":
        for k in range(1, 5):
            y = floor + (1 - floor) * (k / 4) ** 1.5
            pen.line([(0, y), (1, y)], line, 0.004)


def _rug(pen: Pen, rng: random.Random, floor: float) -> None:
    colour, y = soft_colour(rng, 0.5, 0.9), (floor + 1.0) / 2 + 0.06
    pen.fill(oval(0.5, y, 0.52, 0.16), mix(colour, INK, 0.15))
    pen.fill(oval(0.5, y, 0.46, 0.135), colour)
    pen.fill(oval(0.5, y, 0.36, 0.1), mix(colour, WHITE, 0.25))


def paint_room(pen: Pen, rng: random.Random) -> float:
    """A wall with its things and a floor; returns how far down the floor begins."""
    floor = rng.uniform(0.58, 0.76)
    wall = soft_colour(rng)
    pen.cover(wall)
    paint_wallpaper(pen, rng, wall, floor)
    for left in rng.sample((0.06, 0.56), rng.randint(0, 2)):
        rng.choice((_picture_on_wall, _window))(pen, rng, left + rng.uniform(0, 0.08))
    ground = rng.choice((soft_colour(rng, 0.4, 0.85), hsv(0.08, 0.4, rng.uniform(0.4, 0.8))))
    pen.fill(_box(0, floor, 1, 1), ground)
    _floorboards(pen, rng, floor, ground)
    pen.fill(_box(0, floor - 0.035, 1, floor), mix(wall, WHITE, 0.55))
    pen.glow(0.5, floor + 0.02, 0.8, 0.1, mix(ground, INK, 0.5), 0.4)
    if rng.random() < 0.4:
        _rug(pen, rng, floor)
    if rng.random() < 0.45:
        rng.choice((_plant, _lamp))(pen, rng, floor + 0.03)
    return floor


def paint_sofa(pen: Pen, rng: random.Random) -> float:
    """A sofa before a wall; returns how far down its seat begins."""
    wall = soft_colour(rng)
    pen.cover(wall)
    paint_wallpaper(pen, rng, wall, 1.0)
    cloth, top, seat = soft_colour(rng, 0.35, 0.9), rng.uniform(0.2, 0.4), rng.uniform(0.68, 0.8)
    line = mix(cloth, INK, 0.35)
    cushions = rng.randint(1, 3)
    for k in range(cushions):
        left, right = -0.05 + k * 1.1 / cushions, -0.05 + (k + 1) * 1.1 / cushions
        back = _soft_box(left, top, right, seat + 0.15, 0.07)
        with pen.inside(back) as inner:
            inner.cover(cloth)
            inner.glow((left + right) / 2, top + 0.1, 0.3, 0.2, mix(cloth, WHITE, 0.5), 0.5)
            inner.glow((left + right) / 2, seat, 0.5, 0.14, line, 0.7)
        pen.line(back, line, 0.006, closed=True)
    pen.fill(_box(0, seat, 1, 1), mix(cloth, WHITE, 0.1))
    pen.glow(0.5, 1.0, 0.8, 0.2, line, 0.5)
    pen.line([(0, seat), (1, seat)], line, 0.006)
    if rng.random() < 0.6:
        x, colour = rng.choice((0.08, 0.9)), soft_colour(rng)
        turned = pen.placed(x, seat - 0.1, turn_deg=rng.uniform(-25, 25))
        turned.fill(_soft_box(-0.13, -0.13, 0.13, 0.13, 0.03), colour)
        turned.line(_soft_box(-0.13, -0.13, 0.13, 0.13, 0.03), mix(colour, INK, 0.3), 0.005, True)
    return seat
