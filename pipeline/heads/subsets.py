"""Some of the photos: each class gives its share, the smaller choice is part of the larger."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 2  # photos of each class that a head can learn from


def share_of(
    order: NDArray[np.int64],
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    share: float,
) -> NDArray[np.int64]:
    """The first photos of an order: so many of each class, whole scenes of it.

    Args:
        order: `(n,)` positions of the photos to choose from, in the order of the choice.
        labels: `(N,)` class indices, by position.
        groups: `(N,)` equal numbers for photos that look nearly the same, by position.
        share: Of each class, above 0 to 1; at least `LEAST` photos.

    Returns:
        Positions, class by class; `order` itself where the share is all.
    """
    if share == 1.0:
        return order
    chosen = []
    for class_index in np.unique(labels[order]):
        mine = order[labels[order] == class_index]
        _, first, scene = np.unique(groups[mine], return_index=True, return_inverse=True)
        by_scene = mine[np.argsort(first[scene], kind="stable")]
        chosen.append(by_scene[: max(LEAST, round(share * len(mine)))])
    return np.concatenate(chosen)
