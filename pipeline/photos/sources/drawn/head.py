"""A head seen from the front, turned a little to either side."""

from __future__ import annotations

import random

import numpy as np

from pipeline.photos.sources.drawn.coat import LINE, paint_fur
from pipeline.photos.sources.drawn.colours import INK, PINK, TONGUE, WHITE, Colour, mix
from pipeline.photos.sources.drawn.curves import Points, mirrored, moved, oval, smooth
from pipeline.photos.sources.drawn.ears import IN_FRONT, paint_ears
from pipeline.photos.sources.drawn.eyes import paint_eye
from pipeline.photos.sources.drawn.pen import Pen
from pipeline.photos.sources.drawn.pet import Pet

_MOUTH: Colour = (110, 48, 52)


def _skull(pet: Pet, rng: random.Random) -> Points:
    """The outline of the head; a cat's is wide and low, a dog's narrows to the muzzle."""
    wide = rng.uniform(0.94, 1.06)
    if pet.kind == "cat":
        half = [(0, -0.8), (0.48, -0.76), (0.84, -0.42), (1.0, 0.08), (0.88, 0.5), (0.48, 0.8)]
        chin = 0.88
    else:
        jaw = rng.uniform(-0.08, 0.1)
        half = [(0, -0.92), (0.46, -0.82), (0.8, -0.45), (0.83, 0.0), (0.7 + jaw, 0.45)]
        half.append((0.44 + jaw, 0.88))
        chin = 1.04
    return mirrored([*half, (0, chin)]) * (wide, 1.0)


def _at(pet: Pet, x: float, depth: float) -> float:
    """Where a feature lies on the turned head; the more it stands out, the farther it moves."""
    return x * (1 - 0.12 * abs(pet.yaw)) + pet.yaw * depth


def _cat_muzzle(pen: Pen, pet: Pet) -> None:
    x, y = _at(pet, 0, 0.3), 0.3
    pale = mix(pet.coat.fur, mix(pet.coat.pale, WHITE, 0.2), 0.8)
    if pet.coat.pattern == "points":
        pale = mix(pet.coat.mark, WHITE, 0.15)
    full = 0.9 + 0.25 * pet.muzzle
    pen.glow(x, y + 0.42, 0.34, 0.22, pale, 1.0)
    for side in (-1, 1):
        pen.glow(x + side * 0.17, y + 0.2, 0.34 * full, 0.28 * full, pale, 1.0)
    nose = np.array([(-0.12, -0.05), (0, -0.075), (0.12, -0.05), (0.04, 0.07), (-0.04, 0.07)])
    outline = moved(smooth(nose), x, y)
    pen.fill(outline, pet.nose)
    pen.line(outline, pet.coat.edge, 0.03, closed=True)
    line = mix(pet.coat.edge, INK, 0.4)
    pen.line([(x, y + 0.07), (x, y + 0.2)], line, 0.035)
    for side in (-1, 1):
        path = [(x, y + 0.19), (x + side * 0.12, y + 0.28), (x + side * 0.25, y + 0.2)]
        pen.line(smooth(path, closed=False), line, 0.035)


def _whiskers(pen: Pen, pet: Pet, rng: random.Random) -> None:
    if not pet.whiskers:
        return
    x, y = _at(pet, 0, 0.3), 0.48
    light = sum(pet.coat.fur) > 300
    strong = INK if light else WHITE
    colour = mix(pet.coat.fur, strong, 0.3 + 0.6 * pet.whiskers)
    long = rng.uniform(0.75, 1.05) * (0.6 if pet.kind == "dog" else 1.0)
    for side in (-1, 1):
        for k in (-1, 0, 1):
            start = (x + side * 0.24, y + 0.05 * k)
            end = (x + side * (0.24 + long), y + 0.2 * k + rng.uniform(-0.06, 0.1))
            bend = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 0.06)
            pen.stroke([start, bend, end], (0.016, 0.014, 0.004), colour)


def _dog_mouth(pen: Pen, pet: Pet, x: float, y: float, wide: float) -> None:
    """The line under the nose, the lips, and now and then an open mouth with a tongue."""
    line = mix(pet.coat.edge, INK, 0.5)
    lip = y + 0.36
    if pet.tongue:
        pen.fill(smooth([(x - wide * 0.6, lip), (x + wide * 0.6, lip), (x, lip + 0.34)]), _MOUTH)
        tongue = [(x - 0.15, lip), (x + 0.15, lip), (x + 0.17, lip + 0.36), (x, lip + 0.5)]
        pen.fill(smooth([*tongue, (x - 0.15, lip + 0.36)]), TONGUE)
        pen.line([(x, lip + 0.08), (x + 0.01, lip + 0.34)], mix(TONGUE, _MOUTH, 0.4), 0.03)
    pen.line([(x, y + 0.1), (x, lip)], line, 0.04)
    for side in (-1, 1):
        path = [(x, lip), (x + side * wide * 0.4, lip + 0.12), (x + side * wide * 0.85, lip - 0.02)]
        pen.line(smooth(path, closed=False), line, 0.045)


