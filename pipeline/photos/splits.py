"""Which photo is learned from, which one is watched, which one is kept for the end.

Splits are lists that are made once. Every class is split on its own, so that each split
shows the classes in the same proportions. Photos that look nearly the same stay together:
learned from and tested with, they would make a network look better than it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

SPLITS: Final = ("training", "validation", "test")

_HELD_OUT: Final = 0.1  # of a class's photos, for validation and again for test
_TEST_OF_VALIDATION: Final = 0.2  # where the source has a validation split but no test
_Unit = list[int]  # photos that stay together


def assign_splits(
    class_indices: Sequence[int],
    given: Sequence[str | None],
    seed: int,
    lookalikes: Sequence[int] | None = None,
) -> list[str]:
    """Give every photo a split, as its source says where it says something.

    A class without any given split is divided 80/10/10. What a source leaves out is taken
    from what it has: test from a fifth of validation, else both from a tenth of training.
    Every class of three photos or more that do not look alike ends with at least one photo
    in each split.

    Args:
        class_indices: (N,) class of each photo.
        given: (N,) "training", "validation", "test", or None where the source does not say.
        seed: Of the random choice; the same arguments give the same splits.
        lookalikes: (N,) equal numbers for photos that look nearly the same.

    Returns:
        (N,) the split of each photo, in the same order.
    """
    groups = range(len(class_indices)) if lookalikes is None else lookalikes
    splits = [""] * len(class_indices)
    decided: dict[int, str] = {}  # where a group is that other classes have photos in, too
    for class_index, units in _units(class_indices, given, groups).items():
        random = np.random.default_rng([seed, class_index])
        bound = [unit for unit in units if given[unit[0]] is None and groups[unit[0]] in decided]
        free = [unit for unit in units if unit not in bound]
        parts = _split_class(free, [given[unit[0]] for unit in free], random)
        if _is_starved(parts):
            # So many look alike that keeping them together would leave nothing to test with; the
            # check-up tells it.
            free = [[photo] for unit in free for photo in unit]
            parts = _split_class(free, [given[unit[0]] for unit in free], random)
        for unit in bound:
            parts[decided[groups[unit[0]]]].append(unit)
        for split, part in parts.items():
            for unit in part:
                for photo in unit:
                    splits[photo] = split
                decided.setdefault(groups[unit[0]], split)
    return splits


def extend_splits(
    class_indices: Sequence[int],
    settled: Sequence[str | None],
    seed: int,
    lookalikes: Sequence[int],
) -> list[str]:
    """Give photos that joined a set a split; those that were there keep theirs.

    A class's validation and test are filled up to a tenth of it, the rest is learned from. A
    photo that looks nearly like one that was there goes where that one is.

    Args:
        class_indices: (N,) class of each photo.
        settled: (N,) the split of those that were there; None for the new ones.
        seed: Of the random choice; the same arguments give the same splits.
        lookalikes: (N,) equal numbers for photos that look nearly the same.

    Returns:
        (N,) the split of each photo, in the same order.
    """
    splits = [split or "" for split in settled]
    decided: dict[int, str] = {}
    for photo, split in enumerate(settled):
        if split is not None:
            decided.setdefault(lookalikes[photo], split)
    have = Counter(
        (class_indices[photo], split) for photo, split in enumerate(settled) if split is not None
    )
    sizes = Counter(class_indices)
    new = [photo for photo, split in enumerate(settled) if split is None]
    np.random.default_rng([seed, len(new)]).shuffle(new)
    for photo in new:
        group, class_index = lookalikes[photo], class_indices[photo]
        if group not in decided:
            decided[group] = _wanting(have, class_index, sizes[class_index])
        splits[photo] = decided[group]
        have[class_index, splits[photo]] += 1
    return splits


def _wanting(have: Counter[tuple[int, str]], class_index: int, size: int) -> str:
    """The split that a class of this size lacks photos in, training first of all."""
    if not have[class_index, "training"]:
        return "training"
    most = max(1, round(_HELD_OUT * size))
    for split in ("validation", "test"):
        # Never more held out than learned from, while a class is small and grows.
        if have[class_index, split] < min(most, have[class_index, "training"]):
            return split
    return "training"


def _units(
    class_indices: Sequence[int], given: Sequence[str | None], groups: Sequence[int]
) -> dict[int, list[_Unit]]:
    """Each class's photos, those together that look alike and are not put apart by the source."""
    found: dict[int, dict[tuple[int, str | None], _Unit]] = {}
    for photo, class_index in enumerate(class_indices):
        together = (groups[photo], given[photo])
        found.setdefault(class_index, {}).setdefault(together, []).append(photo)
    return {class_index: list(units.values()) for class_index, units in found.items()}


def _split_class(
    units: list[_Unit], given: Sequence[str | None], random: np.random.Generator
) -> dict[str, list[_Unit]]:
    parts: dict[str, list[_Unit]] = {"training": [], "validation": [], "test": []}
    for unit, split in zip(units, given, strict=True):
        parts[split or "training"].append(unit)
    if not parts["training"]:  # nothing to learn from: the given splits are of no use
        parts = {"training": list(units), "validation": [], "test": []}
    for part in parts.values():
        part[:] = [part[place] for place in random.permutation(len(part))]
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


def _is_starved(parts: dict[str, list[_Unit]]) -> bool:
    """Whether a held-out split has less than half of what a class of this size should have."""
    sizes = {split: sum(map(len, part)) for split, part in parts.items()}
    total = sum(sizes.values())
    least = _HELD_OUT * total / 2
    return total >= 3 and any(sizes[split] < least for split in ("validation", "test"))


def _share(fraction: float, units: list[_Unit]) -> int:
    """How many photos a part of `units` should have."""
    return max(1, round(fraction * sum(map(len, units))))


def _move(count: int, source: list[_Unit], target: list[_Unit]) -> None:
    """Move about `count` photos, but never the last unit of `source`.

    A unit that is larger than what is missing stays, unless there is nothing smaller.
    """
    waiting: list[_Unit] = []
    while source and count > 0 and len(source) + len(waiting) > 1:
        unit = source.pop()
        if len(unit) > count and any(len(other) <= count for other in source):
            waiting.append(unit)
            continue
        target.append(unit)
        count -= len(unit)
    source.extend(reversed(waiting))
