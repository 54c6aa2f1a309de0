"""Bodies in every pose. The head is always at (0, 0) and one unit in radius.

Animals seen from the side look to the right; the scene flips half of them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.photos.sources.drawn.coat import LINE, foot_colour, paint_fur, paint_limb
from pipeline.photos.sources.drawn.colours import mix
from pipeline.photos.sources.drawn.curves import mirrored, oval, smooth
from pipeline.photos.sources.drawn.head import paint_collar, paint_head
from pipeline.photos.sources.drawn.pen import Pen
from pipeline.photos.sources.drawn.pet import Coat, Pet
from pipeline.photos.sources.drawn.profile import paint_profile

_TAILS: Final[dict[str, tuple[list[tuple[float, float]], tuple[float, ...]]]] = {
    # path from the root, outwards along x and upwards along negative y; half thickness
    "long": ([(0, 0), (-0.5, 0.25), (-1.0, 0.2), (-1.4, -0.25), (-1.5, -0.7)], (0.2, 0.17, 0.13)),
    "raised": ([(0, 0), (-0.4, -0.35), (-0.45, -1.0), (-0.75, -1.6)], (0.2, 0.17, 0.12)),
    "bushy": ([(0, 0), (-0.55, -0.1), (-1.0, -0.55), (-1.15, -1.2)], (0.18, 0.36, 0.38, 0.12)),
    "wrapped": ([(0, 0), (-0.5, 0.3), (-0.9, 0.25), (-1.3, 0.05)], (0.2, 0.2, 0.16)),
    "curled": (
        [(0, 0), (-0.4, -0.5), (-0.1, -0.95), (0.3, -0.75), (0.2, -0.45)],
        (0.24, 0.22, 0.14),
    ),
    "short": ([(0, 0), (-0.35, -0.25), (-0.55, -0.6)], (0.22, 0.16, 0.1)),
}


@dataclass(frozen=True, slots=True)
class Pose:
    """One pose: the space it takes and how its body is painted.

    Attributes:
        box: Left, top, right and bottom of the whole animal with its head.
        paint: Paints the body behind the head.
        front: Paints what lies in front of the head, or None.
    """

    box: tuple[float, float, float, float]
    paint: Callable[[Pen, Pet, random.Random], None]
    front: Callable[[Pen, Pet, random.Random], None] | None = None


def _tail(pen: Pen, pet: Pet, x: float, y: float, low: bool = False, side: int = 1) -> None:
    """A tail whose root is at (x, y); `side` -1 turns it to the right."""
    path, widths = _TAILS[pet.tail]
    tall = 0.35 if low and pet.tail in ("long", "wrapped") else 1.0
    thick = 1.15 if pet.coat.fluff > 0.08 else 1.0
    limb = [(x + side * px, y + tall * py) for px, py in path]
    paint_limb(pen, limb, tuple(w * thick for w in widths), pet.coat, tail=True)


def _paw(pen: Pen, coat: Coat, x: float, y: float, rx: float, rng: random.Random) -> None:
    paint_fur(pen, oval(x, y, rx, rx * 0.62), coat, rng, "small", foot_colour(coat))
    for k in (-0.3, 0.25):
        toe = [(x + rx * k, y + rx * 0.12), (x + rx * k, y + rx * 0.5)]
        pen.line(toe, mix(coat.edge, coat.fur, 0.2), LINE * 0.7)


def _leg(
    pen: Pen,
    coat: Coat,
    rng: random.Random,
    path: list[tuple[float, float]],
    thick: float,
    forward: float = 0.0,
) -> None:
    """A leg with its paw; `forward` moves the paw ahead of the leg."""
    end_x, end_y = path[-1]
    paint_limb(pen, path, (thick * 1.25, thick, thick * 0.85), coat, open_share=0.3)
    _paw(pen, coat, end_x + forward, end_y + 0.04, thick * 1.25, rng)


def _thickness(pet: Pet) -> float:
    return (0.27 if pet.kind == "cat" else 0.31) * math.sqrt(pet.build)


def _portrait(pen: Pen, pet: Pet, rng: random.Random) -> None:
    b = pet.build
    half = [(0, 0.2), (0.62 * b, 0.5), (0.95 * b, 1.2), (1.5 * b, 2.0), (1.6 * b, 3.4), (0, 3.5)]
    paint_fur(pen, mirrored(half), pet.coat, rng, "chest")


def _sitting(pen: Pen, pet: Pet, rng: random.Random) -> None:
    b, coat, thick = pet.build, pet.coat, _thickness(pet)
    side = rng.choice((-1, 1))
    _tail(pen, pet, -side * 0.95 * b, 2.95, side=side, low=True)
    for s in (-1, 1):
        _paw(pen, coat, s * 1.12 * b, 3.22, 0.42, rng)
    half = [(0, 0.2), (0.6 * b, 0.6), (0.82 * b, 1.3), (1.08 * b, 2.2), (1.22 * b, 2.8)]
    half += [(1.0 * b, 3.22), (0, 3.25)]
    paint_fur(pen, mirrored(half), coat, rng, "chest")
    for s in (-1, 1):
        hip = [(s * 0.86 * b, 1.95), (s * 0.6 * b, 2.5), (s * 0.68 * b, 3.1)]
        pen.line(smooth(hip, closed=False), mix(coat.edge, coat.fur, 0.35), LINE)
    for s in (-1, 1):
        path = [(s * 0.36, 1.7), (s * 0.36, 2.5), (s * 0.34, 3.15)]
        _leg(pen, coat, rng, path, thick)


def _sitting_sideways(pen: Pen, pet: Pet, rng: random.Random) -> None:
    b, coat, thick = pet.build, pet.coat, _thickness(pet)
    _tail(pen, pet, -1.75 * b, 3.0, low=True)
    far = coat.in_shade()
    _leg(pen, far, rng, [(0.3, 1.6), (0.36, 2.4), (0.42, 3.1)], thick, 0.1)
    body = [(-0.55, 0.3), (-0.95 * b, 1.1), (-1.5 * b, 2.0), (-1.85 * b, 2.8), (-1.55 * b, 3.25)]
    body += [(-0.5, 3.2), (0.2, 2.5), (0.55, 1.7), (0.6, 1.0), (0.4, 0.4)]
    paint_fur(pen, smooth(body), coat, rng, "back")
    _leg(pen, coat, rng, [(0.05, 1.6), (0.08, 2.4), (0.1, 3.15)], thick, 0.12)
    haunch = [(-0.75, 1.95), (-0.3, 2.45), (-0.45, 3.0), (-0.9, 3.2)]
    pen.line(smooth(haunch, closed=False), mix(coat.edge, coat.fur, 0.3), LINE)
    _paw(pen, coat, -0.55, 3.2, 0.45, rng)


def _standing(pen: Pen, pet: Pet, rng: random.Random, stride: float = 0.0) -> None:
    b, coat, thick = pet.build, pet.coat, _thickness(pet)
    long = rng.uniform(0.9, 1.1)
    back, floor = -2.9 * long, 3.1 if pet.kind == "cat" else 3.2
    _tail(pen, pet, back - 0.05, 1.15)
    far = coat.in_shade()
    for x, step in ((-0.45, -stride), (back + 0.6, stride)):
        path = [(x, 1.6), (x + 0.1 + step * 0.4, 2.4), (x + 0.12 + step, floor - 0.08)]
        _leg(pen, far, rng, path, thick, 0.1)
    body = [
        (-0.55, 0.1),
        (-0.95, 0.72),
        (-1.8 * long, 0.82),
        (back + 0.2, 0.85),
        (back - 0.12, 1.3),
    ]
    low = 1.95 * math.sqrt(b)
    body += [(back + 0.15, low - 0.15), (-1.7 * long, low - 0.1), (-0.7, low + 0.08)]
    body += [(0.1, 1.6), (0.35, 1.0), (0.3, 0.3)]
    paint_fur(pen, smooth(body), coat, rng, "back")
    for x, step in ((-0.2, stride), (back + 0.3, -stride)):
        path = [(x, 1.55), (x + step * 0.4, 2.4), (x + step, floor)]
        _leg(pen, coat, rng, path, thick, 0.12)


def _walking(pen: Pen, pet: Pet, rng: random.Random) -> None:
    _standing(pen, pet, rng, stride=rng.choice((-1, 1)) * rng.uniform(0.3, 0.55))


def _lying(pen: Pen, pet: Pet, rng: random.Random) -> None:
    b, coat, thick = pet.build, pet.coat, _thickness(pet)
    _tail(pen, pet, -3.0, 1.55, low=True)
    far = coat.in_shade()
    _leg(pen, far, rng, [(0.2, 1.5), (0.8, 1.62), (1.3, 1.66)], thick * 0.9, 0.12)
    top = 0.62 - 0.25 * (b - 1)
    body = [(-0.5, 0.1), (-1.0, top), (-2.0, top), (-2.9, 0.95), (-3.15, 1.5), (-2.8, 1.9)]
    body += [(-1.2, 1.9), (0.0, 1.88), (0.5, 1.4), (0.45, 0.6)]
    paint_fur(pen, smooth(body), coat, rng, "back")
    haunch = [(-1.75, 1.0), (-1.4, 1.35), (-1.6, 1.75)]
    pen.line(smooth(haunch, closed=False), mix(coat.edge, coat.fur, 0.3), LINE)
    _paw(pen, coat, -1.45, 1.84, 0.42, rng)
    _leg(pen, coat, rng, [(-0.2, 1.7), (0.5, 1.78), (1.05, 1.8)], thick * 0.95, 0.12)


def _lying_in_front(pen: Pen, pet: Pet, rng: random.Random) -> None:
    b, coat = pet.build, pet.coat
    side = rng.choice((-1, 1))
    _tail(pen, pet, -side * 1.5 * b, 1.35, side=side, low=True)
    half = [(0, -0.1), (0.8 * b, 0.1), (1.45 * b, 0.6), (1.7 * b, 1.2), (1.4 * b, 1.62), (0, 1.65)]
    paint_fur(pen, mirrored(half), coat, rng, "chest")


def _front_paws(pen: Pen, pet: Pet, rng: random.Random) -> None:
    for side in (-1, 1):
        _paw(pen, pet.coat, side * 0.5, 1.45, 0.4 if pet.kind == "cat" else 0.46, rng)


def _curled_up(pen: Pen, pet: Pet, rng: random.Random) -> None:
    coat, b = pet.coat, pet.build
    body = [(0.5, -0.3), (-0.4, -0.62 * b), (-1.5, -0.5 * b), (-2.3, 0.2), (-2.2, 0.95)]
    body += [(-1.2, 1.25), (0.2, 1.25), (0.9, 0.8)]
    paint_fur(pen, smooth(body), coat, rng, "back")
    haunch = [(-1.2, 0.1), (-0.8, 0.5), (-1.0, 1.0)]
    pen.line(smooth(haunch, closed=False), mix(coat.edge, coat.fur, 0.3), LINE)


def _wrapped_tail(pen: Pen, pet: Pet, rng: random.Random) -> None:
    wide = 0.34 if pet.tail == "bushy" else 0.22
    end = -0.7 if pet.tail in ("short", "curled") else 0.45
    path = [(-2.15, 0.75), (-1.5, 1.22), (-0.6, 1.3), (end, 1.12)]
    paint_limb(pen, path, (wide, wide, wide * 0.6), pet.coat, tail=True, open_share=0.1)
    _paw(pen, pet.coat, 0.5, 1.1, 0.36, rng)


_POSES: Final[dict[str, Pose]] = {
    "portrait": Pose((-1.35, -1.4, 1.35, 1.6), _portrait),
    "sitting": Pose((-1.7, -1.4, 1.7, 3.5), _sitting),
    "sitting sideways": Pose((-2.5, -1.4, 1.1, 3.5), _sitting_sideways),
    "standing": Pose((-3.7, -1.4, 1.1, 3.3), _standing),
    "walking": Pose((-3.7, -1.4, 1.1, 3.3), _walking),
    "lying": Pose((-3.6, -1.4, 1.6, 2.1), _lying),
    "lying in front": Pose((-1.8, -1.4, 1.8, 1.8), _lying_in_front, _front_paws),
    "curled up": Pose((-2.5, -1.4, 1.2, 1.6), _curled_up, _wrapped_tail),
}


def box_of(pet: Pet) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the animal, in head radii from the head's middle."""
    left, top, right, bottom = _POSES[pet.pose].box
    if pet.profile and pet.kind == "dog":
        right = max(right, 1.9)  # its nose
    return left, top, right, bottom


def paint_pet(pen: Pen, pet: Pet, rng: random.Random) -> None:
    """Paint the whole animal.

    Args:
        pen: A pen whose (0, 0) is the head's middle and whose unit is its radius.
        pet: The animal.
        rng: Source of the irregularity.
    """
    pose = _POSES[pet.pose]
    pose.paint(pen, pet, rng)
    if pet.pose != "curled up":
        paint_collar(pen, pet)
    head = pen.placed(0, 0, turn_deg=pet.tilt_deg)
    if pet.profile:
        paint_profile(head, pet, rng)
    else:
        paint_head(head, pet, rng)
    if pose.front is not None:
        pose.front(pen, pet, rng)
