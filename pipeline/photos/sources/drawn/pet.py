"""Who stands in the picture: every trait of one animal, drawn by lot."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from typing import Final

from pipeline.photos.sources.drawn.colours import (
    FURS,
    INK,
    PINK,
    WHITE,
    Colour,
    bright_colour,
    jitter,
    mix,
)

KINDS: Final = ("cat", "dog")
PATTERNS: Final = ("plain", "tabby", "patches", "bicolour", "spots", "points", "saddle")
POSES: Final = (
    "portrait",
    "portrait",
    "sitting",
    "sitting",
    "sitting sideways",
    "lying",
    "lying in front",
    "standing",
    "walking",
    "curled up",
)
SIDE_POSES: Final = ("sitting sideways", "lying", "standing", "walking")

_CAT_EYES: Final = ((150, 178, 72), (206, 168, 60), (108, 160, 196), (196, 124, 52), (96, 160, 128))
_DOG_EYES: Final = ((92, 58, 36), (70, 46, 34), (122, 80, 44), (150, 104, 58), (124, 160, 190))


@dataclass(frozen=True, slots=True)
class Coat:
    """The fur: its colours, its pattern and how far its hair stands off.

    Attributes:
        fur: The colour of most of it.
        mark: The colour of stripes, patches or points.
        pale: The colour of belly, muzzle or white parts.
        edge: The colour of outlines.
        pattern: One of `PATTERNS`.
        fluff: Length of the tufts at the edge, in head radii; 0 is a smooth coat.
        white_feet: Whether the feet have the pale colour.
    """

    fur: Colour
    mark: Colour
    pale: Colour
    edge: Colour
    pattern: str
    fluff: float
    white_feet: bool

    def in_shade(self) -> Coat:
        """The same fur on the far side of the body."""
        return dataclasses.replace(
            self,
            fur=mix(self.fur, self.edge, 0.28),
            mark=mix(self.mark, self.edge, 0.28),
            pale=mix(self.pale, self.edge, 0.28),
        )


@dataclass(frozen=True, slots=True)
class Pet:
    """One animal. Lengths are in head radii, turns in degrees clockwise.

    Attributes:
        kind: "cat" or "dog".
        pose: One of `POSES`.
        profile: Whether the head is seen from the side.
        yaw: How far the face is turned to the right (+1) or left (-1).
        tilt_deg: How far the head is tilted.
        coat: The fur.
        build: Width of the body; 1 is usual.
        ears: Shape of the ears, see `ears.py`.
        ear_size: Size of the ears; 1 is usual.
        muzzle: Length of the muzzle, 0 to 1, within what the kind has.
        eyes: Colour of the iris.
        eye_size: Size of the eyes; 1 is usual.
        pupil: Width of the pupil, 0 (slit) to 1 (round and wide).
        asleep: Whether the eyes are closed.
        nose: Colour of the nose.
        whiskers: How clear the whiskers are, 0 (none) to 1.
        tongue: Whether the tongue hangs out.
        tail: Shape of the tail, see `body.py`.
        collar: Colour of the collar, or None.
    """

    kind: str
    pose: str
    profile: bool
    yaw: float
    tilt_deg: float
    coat: Coat
    build: float
    ears: str
    ear_size: float
    muzzle: float
    eyes: Colour
    eye_size: float
    pupil: float
    asleep: bool
    nose: Colour
    whiskers: float
    tongue: bool
    tail: str
    collar: Colour | None


def _coat(rng: random.Random) -> Coat:
    """Fur drawn by lot; the kind of animal is not asked, so that it tells nothing."""
    fur, mark = rng.choice(FURS)
    fur, mark = jitter(fur, rng), jitter(mark, rng)
    return Coat(
        fur=fur,
        mark=mark,
        pale=mix(fur, WHITE, rng.choice((0.55, 0.75, 0.95))),
        edge=mix(mix(fur, mark, 0.5), INK, rng.uniform(0.55, 0.8)),
        pattern=rng.choice(PATTERNS),
        fluff=rng.choice((0.0, 0.0, 0.05, 0.08, 0.12)),
        white_feet=rng.random() < 0.35,
    )


def any_pet(kind: str, rng: random.Random) -> Pet:
    """One animal of the kind, every trait drawn by lot.

    Args:
        kind: "cat" or "dog".
        rng: Source of the lots.
    """
    cat = kind == "cat"
    pose = rng.choice(POSES)
    if cat:
        ears = rng.choices(("triangle", "folded"), (0.92, 0.08))[0]
        tail = rng.choice(("long", "long", "raised", "bushy", "wrapped"))
        nose = rng.choice((PINK, (214, 128, 122), (120, 78, 68), (70, 54, 54)))
    else:
        ears = rng.choices(("hanging", "button", "pointed", "rounded"), (0.48, 0.22, 0.2, 0.1))[0]
        tail = rng.choice(("long", "raised", "bushy", "curled", "short"))
        nose = rng.choice((INK, (40, 32, 34), (96, 62, 52), (150, 98, 92)))
    asleep = rng.random() < (0.6 if pose == "curled up" else 0.05)
    return Pet(
        kind=kind,
        pose=pose,
        profile=pose in SIDE_POSES and rng.random() < (0.2 if cat else 0.35),
        yaw=rng.uniform(0.0, 0.9) if pose in SIDE_POSES else rng.uniform(-0.8, 0.8),
        tilt_deg=rng.gauss(0, 9),
        coat=_coat(rng),
        build=rng.uniform(0.85, 1.2),
        ears=ears,
        ear_size=rng.uniform(0.8, 1.15),
        muzzle=rng.random(),
        eyes=jitter(rng.choice(_CAT_EYES if cat else _DOG_EYES), rng),
        eye_size=rng.uniform(0.85, 1.15),
        pupil=rng.random(),
        asleep=asleep,
        nose=jitter(nose, rng, 6),
        whiskers=rng.choice((0.0, 0.4, 0.8, 1.0))
        if cat
        else 0.3 * (ears == "hanging" and rng.random() < 0.3),
        tongue=not cat and not asleep and rng.random() < 0.45,
        tail=tail,
        collar=bright_colour(rng) if rng.random() < 0.35 else None,
    )
