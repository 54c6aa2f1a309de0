"""Findings about photos that are tested with and have a near copy among those learned from.

A frame of the same video counts as one.

Whoever has learned one of two such photos knows the answer to the other, so the score is better
than it would be on other photos. Pairs are looked for across the splits, whatever put them there:
the source of the photos, an earlier version, or a class of one sight that had to be divided.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.photos import near_duplicates
from pipeline.photos.checkup.findings import ADD_PHOTOS, Finding, Mend
from pipeline.photos.near_duplicates import Lookalikes
from pipeline.photos.photo_edits import DivideAnew, SetSplit
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import with_clips
from pipeline.photos.splits import SPLITS, torn
from pipeline.wording.text import joined

_Indices = NDArray[np.int64]


def findings(
    photo_set: PhotoSet,
    prints: NDArray[np.uint8] | None,
    lookalikes: Lookalikes | None,
    is_sealed: bool = False,
) -> Iterator[Finding]:
    """Tell of copies across the splits: those of training first, then those of validation.

    Args:
        photo_set: The set.
        prints: `(N, 256)` uint8 fingerprints; None where nobody knows.
        lookalikes: Which of them look nearly the same; None likewise.
        is_sealed: Whether the test photos are sealed, and so are not dealt out anew.
    """
    if prints is None or lookalikes is None:
        return
    # What is linked to nothing has no copy: of any photos but bursts that is nearly all of them.
    splits = np.array([photo.split for photo in photo_set.photos])
    clips = [photo.clip for photo in photo_set.photos]
    groups, linked = (with_clips(numbers, clips) for numbers in lookalikes)
    some = np.bincount(linked)[linked] > 1
    for split, *held_out in (SPLITS, SPLITS[1:]):
        these = np.flatnonzero(some & np.isin(splits, held_out))
        copy = _copies(photo_set, prints, these, np.flatnonzero(some & (splits == split)))
        if (copy >= 0).any():
            found = (these[copy >= 0], copy[copy >= 0])
            yield _finding(photo_set, split, splits, *found, groups, is_sealed)
            return


def near_copies(photo_set: PhotoSet, asked: _Indices | None = None) -> int | None:
    """How many photos have a near copy of their class in training; None where nobody knows.

    Args:
        photo_set: The set.
        asked: `(N,)` positions of the photos, none of training; None for those of test.
    """
    prints = photo_set.fingerprints()
    if prints is None:
        return None
    if asked is None:
        asked = photo_set.indices("test")
    return int((_copies(photo_set, prints, asked, photo_set.indices("training")) >= 0).sum())


def _copies(
    photo_set: PhotoSet, prints: NDArray[np.uint8], these: _Indices, those: _Indices
) -> _Indices:
    """As `near_duplicates.copies`; else a frame of the same video and class."""
    copy = near_duplicates.copies(prints, photo_set.labels(), these, those)
    photos = photo_set.photos
    frames = {(photos[i].clip, photos[i].class_index): i for i in those[::-1]}
    for place, index in enumerate(these):
        clip = photos[index].clip
        if copy[place] < 0 and clip is not None:
            copy[place] = frames.get((clip, photos[index].class_index), -1)
    return copy


def _finding(
    photo_set: PhotoSet,
    split: str,
    splits: NDArray[np.str_],
    these: _Indices,
    copy: _Indices,
    groups: NDArray[np.int64],
    is_sealed: bool,
) -> Finding:
    """What is said of photos of which each has a copy in `split`."""
    said = []
    for name in ("test", "validation"):
        if number := int((splits[these] == name).sum()):
            said.append(f"{number:,} of {(splits == name).sum():,} {name} photos")
    mends = _mends(photo_set, splits, these, split, groups, is_sealed)
    from_clips = any(photo_set.photos[index].clip for index in these)
    what = "a near copy, or a frame of the same video," if from_clips else "a near copy"
    return Finding(
        "mend",
        f"{joined(said)} {'has' if len(these) == 1 else 'have'} {what} in {split}",
        "A network that has learned one of two such photos knows the answer to the other, so the "
        f"score will look better than it is on other photos. {_advice(mends)}",
        points=min(20, 4 + len(these) // 2),
        photos=tuple(sorted({*these.tolist(), *copy.tolist()})),
        together=tuple(zip(these.tolist(), copy.tolist(), strict=True)),
        mends=mends,
    )


def _mends(
    photo_set: PhotoSet,
    splits: NDArray[np.str_],
    these: _Indices,
    split: str,
    groups: NDArray[np.int64],
    is_sealed: bool,
) -> tuple[Mend, ...]:
    """What keeps copies on one side and leaves enough to test with; else more photos."""
    labels = photo_set.labels()
    mends = []
    moved = splits.copy()
    moved[these] = split
    if _tests_enough(labels, splits, moved):
        side = SetSplit(tuple(np.sort(these).tolist()), split)
        mends.append(Mend("Keep them on one side", side))
    together = groups.tolist()
    anew = DivideAnew(tuple(together))
    now = torn(labels.tolist(), splits.tolist(), together)
    if not is_sealed and torn(labels.tolist(), anew.splits(photo_set.content), together) < now:
        mends.append(Mend("Divide the photos anew", anew))
    return tuple(mends) or (ADD_PHOTOS,)


def _advice(mends: tuple[Mend, ...]) -> str:
    if mends == (ADD_PHOTOS,):
        return (
            "So many look alike that a class could not be tested without them. Add photos of "
            "other scenes; until then, expect less of the network than the score says."
        )
    return "Keep such photos on one side, where they are learned from and not tested with."


def _tests_enough(labels: _Indices, before: NDArray[np.str_], after: NDArray[np.str_]) -> bool:
    """Whether every class keeps at least half of what it is watched and tested with."""
    classes = int(labels.max()) + 1
    had, has = (
        np.array([np.bincount(labels[splits == split], minlength=classes) for split in SPLITS[1:]])
        for splits in (before, after)
    )
    return bool((2 * has >= had).all())
