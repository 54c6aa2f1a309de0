"""Which sets are so small that all of their photos judge, each in its turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.run_score import CROSS_VALIDATED_BELOW
from pipeline.photos.photo_set import PhotoSet


def groups_of_few(photo_set: PhotoSet) -> NDArray[np.int64] | None:
    """Which photos show one scene, where the set is so small that all of them judge.

    Returns:
        `(N,)`, see `scenes.scenes`; None for a large set, whose test photos are enough.
    """
    if len(photo_set.photos) >= CROSS_VALIDATED_BELOW:
        return None
    # Here, because SciPy takes longer to import than the comparing takes.
    from pipeline.photos.scenes import scenes_or_alone

    return scenes_or_alone(photo_set)
