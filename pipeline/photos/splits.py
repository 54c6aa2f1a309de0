"""Which photo is learned from, which one is watched, which one is kept for the end.

Splits are lists that are made once. Every class is split on its own, so that each split
shows the classes in the same proportions. Photos that look nearly the same stay together:
learned from and tested with, they would make a network look better than it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import numpy as np

SPLITS: Final = ("training", "validation", "test")

_HELD_OUT: Final = 0.1  # of a class's photos, for validation and again for test
_TEST_OF_VALIDATION: Final = 0.2  # where the source has a validation split but no test
_Unit = list[int]  # photos that stay together
_Parts = dict[str, list[_Unit]]  # what a split has of a class


def assign_splits(
    class_indices: Sequence[int],
    given: Sequence[str | None],
    seed: int,
    lookalikes: Sequence[int] | None = None,
    clips: Sequence[str | None] = (),
) -> list[str]:
    """Give every photo a split, as its source says where it says something.

    A class without any given split is divided 80/10/10. What a source leaves out is taken
    from what it has: test from a fifth of validation, else both from a tenth of training.
    Every class of three photos or more that do not look alike ends with at least one photo
    in each split. A video stays whole, unless a class has fewer than three things to divide: see
    `_cut_a_clip`.

    Args:
        class_indices: (N,) class of each photo.
        given: (N,) "training", "validation", "test", or None where the source does not say.
        seed: Of the random choice; the same arguments give the same splits.
        lookalikes: (N,) equal numbers for photos that look nearly the same, or come from one
            video.
        clips: (N,) the video of each, None for a photo; empty where there are photos only.

    Returns:
        (N,) the split of each photo, in the same order.
    """
    groups = range(len(class_indices)) if lookalikes is None else lookalikes
    splits = [""] * len(class_indices)
    decided: dict[int, str] = {}  # where a group is that other classes have photos in, too
    for class_index, units in _units(class_indices, given, groups).items():
        key = (seed, class_index)
        free: list[_Unit] = []
        bound: list[_Unit] = []
        for unit in units:
            is_bound = given[unit[0]] is None and groups[unit[0]] in decided
            (bound if is_bound else free).append(unit)
        parts = _split_class(free, given, key)
        for unit in bound:
            parts[decided[groups[unit[0]]]].append(unit)
        if bound and _is_starved(parts):
            # One place with both things in it. A class that does not follow the other one's
            # photos gives nothing away, as the answer to those is another.
            parts = _split_class(units, given, key)
        if _is_starved(parts):
            # So many look alike that keeping them together would leave nothing to test with; the
            # check-up and the score tell it.
            parts = _split_class(_singles(units, clips), given, key)
            _cut_a_clip(parts, clips)
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
    clips: Sequence[str | None] = (),
) -> list[str]:
    """Give photos that joined a set a split; those that were there keep theirs.

    A class's validation and test are filled up to a tenth of it, the rest is learned from. A
    photo that looks nearly like one that was there goes where that one is, and those that look
    alike stay together, unless that leaves a class without photos to test with.

    Args:
        class_indices: (N,) class of each photo.
        settled: (N,) the split of those that were there; None for the new ones.
        seed: Of the random choice; the same arguments give the same splits.
        lookalikes: (N,) equal numbers for photos that look nearly the same, or come from one
            video.
        clips: (N,) the video of each, None for a photo; empty where there are photos only.

    Returns:
        (N,) the split of each photo, in the same order.
    """
    splits = [split or "" for split in settled]
    decided: dict[int, str] = {}
    have: dict[int, Counter[str]] = {index: Counter() for index in class_indices}
    for photo, split in enumerate(settled):
        if split is not None:
            decided.setdefault(lookalikes[photo], split)
            have[class_indices[photo]][split] += 1
    new = [photo for photo, split in enumerate(settled) if split is None]
    np.random.default_rng([seed, len(new)]).shuffle(new)
    joining: dict[int, dict[int, _Unit]] = {}
    for photo in new:
        joining.setdefault(class_indices[photo], {}).setdefault(lookalikes[photo], []).append(photo)
    for class_index, groups in joining.items():
        bound = {group: decided[group] for group in groups if group in decided}
        places = _extend_class(groups.values(), list(map(bound.get, groups)), have[class_index])
        if _is_starved(places, have[class_index]):  # as in `assign_splits`
            singles = _singles(groups.values(), clips)
            free = [bound.get(lookalikes[unit[0]]) if len(unit) > 1 else None for unit in singles]
            if have[class_index] or any(free):
                places = _extend_class(singles, free, have[class_index], may_be_large=True)
            else:  # a class of its own
                places = _split_class(singles, settled, (seed, class_index))
            if not have[class_index]:
                _cut_a_clip(places, clips)
        for split, part in places.items():
            for unit in part:
                for photo in unit:
                    splits[photo] = split
                decided.setdefault(lookalikes[unit[0]], split)
    return splits


def torn(class_indices: Sequence[int], splits: Sequence[str], lookalikes: Sequence[int]) -> int:
    """How many held-out photos have one of their class, that looks alike, in training.

    Args:
        class_indices: (N,) class of each photo.
        splits: (N,) the split of each.
        lookalikes: (N,) equal numbers for photos that look nearly the same.
    """
    marks = list(zip(class_indices, lookalikes, strict=True))
    learned = {mark for mark, split in zip(marks, splits, strict=True) if split == "training"}
    return sum(
        mark in learned for mark, split in zip(marks, splits, strict=True) if split != "training"
    )


def _extend_class(
    units: Collection[_Unit],
    bound: Sequence[str | None],
    settled: Counter[str],
    may_be_large: bool = False,
) -> _Parts:
    """Put a class's new photos where they are bound to go, or where some are missing."""
    parts: _Parts = {split: [] for split in SPLITS}
    have = settled.copy()
    size = have.total() + sum(map(len, units))
    for unit, split in zip(units, bound, strict=True):
        there = split or _wanting(have, len(unit), size, may_be_large)
        parts[there].append(unit)
        have[there] += len(unit)
    return parts


