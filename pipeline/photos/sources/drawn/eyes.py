"""Eyes: a cat's are almonds with a narrow pupil, a dog's are round and dark."""

from __future__ import annotations

import numpy as np

from pipeline.photos.sources.drawn.colours import INK, WHITE, mix
from pipeline.photos.sources.drawn.curves import moved, oval, resized, smooth
from pipeline.photos.sources.drawn.pen import Pen
from pipeline.photos.sources.drawn.pet import Pet


def paint_eye(pen: Pen, pet: Pet, x: float, y: float, narrow: float, outwards: int) -> None:
    """Paint one eye.

    Args:
        pen: A pen whose unit is the head's radius.
        pet: The animal.
        x: Middle of the eye.
        y: Likewise, downwards.
        narrow: Width of the eye, 1 when seen straight on.
        outwards: -1 if the outer corner is on the left, 1 if it is on the right.
    """
    if pet.asleep:
        path = [(x - 0.17 * narrow, y - 0.01), (x, y + 0.08), (x + 0.17 * narrow, y - 0.01)]
        pen.stroke(path, (0.02, 0.035, 0.015), INK)
        return
    size = pet.eye_size
    dark = mix(pet.coat.edge, INK, 0.7)
    shine = mix(pet.eyes, WHITE, 0.35)
    if pet.kind == "cat":
        half = np.array(
            [(-1, 0.35), (-0.6, -0.55), (0.1, -0.95), (1, -0.45), (0.7, 0.55), (0, 0.9)]
        )
        almond = half * (0.2 * size * narrow * outwards, 0.19 * size)
        almond = moved(smooth(almond), x, y)
        pen.fill(resized(almond, 1.16, x, y), dark)
        with pen.inside(almond) as inner:
            inner.cover(pet.eyes)
            inner.glow(x, y + 0.15, 0.24, 0.2, shine, 0.9)
            pupil = (0.03 + 0.1 * pet.pupil**1.5) * size
            inner.fill(oval(x, y, pupil * narrow, 0.18 * size), INK)
    else:
        round_eye = oval(x, y, 0.155 * size * narrow, 0.165 * size)
        pen.fill(resized(round_eye, 1.18, x, y), dark)
        with pen.inside(round_eye) as inner:
            inner.cover(mix(pet.eyes, INK, 0.35))
            inner.glow(x, y + 0.13, 0.2, 0.2, shine, 0.8)
            inner.fill(oval(x, y - 0.01, 0.1 * size * narrow, 0.105 * size), INK)
            if pet.pupil > 0.6:  # a little white shows in the outer corner
                inner.fill(oval(x + outwards * 0.2 * size, y, 0.09 * size, 0.12 * size), WHITE)
    pen.fill(oval(x - 0.06 * size, y - 0.07 * size, 0.045 * size, 0.05 * size), WHITE)
