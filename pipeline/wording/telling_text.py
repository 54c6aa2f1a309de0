"""A few photos whose answers are watched from epoch to epoch, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.wording import numbers

# For the browser, which counts for itself: {right} and {all} are numbers there, {point} a name.
WORDS: Final[Mapping[str, str]] = {
    "play": "Play",
    "pause": "Pause",
    "along": "Point of the curve",
    "state": "{point}: {right} of {all} right",
    "labelled": "labelled {name}",
}


def summary(right: NDArray[np.bool_], plain: bool = False) -> str:
    """What becomes of them: `9 validation photos: 6 from wrong to right, 2 wrong at the end.`.

    Args:
        right: `(E, n)`, whether each photo is predicted correctly at each point.
        plain: Whether who reads it trains for the first time.
    """
    ends = right[-1]
    turned, wrong = int((ends & ~right[0]).sum()), int((~ends).sum())
    parts = (
        (turned, "from wrong to right"),
        (len(ends) - turned - wrong, "right from the start"),
        (wrong, "wrong at the end"),
    )
    told = ", ".join(f"{count} {words}" for count, words in parts if count)
    return f"{watched(len(ends)) if plain else _validation(len(ends))}: {told}."


def watched(photos: int) -> str:
    """What they are, for who trains for the first time: `8 photos that it does not learn from`."""
    return f"{numbers.photos(photos)} that it does not learn from"


def _validation(photos: int) -> str:
    return numbers.plural(photos, "validation photo")
