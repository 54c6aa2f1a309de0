from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.heads.head_data import SEEN
from pipeline.learning.out_of_fold import judge
from pipeline.photos.splits import SPLITS
from pipeline.progress import silent


@dataclass
class Set:
    """Stands for a photo set: who belongs to which class and split, and how photos look."""

    truth: NDArray[np.int64]
    split_of: NDArray[np.int64]
    prints: NDArray[np.uint8] | None = None
    classes: tuple[str, ...] = ("cat", "dog")

    @property
    def photos(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(clip=None)] * len(self.truth)

    def labels(self) -> NDArray[np.int64]:
        return self.truth

    def indices(self, split: str) -> NDArray[np.int64]:
        return np.flatnonzero(self.split_of == SPLITS.index(split))

    def fingerprints(self) -> NDArray[np.uint8] | None:
        return self.prints


@dataclass
class Frozen:
    """Stands for the frozen layers: two features, one of which tells the class."""

    photo_set: Set

    def pooled(self, split: str, view: int | None) -> NDArray[np.float32]:
        assert view is None, "photos are judged as they are"
        chosen = self.photo_set.indices(split)
        assert len(chosen), "an empty split was asked for"
        noise = np.random.default_rng(0).normal(0, 0.3, (len(self.photo_set.photos), 2))
        noise[:, 0] += self.photo_set.truth
        return noise[chosen].astype(np.float32)


def small_set(splits: int = 3, count: int = 60) -> Any:
    return Set(np.arange(count) % 2, np.random.default_rng(1).integers(0, splits, count))


@pytest.mark.parametrize("splits", [2, 3])
def test_every_photo_is_judged_whatever_its_split(splits: int) -> None:
    photo_set = small_set(splits)
    found = judge(photo_set, Frozen(photo_set), np.arange(60), 0, silent)  # type: ignore[arg-type]
    assert found is not None
    assert found.probabilities.shape == (60, 2)
    # In the order of the set: else those of another class would stand in a photo's place.
    assert (found.probabilities.argmax(axis=1) == photo_set.truth).mean() > 0.85
    assert set(found.folds.tolist()) == set(range(5))


def test_sealed_photos_judge_nothing_and_teach_nobody() -> None:
    photo_set = small_set()
    asked = np.concatenate([photo_set.indices(split) for split in SEEN])
    told = judge(photo_set, Frozen(photo_set), np.arange(60), 0, silent, is_sealed=True)  # type: ignore[arg-type]
    assert told is not None
    assert told.photos.tolist() == sorted(asked.tolist())
    assert told.photos.shape == told.folds.shape == told.groups.shape
    wrong = small_set()
    wrong.truth[photo_set.indices("test")] ^= 1
    frozen = Frozen(photo_set)  # the photos are the same, the sealed ones have other labels
    other = judge(wrong, frozen, np.arange(60), 0, silent, is_sealed=True)  # type: ignore[arg-type]
    assert other is not None
    np.testing.assert_array_equal(other.probabilities, told.probabilities)
    open_ = judge(wrong, frozen, np.arange(60), 0, silent)  # type: ignore[arg-type]
    assert open_ is not None
    assert not np.array_equal(open_.probabilities[told.photos], told.probabilities)


def test_judges_count_classes_alike_where_the_training_did() -> None:
    photo_set = small_set(count=200)
    photo_set.truth = (np.arange(200) % 20 == 7).astype(np.int64)
    groups = np.arange(200)
    found = [
        judge(photo_set, Frozen(photo_set), groups, 0, silent, balanced)  # type: ignore[arg-type]
        for balanced in (False, True)
    ]
    right = [
        np.mean(one.probabilities.argmax(axis=1)[photo_set.truth == 1]) for one in found if one
    ]
    assert right[0] + 0.2 <= right[1]


def test_a_class_of_one_photo_is_not_judged() -> None:
    photo_set = small_set()
    photo_set.truth = (np.arange(60) == 7).astype(np.int64)
    assert judge(photo_set, Frozen(photo_set), np.arange(60), 0, silent) is None  # type: ignore[arg-type]
