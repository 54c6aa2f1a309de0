"""What lies behind the animal: rooms, gardens, sofas and plain painted paper.

Every scene is drawn by lot without asking who will stand in it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from pipeline.photos.sources.drawn.colours import INK, WHITE, mix, soft_colour
from pipeline.photos.sources.drawn.curves import oval
from pipeline.photos.sources.drawn.indoors import paint_room, paint_sofa, paint_wallpaper
from pipeline.photos.sources.drawn.outdoors import paint_outdoors
from pipeline.photos.sources.drawn.pen import Pen


def _paper(pen: Pen, rng: random.Random) -> float:
    """Two colours that run into each other, as behind a studio portrait."""
    colour = soft_colour(rng, 0.5, 0.97)
    pen.cover(colour)
    for _ in range(rng.randint(1, 4)):
        other = mix(colour, rng.choice((WHITE, INK, soft_colour(rng))), rng.uniform(0.2, 0.55))
        pen.glow(rng.random(), rng.random(), rng.uniform(0.5, 1), rng.uniform(0.4, 1), other, 0.9)
    return rng.uniform(0.55, 0.7)


def _blurred_lights(pen: Pen, rng: random.Random) -> float:
    colour = soft_colour(rng, 0.4, 0.9)
    pen.cover(colour)
    for _ in range(rng.randint(10, 22)):
        spot = mix(soft_colour(rng, 0.5, 1.0), colour, 0.3)
        r = rng.uniform(0.04, 0.16)
        pen.fill(oval(rng.random(), rng.random(), r, r), mix(colour, spot, rng.uniform(0.3, 0.8)))
    pen.glow(0.5, 1.0, 1.0, 0.5, mix(colour, INK, 0.4), 0.6)
    return rng.uniform(0.6, 0.75)


def _printed_paper(pen: Pen, rng: random.Random) -> float:
    colour = soft_colour(rng, 0.5, 0.95)
    pen.cover(colour)
    paint_wallpaper(pen, rng, colour, 1.0)
    pen.glow(0.5, 0.6, 0.6, 0.5, mix(colour, WHITE, 0.5), 0.6)
    return rng.uniform(0.6, 0.75)


_SCENES: Final[tuple[Callable[[Pen, random.Random], float], ...]] = (
    paint_room,
    paint_room,
    paint_outdoors,
    paint_outdoors,
    paint_sofa,
    _paper,
    _blurred_lights,
    _printed_paper,
)


def paint_scene(pen: Pen, rng: random.Random) -> float:
    """Paint a background, drawn by lot, over the whole picture.

    Args:
        pen: A pen for which the picture reaches from (0, 0) to (1, 1).
        rng: Source of the lots.

    Returns:
        How far down the floor begins, 0 to 1.
    """
    return rng.choice(_SCENES)(pen, rng)
