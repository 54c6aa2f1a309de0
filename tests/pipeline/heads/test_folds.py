from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.heads.folds import FOLDS, apart, assign_folds


@given(
    st.lists(st.integers(2, 60), min_size=2, max_size=6),
    st.integers(1, 7),
    st.integers(0, 2**32 - 1),
)
def test_groups_share_a_fold_and_no_class_is_whole_in_one(
    sizes: list[int], burst: int, seed: int
) -> None:
    labels = np.repeat(np.arange(len(sizes)), sizes)
    groups = np.arange(len(labels)) // burst  # also over two classes
    folds = assign_folds(labels, groups, seed)
    assert folds.shape == labels.shape and folds.min() >= 0
    scenes = [len(np.unique(groups[labels == one])) for one in range(len(sizes))]
    for one, scenes_of_it in enumerate(scenes):
        assert len(np.unique(folds[labels == one])) > 1  # the others are there to learn from
        if scenes_of_it > 1:
            for group in np.unique(groups[labels == one]):
                mine = (groups == group) & (labels == one)
                assert len(np.unique(folds[mine])) == 1
    if min(scenes) > 1:
        assert not apart(folds, groups).any()


def test_each_fold_has_its_share_of_every_class() -> None:
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [100, 50, 10]))
    folds = assign_folds(labels, np.arange(160), 3)
    counts = np.stack([np.bincount(folds[labels == one], minlength=5) for one in range(3)])
    assert counts.tolist() == [[20] * 5, [10] * 5, [2] * 5]


@pytest.mark.parametrize(("scenes", "folds"), [(2, 5), (5, 5), (6, 6), (9, 9), (10, 5), (30, 5)])
def test_a_class_of_few_scenes_gives_up_one_at_a_time(scenes: int, folds: int) -> None:
    labels = np.repeat([0, 1], [60, 3 * scenes])
    groups = np.concatenate([np.arange(60), 100 + np.arange(3 * scenes) // 3])
    found = assign_folds(labels, groups, 0)
    assert found.max() + 1 == folds
    most = max(len(np.unique(groups[(labels == 1) & (found == fold)])) for fold in range(folds))
    assert most == max(1, scenes // FOLDS if scenes >= 10 else 1)


def test_the_seed_decides() -> None:
    labels, groups = np.arange(50) % 2, np.arange(50)
    first, again, other = (assign_folds(labels, groups, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_a_class_of_one_scene_is_divided_and_told() -> None:
    labels = np.repeat([0, 1], [20, 20])
    groups = np.concatenate([np.full(20, 0), 20 + np.arange(20)])  # twenty frames of one thing
    folds = assign_folds(labels, groups, 0)
    assert np.bincount(folds[:20]).tolist() == [4] * 5
    assert apart(folds, groups).tolist() == [True] * 20 + [False] * 20
