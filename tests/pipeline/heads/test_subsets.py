"""Some of the photos, drawn fairly."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.heads.subsets import LEAST, share_of

LABELS = np.repeat([0, 1, 2], [60, 30, 6])
SCENES = np.arange(96) // 3
ORDER = np.random.default_rng(4).permutation(96)


def test_each_class_gives_its_share_and_never_too_few() -> None:
    counts = [np.bincount(LABELS[share_of(ORDER, LABELS, SCENES, share)]) for share in (0.5, 0.1)]
    assert [count.tolist() for count in counts] == [[30, 15, 3], [6, 3, LEAST]]
    assert share_of(ORDER, LABELS, SCENES, 1.0) is ORDER


def test_the_smaller_choice_is_part_of_the_larger() -> None:
    chosen = [set(share_of(ORDER, LABELS, SCENES, share)) for share in (0.1, 0.2, 0.5, 0.7, 1.0)]
    assert all(small < large for small, large in pairwise(chosen))


def test_whole_scenes_come_before_parts_of_others() -> None:
    some = share_of(ORDER, LABELS, SCENES, 0.5)
    _, taken = np.unique(SCENES[some], return_counts=True)
    assert (taken < 3).sum() <= 3  # the last one of each class
