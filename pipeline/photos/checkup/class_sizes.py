"""How many photos each class has, altogether and in each split: what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.class_weights import VERY_UNEVEN, unevenness
from pipeline.photos.checkup import readiness
from pipeline.photos.checkup.findings import ADD_PHOTOS, Finding, Mend, named, of_classes
from pipeline.photos.class_edits import RemoveClass
from pipeline.photos.photo_edits import DivideAnew, RemovePhotos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.limits import LIMITS
from pipeline.wording.numbers import photos

FEW_PHOTOS: Final = 20  # of a class: below, its scores mean little


def findings(
    photo_set: PhotoSet, groups: NDArray[np.int64] | None, is_sealed: bool
) -> Iterator[Finding]:
    """Too few classes or photos, very uneven ones, and a class that a split lacks.

    Args:
        photo_set: The set.
        groups: (N,) photos of one scene have the same number; None where nobody knows.
        is_sealed: Whether its test photos are sealed.
    """
    every = readiness.class_sizes(photo_set.counts(), photo_set.classes)
    sizes = {name: size for name, size in every.items() if not readiness.is_unlabelled(name)}
    if len(sizes) < 2:
        yield Finding(
            "stops",
            "A second class is missing",
            "A network learns to tell classes apart, so it needs two at least: for example your "
            "cat, and other cats.",
            points=50,
            mends=(ADD_PHOTOS,),
        )
    small = [name for name, size in sizes.items() if size < LIMITS.photos_per_class]
    few = [name for name, size in sizes.items() if LIMITS.photos_per_class <= size < FEW_PHOTOS]
    if small:
        have = named([f"{name} has {sizes[name] or 'none'}" for name in small])
        enough = len(sizes) - len(small) >= 2
        yield Finding(
            "stops",
            f"Too few photos: {named(small)}",
            f"Each class needs at least {LIMITS.photos_per_class} photos, and {have}. "
            f"Add photos{', or take such a class out' if enough else ''}.",
            points=40,
            photos=of_classes(photo_set, small),
            mends=(ADD_PHOTOS, *(Mend(f"Take {name} out", RemoveClass(name)) for name in small[:4]))
            if enough
            else (ADD_PHOTOS,),
        )
    if few:
        have = named([f"{name} has {sizes[name]}" for name in few])
        yield Finding(
            "mend",
            f"Few photos: {named(few)}",
            f"It can be trained, but {have}. With {FEW_PHOTOS} or more of each class a network "
            "learns what they have in common rather than these very photos.",
            points=min(20, 8 * len(few)),
            mends=(ADD_PHOTOS,),
        )
    if len(sizes) > 1 and not small:
        yield from _uneven(photo_set, sizes)
        yield from _undivided(photo_set, sizes, groups, is_sealed)


def _uneven(photo_set: PhotoSet, sizes: dict[str, int]) -> Iterator[Finding]:
    largest, smallest = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    ratio = unevenness(sizes.values())
    if ratio <= VERY_UNEVEN:
        return
    excess = []
    members: dict[str, list[int]] = {name: [] for name in photo_set.classes}
    for index, photo in enumerate(photo_set.photos):
        if photo.split == "training":
            members[photo_set.classes[photo.class_index]].append(index)
    for name, size in sizes.items():
        over = size - VERY_UNEVEN * sizes[smallest]
        if over > 0:
            learned = members[name]
            order = np.random.default_rng(photo_set.content.seed).permutation(len(learned))
            excess += [learned[place] for place in order[: max(0, min(over, len(learned) - 1))]]
    mends = [ADD_PHOTOS]
    if excess:
        mends.append(Mend(f"Leave {photos(len(excess))} out", RemovePhotos(tuple(sorted(excess)))))
    yield Finding(
        "mend",
        f"Very uneven: {ratio:.0f} times as many {largest} as {smallest}",
        f"{largest} has {photos(sizes[largest])}, {smallest} {photos(sizes[smallest])}. A network "
        f"can look good by always answering {largest}; look at each class's own score. "
        f"“{TRAIN['class_weight'].label}” (Train, More settings) is on for such a set unless you "
        f"switch it off: then a photo of {smallest} weighs more. Better still: add photos of "
        f"{smallest}, or leave some of the others out.",
        points=min(25, round(3 * ratio / 5) + 7),
        mends=tuple(mends),
    )


def _undivided(
    photo_set: PhotoSet,
    sizes: dict[str, int],
    groups: NDArray[np.int64] | None,
    is_sealed: bool,
) -> Iterator[Finding]:
    """Classes that lost all photos of one split, by moving or removing them."""
    counts = photo_set.counts()
    lacking = [
        f"{name} has no {split} photos"
        for name in sizes
        for split in SPLITS
        if not counts[split][name]
    ]
    if lacking:
        alone: Sequence[int] = range(len(photo_set.photos))
        together = tuple(map(int, alone if groups is None else groups))
        way = (
            "The test photos are sealed and stay where they are: add photos of that class."
            if is_sealed
            else "Dividing anew gives each class its share of all three; runs on this version keep "
            "theirs."
        )
        anew = Mend("Divide the photos anew", DivideAnew(together))
        yield Finding(
            "mend",
            "A class is missing in a split",
            f"{named(lacking)}. Without training photos a class is not learned, without the "
            f"others nobody can tell how well. {way}",
            points=20,
            mends=(ADD_PHOTOS if is_sealed else anew,),
        )
