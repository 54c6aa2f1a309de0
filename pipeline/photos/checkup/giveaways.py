"""Findings about what betrays a class without a look at what the photo shows.

If all dogs were taken with one camera and all cats with another, a network may learn the
camera. The classic account: Torralba and Efros, "Unbiased Look at Dataset Bias", CVPR 2011.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from pipeline.photos.checkup.findings import ADD_PHOTOS, Finding
from pipeline.photos.decoding.canonical import ORIGIN_NAMES
from pipeline.photos.manifest import Photo
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.numbers import photos

MOST_OF_A_CLASS: Final = 0.8
FEW_ELSEWHERE: Final = 0.2
_ENOUGH: Final = 5  # photos of a class: below, chance gives such shares

_Trait = Callable[[Photo], str | None]


def findings(photo_set: PhotoSet) -> Iterator[Finding]:
    """Classes whose photos share a format or size that the others do not have."""
    for what, trait in (("format", _format), ("size", _size)):
        found = _giveaway(photo_set, trait)
        if found is not None:
            class_index, value, chosen = found
            yield _finding(what, photo_set.classes[class_index], value, chosen)


def _giveaway(photo_set: PhotoSet, trait: _Trait) -> tuple[int, str, tuple[int, ...]] | None:
    """The first class that a trait betrays; the others then do so by not having it."""
    values = [trait(photo) for photo in photo_set.photos]
    # Counted once for all classes: there may be a thousand of them.
    everywhere = Counter(values)
    counts: defaultdict[int, Counter[str | None]] = defaultdict(Counter)
    for photo, value in zip(photo_set.photos, values, strict=True):
        counts[photo.class_index][value] += 1
    for class_index, mine in sorted(counts.items()):
        size, others = mine.total(), len(values) - mine.total()
        value, count = mine.most_common(1)[0]
        if size < _ENOUGH or others < _ENOUGH or value is None:
            continue
        rare_elsewhere = everywhere[value] - count <= FEW_ELSEWHERE * others
        if count >= MOST_OF_A_CLASS * size and rare_elsewhere:
            chosen = tuple(
                index
                for index, photo in enumerate(photo_set.photos)
                if photo.class_index == class_index and values[index] == value
            )
            return class_index, value, chosen
    return None


def _finding(what: str, name: str, value: str, chosen: tuple[int, ...]) -> Finding:
    return Finding(
        "mend",
        f"A giveaway: nearly all photos of {name} are {value}",
        f"{photos(len(chosen))} of {name} share this {what}, and hardly any of the others do. "
        f"The network may learn the {what} instead of what the photos show, and fail on yours "
        "from elsewhere. Add photos of each class from the same source.",
        points=10,
        photos=chosen,
        mends=(ADD_PHOTOS,),
    )


def _format(photo: Photo) -> str | None:
    return f"{ORIGIN_NAMES[photo.origin.format]} files" if photo.origin else None


def _size(photo: Photo) -> str | None:
    origin = photo.origin
    if origin is None:
        return None
    # A camera held upright or not is the same camera.
    long, short = max(origin.width, origin.height), min(origin.width, origin.height)
    return f"{long} x {short} pixels"
