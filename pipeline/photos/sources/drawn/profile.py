"""A head seen from the side, looking to the right."""

from __future__ import annotations

import random

import numpy as np

from pipeline.photos.sources.drawn.coat import paint_fur
from pipeline.photos.sources.drawn.colours import INK, PINK, TONGUE, WHITE, mix
from pipeline.photos.sources.drawn.curves import Points, leaf, moved, oval, resized, smooth
from pipeline.photos.sources.drawn.ears import ear_colour
from pipeline.photos.sources.drawn.eyes import paint_eye
from pipeline.photos.sources.drawn.pen import Pen
from pipeline.photos.sources.drawn.pet import Pet


def _snout(pet: Pet) -> float:
    """How far the nose stands out from the skull, in head radii."""
    return 0.03 + 0.06 * pet.muzzle if pet.kind == "cat" else 0.3 + 0.55 * pet.muzzle


def _outline(pet: Pet) -> Points:
    out = 0.86 + _snout(pet)
    if pet.kind == "cat":
        front = [(0.52, -0.6), (0.78, -0.28), (out - 0.05, -0.04), (out, 0.14), (out - 0.04, 0.3)]
        back = [(-0.92, -0.05), (-0.62, -0.64), (-0.02, -0.84)]
        return smooth([*back, *front, (0.72, 0.52), (0.35, 0.74), (-0.3, 0.86)])
    stop = [(0.42, -0.6), (0.64, -0.24), (out - 0.2, -0.12), (out, 0.0), (out + 0.02, 0.26)]
    jaw = [(out - 0.2, 0.46), (0.62, 0.56), (0.25, 0.78), (-0.35, 0.88)]
    return smooth([(-0.9, -0.1), (-0.56, -0.68), (-0.05, -0.8), *stop, *jaw])


def _ear(pet: Pet) -> Points:
    tall = pet.ear_size
    if pet.ears == "hanging":
        low = 0.1 + 0.65 * tall
        return smooth([(-0.3, -0.66), (0.05, -0.5), (0.12, 0.0), (-0.1, low), (-0.48, low - 0.2)])
    if pet.ears in ("folded", "button"):
        return leaf((-0.5, -0.72), (0.24, -0.3), (0.1, -0.84), 0.14)
    if pet.ears == "rounded":
        top = -0.62 - 0.7 * tall
        return smooth(
            [(-0.5, -0.55), (-0.5, top + 0.3), (-0.24, top), (0.06, top + 0.3), (0.1, -0.6)]
        )
    tip = -0.62 - (0.76 if pet.kind == "cat" else 0.95) * tall
    return leaf((-0.55, -0.5), (-0.24, tip), (0.16, -0.68), 0.06)


def _mouth(pen: Pen, pet: Pet) -> None:
    out = 0.86 + _snout(pet)
    line = mix(pet.coat.edge, INK, 0.5)
    if pet.kind == "cat":
        pen.line(
            smooth([(out - 0.02, 0.24), (out - 0.16, 0.34), (out - 0.32, 0.3)], False), line, 0.04
        )
        pen.fill(oval(out - 0.01, 0.1, 0.08, 0.07), pet.nose)
        return
    corner = out - 0.5
    if pet.tongue:
        tongue = [(corner + 0.2, 0.34), (out - 0.14, 0.32), (out - 0.12, 0.7), (out - 0.28, 0.78)]
        pen.fill(smooth(tongue), TONGUE)
    path = [(out, 0.2), (out - 0.14, 0.34), (out - 0.32, 0.32), (corner, 0.4)]
    pen.line(smooth(path, closed=False), line, 0.045)
    pen.fill(oval(out, 0.02, 0.15, 0.13), pet.nose)
    pen.glow(out - 0.03, -0.03, 0.07, 0.05, WHITE, 0.7)


def paint_profile(pen: Pen, pet: Pet, rng: random.Random) -> None:
    """Paint the whole head.

    Args:
        pen: A pen whose (0, 0) is the head's middle and whose unit is its radius.
        pet: The animal.
        rng: Source of the irregularity.
    """
    coat, outline, ear = pet.coat, _outline(pet), _ear(pet)
    colour = ear_colour(coat)
    upright = pet.ears in ("triangle", "pointed", "rounded")
    if upright:  # the far ear looks out behind
        paint_fur(
            pen, moved(ear, 0.3, 0.02), coat.in_shade(), rng, "small", mix(colour, coat.edge, 0.3)
        )
    paint_fur(pen, outline, coat, rng, "head")
    out = 0.86 + _snout(pet)
    pale = coat.mark if coat.pattern == "points" else mix(coat.pale, coat.fur, 0.1)
    with pen.inside(outline) as inner:
        inner.glow(out - 0.1, 0.32, 0.5 + 0.3 * _snout(pet), 0.36, pale, 0.95)
    _mouth(pen, pet)
    paint_eye(pen, pet, 0.42, -0.14, 0.75, 1)
    paint_fur(pen, ear, coat, rng, "small", colour)
    if upright:
        x, y = ear.mean(axis=0).tolist()
        pen.fill(resized(ear, 0.55, x + 0.06, y + 0.08), mix(PINK, colour, 0.35))
    if pet.whiskers and pet.kind == "cat":
        light = sum(coat.fur) > 300
        hair = mix(coat.fur, INK if light else WHITE, 0.3 + 0.6 * pet.whiskers)
        for k in (-1, 0, 1):
            start = np.array([out - 0.22, 0.3 + 0.05 * k])
            end = start + np.array([-0.7, 0.12 + 0.2 * k])
            bend = (start + end) / 2 - np.array([0, 0.05])
            pen.stroke([start, bend, end], (0.016, 0.014, 0.004), hair)
