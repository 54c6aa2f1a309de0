"""Which photos show one scene, so that together they tell little more than one of them.

Those are photos that look nearly the same, and all frames of one video.
"""

from __future__ import annotations

from collections.abc import Sequence

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
        `(N,)` int64: equal numbers for photos of one scene; None in sets of version 1, of which
        nobody knows.
    """
    prints = photo_set.fingerprints()
    if prints is None:
        return None
    clips = [photo_set.photos[index].clip for index in indices]
    return with_clips(near_duplicates.groups(prints[indices]), clips)


def scenes_or_alone(photo_set: PhotoSet) -> NDArray[np.int64]:
    """Those of all photos, `(N,)` int64; each for itself where nobody knows."""
    every = np.arange(len(photo_set.photos))
    found = scenes(photo_set, every)
    return every if found is None else found


def with_clips(groups: NDArray[np.int64], clips: Sequence[str | None]) -> NDArray[np.int64]:
    """Join what looks nearly the same with what comes from one video.

    Args:
        groups: `(N,)` int64, as `near_duplicates.groups` gives them.
        clips: `(N,)` the video of each photo, or None.

    Returns:
        `(N,)` int64, numbered in the same way.
    """
    first: dict[str, int] = {}
    pairs = [
        (first.setdefault(clip, place), place)
        for place, clip in enumerate(clips)
        if clip is not None
    ]
    return near_duplicates.joined(groups, np.array(pairs)) if pairs else groups
