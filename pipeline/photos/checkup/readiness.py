"""Whether a network can learn from a photo set yet, and if not, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.photos import class_names
from pipeline.settings.limits import LIMITS
from pipeline.wording.numbers import photos as _photos

_MOST_NAMED = 8


def missing(splits: Mapping[str, Mapping[str, int]], classes: Sequence[str]) -> tuple[str, ...]:
    """What keeps photos from being trained on: sentences, or none.

    Photos to test with are not asked for: without them a training ends without a score.

    Args:
        splits: How many photos of each class there are, by split.
        classes: All classes.
    """
    sizes = class_sizes(splits, classes)
    return _too_little(sizes) or tuple(_undivided(splits, classes))


def _too_little(class_sizes: Mapping[str, int]) -> tuple[str, ...]:
    """What is missing whichever way the photos are divided."""
    found = []
    unlabelled = [name for name in class_sizes if is_unlabelled(name)]
    labelled = {name: size for name, size in class_sizes.items() if not is_unlabelled(name)}
    for name in unlabelled:
        if not class_sizes[name]:  # in sets of early versions it stayed when it was emptied
            found.append(f"The class {name} is empty. Take it out.")
            continue
        which = _photos(class_sizes[name])
        found.append(
            f"{which} has no label yet. Say what it shows, or take it out."
            if class_sizes[name] == 1
            else f"{which} have no label yet. Say what they show, or take them out."
        )
    if len(labelled) < 2:
        only = f", {next(iter(labelled))}" if labelled else ""
        found.append(
            f"There {'is one class' if labelled else 'is no class'}{only}, and a network learns to "
            "tell classes apart. Add photos of a second class."
        )
    small = {name: size for name, size in labelled.items() if size < LIMITS.photos_per_class}
    if small:
        found.append(
            f"Each class needs at least {LIMITS.photos_per_class} photos: {_named(small)}. Add "
            "photos, or take such a class out."
        )
    return tuple(found)


def _undivided(splits: Mapping[str, Mapping[str, int]], classes: Sequence[str]) -> Iterator[str]:
    """What is missing in the way the photos are divided."""
    mend = "Divide the photos anew: the check-up on the Photos page does it."
    learned = splits.get("training", {})
    unlearned = [name for name in classes if not learned.get(name)]
    if unlearned:
        yield f"No training photos: {_named(dict.fromkeys(unlearned, 0))}. {mend}"
    if not any(splits.get("validation", {}).values()):
        yield f"There are no validation photos, which every training needs. {mend}"


def is_unlabelled(name: str) -> bool:
    """Whether a class is the waiting room of photos without a label."""
    return class_names.key(name) == class_names.key(class_names.UNLABELLED)


def _named(small: Mapping[str, int]) -> str:
    parts = [f"{name} has {size or 'none'}" for name, size in list(small.items())[:_MOST_NAMED]]
    if len(small) > _MOST_NAMED:
        parts.append(f"and {len(small) - _MOST_NAMED} more classes have too few")
    return ", ".join(parts)


def class_sizes(splits: Mapping[str, Mapping[str, int]], classes: Sequence[str]) -> dict[str, int]:
    """How many photos each class has in all, from the counts per split."""
    return {name: sum(counts.get(name, 0) for counts in splits.values()) for name in classes}