def _wanting(have: Counter[str], count: int, size: int, may_be_large: bool) -> str:
    """The split in which a class of this size lacks so many photos, training first of all.

    What may be large fills a split that has nothing yet, even with more than a tenth.
    """
    most = max(1, round(_HELD_OUT * size))
    for split in ("validation", "test"):
        # Never more held out than learned from, while a class is small and grows.
        enough = max(most, count) if may_be_large and not have[split] else most
        if have[split] + count <= min(enough, have["training"]):
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


def _split_class(units: list[_Unit], given: Sequence[str | None], key: tuple[int, int]) -> _Parts:
    random = np.random.default_rng(key)
    parts: _Parts = {"training": [], "validation": [], "test": []}
    for unit in units:
        parts[given[unit[0]] or "training"].append(unit)
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


def _is_starved(parts: _Parts, settled: Counter[str] | None = None) -> bool:
    """Whether a held-out split has less than half of what a class of this size should have."""
    sizes = Counter({split: sum(map(len, part)) for split, part in parts.items()})
    sizes.update(settled or {})
    least = _HELD_OUT * sizes.total() / 2
    return sizes.total() >= 3 and any(sizes[split] < least for split in ("validation", "test"))


def _singles(units: Iterable[_Unit], clips: Sequence[str | None]) -> list[_Unit]:
    """The same photos one by one, but for videos."""
    singles: list[_Unit] = []
    for unit in units:
        has_clip = any(clips[photo] is not None for photo in unit) if clips else False
        singles += [unit] if has_clip else [[photo] for photo in unit]
    return singles


def _cut_a_clip(parts: _Parts, clips: Sequence[str | None]) -> None:
    """Divide a video in time where a class would lack held-out photos altogether.

    Of two videos one is learned from, and the other is half validation, half test. One alone is
    cut behind its first four fifths, so that what is tested with was at least seen later.
    """
    if not clips:
        return
    for split, other in (("validation", "test"), ("test", "validation")):
        if parts[split] and not parts[other]:
            unit = parts[split].pop()
            if not parts[split]:
                middle = (len(unit) + 1) // 2
                parts[split].append(sorted(unit)[:middle])
                unit = sorted(unit)[middle:]
            parts[other] += [unit] if unit else []
            return
    if not parts["validation"] and parts["training"]:
        place = max(range(len(parts["training"])), key=lambda index: len(parts["training"][index]))
        unit = sorted(parts["training"][place])
        tenth = max(1, round(_HELD_OUT * len(unit)))
        if len(unit) > 2 * tenth:
            parts["training"][place] = unit[: -2 * tenth]
            parts["validation"].append(unit[-2 * tenth : -tenth])
            parts["test"].append(unit[-tenth:])


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
