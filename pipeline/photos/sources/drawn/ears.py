"""Ears of a head seen from the front.

Cats have triangles or small folded ears. Dogs have hanging, half folded ("button"),
pointed or rounded ones; their pointed ears look much like a cat's, so ears alone do not
tell the kinds apart.
"""

from __future__ import annotations

import random
from typing import Final

import numpy as np

from pipeline.photos.sources.drawn.coat import paint_fur
from pipeline.photos.sources.drawn.colours import PINK, WHITE, Colour, mix
from pipeline.photos.sources.drawn.curves import Points, leaf, resized, smooth
from pipeline.photos.sources.drawn.pen import Pen
from pipeline.photos.sources.drawn.pet import Coat, Pet

IN_FRONT: Final = ("hanging",)  # these lie over the head, the others stand behind it


def ear_colour(coat: Coat) -> Colour:
    """The colour of the ears: darker than the rest of the fur."""
    if coat.pattern in ("points", "saddle", "patches", "spots"):
        return coat.mark
    return mix(coat.fur, coat.mark, 0.35)


def _smaller(outline: Points, share: float) -> Points:
    """The outline shrunk towards its lower middle."""
    x, y = outline.mean(axis=0).tolist()
    return resized(outline, share, x, y + 0.1)


def _upright(pet: Pet) -> Points:
    """The outline of the right ear of an upright pair."""
    tall = pet.ear_size
    if pet.ears == "triangle":
        return leaf((0.16, -0.66), (0.74, -0.62 - 0.82 * tall), (0.98, -0.12), 0.05)
    if pet.ears == "pointed":
        return leaf((0.2, -0.66), (0.66, -0.6 - 0.98 * tall), (0.86, -0.2), 0.09)
    if pet.ears == "rounded":
        top = -0.6 - 0.8 * tall
        return smooth([(0.3, -0.6), (0.36, top + 0.3), (0.68, top), (0.98, top + 0.4), (0.9, -0.3)])
    return leaf((0.3, -0.7), (0.72, -0.98 - 0.16 * tall), (0.98, -0.3), 0.06)  # folded, button


def _flap(pet: Pet) -> Points:
    """The part of a folded right ear that falls forward."""
    if pet.ears == "folded":
        return leaf((0.36, -0.92), (0.84, -0.42), (0.92, -0.86), 0.12)
    long = 0.5 * pet.ear_size
    return leaf((0.34, -0.98), (1.02, -0.72 + long), (0.98, -1.0), 0.12)


def _hanging(pet: Pet) -> Points:
    low = -0.3 + 1.0 * pet.ear_size
    corners = [
        (0.5, -0.84),
        (0.92, -0.78),
        (1.16, -0.3),
        (1.22, low - 0.25),
        (1.0, low),
        (0.8, low - 0.3),
        (0.76, -0.2),
    ]
    return smooth(corners)


def paint_ears(pen: Pen, pet: Pet, rng: random.Random) -> None:
    """Paint both ears.

    Args:
        pen: A pen whose (0, 0) is the head's middle and whose unit is its radius.
        pet: The animal; its yaw narrows the ear on the far side.
        rng: Source of the irregularity.
    """
    colour = ear_colour(pet.coat)
    droop = rng.uniform(-0.06, 0.06)
    for side in (-1, 1):
        narrow = 1 - 0.14 * max(0.0, side * pet.yaw)
        bend = np.array([side * narrow, 1.0])
        shift = np.array([-0.08 * pet.yaw, side * droop])
        if pet.ears == "hanging":
            paint_fur(pen, _hanging(pet) * bend + shift, pet.coat, rng, "small", colour)
            continue
        outline = _upright(pet) * bend + shift
        paint_fur(pen, outline, pet.coat, rng, "small", colour)
        if pet.ears in ("folded", "button"):
            dark = mix(colour, pet.coat.edge, 0.15)
            paint_fur(pen, _flap(pet) * bend + shift, pet.coat, rng, "small", dark)
            continue
        inner = mix(mix(PINK, colour, 0.35), WHITE, 0.1)
        pen.fill(_smaller(outline, 0.62), inner)
        if pet.coat.fluff or rng.random() < 0.5:
            tuft = mix(pet.coat.pale, WHITE, 0.3)
            for x in (0.36, 0.46, 0.58):
                path = np.array([(x, -0.5), (x + 0.06, -0.72), (x + 0.12, -0.95)]) * bend + shift
                pen.stroke(path, (0.05, 0.04, 0.005), tuft)
