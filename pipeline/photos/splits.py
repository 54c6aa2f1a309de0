"""Which photo is learned from, which one is watched, which one is kept for the end.

Splits are lists that are made once. Every class is split on its own, so that each split
shows the classes in the same proportions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

_HELD_OUT: Final = 0.1  # of a class's photos, for validation and again for test
_TEST_OF_VALIDATION: Final = 0.2  # where the source has a validation split but no test


def assign_splits(
    class_indices: Sequence[int], given: Sequence[str | None], seed: int
) -> list[str]:
    """Give every photo a split, as its source says where it says something.

    A class without any given split is divided 80/10/10. What a source leaves out is taken
    from what it has: test from a fifth of validation, else both from a tenth of training.
    Every class of three photos or more ends with at least one photo in each split.

    Args:
        class_indices: (N,) class of each photo.
        given: (N,) "training", "validation", "test", or None where the source does not say.
        seed: Of the random choice; the same arguments give the same splits.

    Returns:
        (N,) the split of each photo, in the same order.
    """
    members: dict[int, list[int]] = {}
    for photo, class_index in enumerate(class_indices):
        members.setdefault(class_index, []).append(photo)
    splits = [""] * len(class_indices)
    for class_index, photos in members.items():
        random = np.random.default_rng([seed, class_index])
        for split, part in _split_class(photos, given, random).items():
            for photo in part:
                splits[photo] = split
    return splits


def _split_class(
    photos: list[int], given: Sequence[str | None], random: np.random.Generator
) -> dict[str, list[int]]:
    parts: dict[str, list[int]] = {"training": [], "validation": [], "test": []}
    for photo in photos:
        parts[given[photo] or "training"].append(photo)
    if not parts["training"]:  # nothing to learn from: the given splits are of no use
        parts = {"training": photos, "validation": [], "test": []}
    for part in parts.values():
        random.shuffle(part)
    tenth = _share(_HELD_OUT, parts["training"])
    if parts["validation"] and not parts["test"]:
        _move(_share(_TEST_OF_VALIDATION, parts["validation"]), parts["validation"], parts["test"])
    if not parts["validation"]:
        _move(tenth, parts["training"], parts["validation"])
    if not parts["validation"]:
        _move(_share(_TEST_OF_VALIDATION, parts["test"]), parts["test"], parts["validation"])
    if not parts["test"]:
        _move(tenth, parts["training"], parts["test"])
    return parts


def _share(fraction: float, photos: list[int]) -> int:
    return max(1, round(fraction * len(photos)))


def _move(count: int, source: list[int], target: list[int]) -> None:
    """Move `count` photos, but never the last one of `source`."""
    for _ in range(min(count, len(source) - 1)):
        target.append(source.pop())