def _dog_muzzle(pen: Pen, pet: Pet) -> None:
    long = pet.muzzle
    x, y = _at(pet, 0, 0.26 + 0.16 * long), 0.14 + 0.14 * long
    coat = pet.coat
    colour = coat.mark if coat.pattern in ("points", "saddle") and long > 0.3 else coat.pale
    colour = mix(colour, coat.fur, 0.15)
    wide = 0.5 + 0.06 * (1 - long)
    bridge = _at(pet, 0, 0.12)
    pen.glow((x + bridge) / 2, y - 0.22, 0.3, 0.5, colour, 0.7)
    top = y - 0.16
    half = [(0, top), (0.24, top + 0.06), (wide, y + 0.26), (wide * 0.8, y + 0.5), (0, y + 0.56)]
    outline = moved(mirrored(half), x, 0)
    with pen.inside(outline) as inner:
        inner.cover(colour)
        inner.glow(x, y + 0.62, 0.7, 0.4, mix(colour, coat.edge, 0.6), 0.6)
        inner.glow(x - 0.1, y + 0.1, 0.4, 0.3, mix(colour, WHITE, 0.6), 0.5)
    pen.line(outline[len(outline) // 8 : -len(outline) // 8], mix(coat.edge, colour, 0.3), 0.03)
    _dog_mouth(pen, pet, x, y, wide)
    nose = [(-0.23, -0.07), (-0.1, -0.14), (0.1, -0.14), (0.23, -0.07), (0.12, 0.11), (-0.12, 0.11)]
    pen.fill(moved(smooth(nose), x, y), pet.nose)
    pen.glow(x - 0.06, y - 0.06, 0.09, 0.06, WHITE, 0.7)
    for side in (-1, 1):
        pen.fill(oval(x + side * 0.08, y + 0.02, 0.035, 0.025), mix(pet.nose, INK, 0.6))


def paint_head(pen: Pen, pet: Pet, rng: random.Random) -> None:
    """Paint the whole head.

    Args:
        pen: A pen whose (0, 0) is the head's middle and whose unit is its radius.
        pet: The animal.
        rng: Source of the irregularity.
    """
    cat = pet.kind == "cat"
    if pet.ears not in IN_FRONT:
        paint_ears(pen, pet, rng)
    paint_fur(pen, _skull(pet, rng), pet.coat, rng, "head")
    if pet.ears in IN_FRONT:
        paint_ears(pen, pet, rng)
    apart, y = (0.42, -0.02) if cat else (0.36, -0.14)
    for side in (-1, 1):
        narrow = 1 - 0.22 * max(0.0, side * pet.yaw)
        x = _at(pet, side * apart, 0.2)
        if not cat and pet.coat.pattern in ("saddle", "points", "bicolour"):
            pen.glow(x + side * 0.04, y - 0.26, 0.16, 0.12, pet.coat.pale, 0.9)
        paint_eye(pen, pet, x, y, narrow, side)
    if cat:
        _cat_muzzle(pen, pet)
        for side in (-1, 1):
            pen.glow(_at(pet, side * 0.66, 0.2), 0.36, 0.2, 0.14, PINK, 0.35)
    else:
        _dog_muzzle(pen, pet)
    _whiskers(pen, pet, rng)


def paint_collar(pen: Pen, pet: Pet) -> None:
    """Paint the collar under the head, with its tag."""
    if pet.collar is None:
        return
    low = 1.12 if pet.kind == "cat" else 1.2
    path = [
        (-0.66, low - 0.4),
        (-0.3, low - 0.08),
        (0.0, low),
        (0.3, low - 0.08),
        (0.66, low - 0.4),
    ]
    pen.line(smooth(path, closed=False), mix(pet.collar, INK, 0.5), 0.2 + LINE)
    pen.line(smooth(path, closed=False), pet.collar, 0.2)
    pen.fill(oval(0, low + 0.14, 0.12, 0.13), mix(pet.collar, INK, 0.5))
    pen.fill(oval(0, low + 0.14, 0.09, 0.1), (236, 200, 92))
