"""Which photos show one scene, so that together they tell little more than one of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.photos import near_duplicates
from pipeline.photos.photo_set import PhotoSet


def scenes(photo_set: PhotoSet, indices: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Number the scenes among some photos of a set.

    Args:
        photo_set: The set.
        indices: `(N,)` positions in it; only these are compared.

    Returns:
        `(N,)` int64: equal numbers for photos that look nearly the same; None in sets of version 1,
        of which nobody knows.
    """
    prints = photo_set.fingerprints()
    return None if prints is None else near_duplicates.groups(prints[indices])
