"""Findings about photos that are the same, or nearly: copies, contradictions, one sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.photos.checkup.findings import ADD_PHOTOS, Finding, Mend, take_out
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.numbers import photos, plural

SAME_LOOKS: Final = 0.9  # share of a class that looks like one photo: nothing to learn
_SCENE: Final = 3  # photos of each of two classes: one place with both things, and no mistake
_Groups = list[tuple[int, ...]]


def findings(photo_set: PhotoSet, groups: NDArray[np.int64] | None) -> Iterator[Finding]:
    """What photos that look alike mean for training.

    Args:
        photo_set: The set.
        groups: `(N,)` equal numbers for photos that look nearly the same; None where nobody knows.
    """
    same = _together([photo.sha256 for photo in photo_set.photos])
    yield from _contradictions(photo_set, same)
    if groups is None:
        yield Finding(
            "know",
            "Not looked for photos that are nearly the same",
            "This set was brought in by an earlier version of PawTune. Import the photos again "
            "to have them compared.",
            mends=(ADD_PHOTOS,),
        )
        return
    exact = set(same)
    near = _together(groups.tolist())
    if any(len(group) >= SAME_LOOKS * len(photo_set.photos) for group in near):
        yield _one_sight(photo_set)
        return
    shared = [group for group in near if group not in exact and _num_classes(photo_set, group) > 1]
    scenes = [group for group in shared if _is_scene(photo_set, group)]
    yield from _near_contradictions(
        photo_set, [group for group in shared if not _is_scene(photo_set, group)]
    )
    yield from _scenes(photo_set, scenes)
    yield from _repetitions(photo_set, near)


def _one_sight(photo_set: PhotoSet) -> Finding:
    """A set with but one thing to see, whatever the labels say."""
    return Finding(
        "mend",
        "All photos look the same",
        "What tells the classes apart is a detail of one and the same picture at most. A network "
        "guesses then, or learns it for this one picture alone. Add photos that differ: other "
        "places, other light, other sides.",
        points=60,
        photos=tuple(range(len(photo_set.photos))),
        mends=(ADD_PHOTOS,),
    )


def _contradictions(photo_set: PhotoSet, groups: _Groups) -> Iterator[Finding]:
    """The same picture in two classes."""
    clashes = [group for group in groups if _num_classes(photo_set, group) > 1]
    if not clashes:
        return
    everything = tuple(index for group in clashes for index in group)
    text = (
        "One and the same picture cannot be two things. Pick the right label for each, or take "
        "them out: as it is, the network is told off whatever it answers."
    )
    yield Finding(
        "mend",
        f"{plural(len(clashes), 'picture')} in two classes",
        text,
        points=min(25, 5 + len(clashes)),
        photos=everything,
        together=tuple(clashes),
        mends=take_out(photo_set, everything, _take_all_out(len(everything))),
    )


def pick(photo_set: PhotoSet, group: tuple[int, ...]) -> tuple[Mend, ...]:
    """One button for each class that a picture stands in: it is that, and nothing else.

    There is none for photos of one place with several things in it.
    """
    if _is_scene(photo_set, group):
        return ()
    names = sorted({photo_set.classes[photo_set.photos[index].class_index] for index in group})
    return tuple(Mend(f"It is {name}", MovePhotos(group, name)) for name in names)


def _near_contradictions(photo_set: PhotoSet, groups: _Groups) -> Iterator[Finding]:
    if not groups:
        return
    everything = tuple(index for group in groups for index in group)
    yield Finding(
        "mend",
        f"{plural(len(groups), 'picture')} nearly the same in two classes",
        "Look at them: is one of the labels wrong? If both things are in the picture, leave it "
        "out of both.",
        points=min(15, 2 + len(groups)),
        photos=everything,
        together=tuple(groups),
        mends=take_out(photo_set, everything, _take_all_out(len(everything))),
    )


def _is_scene(photo_set: PhotoSet, group: tuple[int, ...]) -> bool:
    counts = Counter(photo_set.photos[index].class_index for index in group)
    return sum(count >= _SCENE for count in counts.values()) > 1


def _scenes(photo_set: PhotoSet, groups: _Groups) -> Iterator[Finding]:
    """One place with both things in it, as a camera on a stand shows it."""
    if not groups:
        return
    everything = tuple(index for group in groups for index in group)
    yield Finding(
        "know",
        f"{photos(len(everything))} of several classes look nearly alike",
        "They seem to show one place, with now this and now that in it. That is good to learn the "
        "difference by, but only in this place: add photos from others.",
        points=3,
        photos=everything,
        together=tuple(groups),
        mends=(ADD_PHOTOS,),
    )


def _repetitions(photo_set: PhotoSet, groups: _Groups) -> Iterator[Finding]:
    """Photos of one class that show nearly the same."""
    within = [group for group in groups if _num_classes(photo_set, group) == 1]
    if not within:
        return
    extra = tuple(index for group in within for index in group[1:])
    everything = tuple(index for group in within for index in group)
    sizes = np.bincount(photo_set.labels(), minlength=len(photo_set.classes))
    stuck = [
        photo_set.classes[photo_set.photos[group[0]].class_index]
        for group in within
        if len(group) >= SAME_LOOKS * sizes[photo_set.photos[group[0]].class_index]
    ]
    if stuck:
        title = f"All photos of {', '.join(stuck)} look the same"
        text = (
            "There is only one thing to see in such a class, so the network learns this one "
            "picture and nothing else. Add photos that differ: other places, other light, other "
            "sides."
        )
    else:
        title = f"{photos(len(everything))} nearly the same as another one"
        text = (
            "Shots from one burst, or the same picture saved twice. In the same split they do no "
            "harm; they teach little, too, and make their subject count double."
        )
    yield Finding(
        "mend" if stuck else "know",
        title,
        text,
        points=30 if stuck else min(5, 1 + len(extra) * 20 // len(photo_set.photos)),
        photos=everything,
        together=tuple(within),
        mends=(*((ADD_PHOTOS,) if stuck else ()), Mend("Keep one of each", RemovePhotos(extra))),
    )


def _together(marks: Sequence[Hashable]) -> _Groups:
    """Indices of equal marks, where there are several."""
    found: dict[Hashable, list[int]] = {}
    for index, mark in enumerate(marks):
        found.setdefault(mark, []).append(index)
    return [tuple(group) for group in found.values() if len(group) > 1]


def _num_classes(photo_set: PhotoSet, group: tuple[int, ...]) -> int:
    return len({photo_set.photos[index].class_index for index in group})


def _take_all_out(count: int) -> str:
    return "Take both out" if count == 2 else f"Take all {count:,} out"
