"""Colours: mixing them, and the fur colours that cats and dogs share.

Both kinds draw from the same list, so no colour gives a kind away.
"""

from __future__ import annotations

import colorsys
import random
from typing import Final, TypeAlias

Colour: TypeAlias = tuple[int, int, int]

WHITE: Final[Colour] = (250, 247, 240)
INK: Final[Colour] = (52, 38, 34)  # warm black; pure black looks dead in a picture book
PINK: Final[Colour] = (233, 150, 150)
TONGUE: Final[Colour] = (226, 112, 122)

# (hue, saturation) of colours that go well together in a picture book
_CALM: Final = (
    (0.10, 0.18),  # cream
    (0.07, 0.34),  # peach
    (0.13, 0.42),  # butter
    (0.04, 0.40),  # terracotta
    (0.98, 0.25),  # rose
    (0.24, 0.22),  # sage
    (0.30, 0.32),  # moss
    (0.42, 0.22),  # mint
    (0.48, 0.38),  # teal
    (0.55, 0.30),  # sky
    (0.59, 0.35),  # dusty blue
    (0.62, 0.14),  # slate
    (0.74, 0.18),  # lavender
    (0.09, 0.08),  # warm grey
)

# (fur, a colour for its markings)
FURS: Final[tuple[tuple[Colour, Colour], ...]] = (
    ((222, 142, 70), (178, 92, 38)),  # ginger
    ((236, 188, 118), (196, 134, 72)),  # golden
    ((240, 220, 186), (205, 160, 112)),  # cream
    ((244, 240, 232), (196, 188, 180)),  # white
    ((244, 240, 232), (60, 54, 54)),  # white and black
    ((244, 238, 226), (176, 104, 58)),  # white and chestnut
    ((150, 146, 148), (92, 88, 94)),  # grey
    ((184, 182, 184), (112, 110, 116)),  # silver
    ((124, 132, 146), (80, 86, 100)),  # blue grey
    ((72, 66, 68), (40, 36, 40)),  # black
    ((88, 70, 62), (52, 40, 36)),  # seal brown
    ((130, 88, 62), (84, 54, 38)),  # chocolate
    ((172, 122, 84), (112, 74, 48)),  # brown
    ((206, 168, 124), (132, 96, 64)),  # fawn
    ((196, 174, 146), (118, 96, 76)),  # sand
    ((232, 214, 190), (96, 74, 64)),  # cream with dark markings
)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour on the way from `first` (share 0) to `second` (share 1)."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue, saturation and brightness, each 0 to 1 (the hue wraps around)."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def soft_colour(rng: random.Random, low: float = 0.6, high: float = 0.97) -> Colour:
    """A calm colour for walls, cloth and paper; brightness from low to high."""
    hue, saturation = rng.choice(_CALM)
    saturation *= rng.uniform(0.75, 1.1)
    return hsv(hue + rng.uniform(-0.015, 0.015), saturation, rng.uniform(low, high))


def bright_colour(rng: random.Random) -> Colour:
    """A strong colour of any hue for small things: collars, toys, flowers."""
    return hsv(rng.random(), rng.uniform(0.55, 0.8), rng.uniform(0.7, 0.95))


def jitter(colour: Colour, rng: random.Random, amount: int = 12) -> Colour:
    """The colour, each channel changed by up to `amount`, kept in 0 to 255."""
    red, green, blue = (min(255, max(0, c + rng.randint(-amount, amount))) for c in colour)
    return red, green, blue
