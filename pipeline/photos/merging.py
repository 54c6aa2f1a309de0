"""Photos that come and those that are there, as one set: labels, splits, what looks alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.photos import class_names, near_duplicates, writing
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.receiving import Arrival
from pipeline.photos.scenes import with_clips
from pipeline.photos.splits import assign_splits, extend_splits, torn


@dataclass(frozen=True, slots=True)
class Joining:
    """What the photos of an import join.

    Attributes:
        base: The set that they are added to, or None for a new one.
        label: The class of photos of which nothing says what they show.
        classes: Classes that there are in any case, with photos or without.
        seed: Of the random choice of splits.
        settled: Whether every photo says its split, and is to keep it whatever comes of it.
    """

    base: PhotoSet | None = None
    label: str = class_names.UNLABELLED
    classes: tuple[str, ...] = ()
    seed: int = 0
    settled: bool = False


@dataclass(slots=True)
class Merged:
    """A manifest in the making, and how its photos look.

    Attributes:
        manifest: Of all photos.
        classes: The name to show for each class's key.
        spellings: How each class of the import was written, by its key.
        held_together: Photos that look nearly like another one.
        torn: Those of them that are held out though one of their class is learned from.
        are_cut: Whether a video is on two sides.
        divided: How many photos came for a split, the first, and were put into the second.
        looks: As `writing.write` takes them.
    """

    manifest: Manifest
    classes: dict[str, str]
    spellings: dict[str, set[str]]
    held_together: int
    torn: int
    are_cut: bool
    divided: Counter[tuple[str, str]]
    looks: dict[str, bytes] = field(default_factory=dict)


def merge(arrivals: Sequence[Arrival], joining: Joining) -> Merged:
    """The photos that were there and those that came, as one set with splits for all.

    Args:
        arrivals: Those that came, without copies.
        joining: What they join.
    """
    base = joining.base
    there = base.photos if base else ()
    named = list(base.classes if base else joining.classes)
    classes = {class_names.key(name): name for name in named}
    found = class_names.spellings(arrival.class_name for arrival in arrivals)
    for key in sorted(found):
        classes.setdefault(key, class_names.preferred(found[key]))
    index_of = {key: index for index, key in enumerate(classes)}
    labels = [photo.class_index for photo in there]
    labels += [index_of[class_names.key(arrival.class_name)] for arrival in arrivals]
    looks = _looks(base, arrivals)
    alike = _groups([*(photo.sha256 for photo in there), *(a.sha256 for a in arrivals)], looks)
    clips = [*(photo.clip for photo in there), *(arrival.clip for arrival in arrivals)]
    groups = with_clips(np.array(alike, np.int64), clips).tolist()
    given = [arrival.split for arrival in arrivals]
    if joining.settled:
        splits = [split or "training" for split in given]
    elif base:
        settled = [*(photo.split for photo in there), *[None] * len(arrivals)]
        splits = extend_splits(labels, settled, joining.seed, groups, clips)
    else:
        splits = assign_splits(labels, given, joining.seed, groups, clips)
    new = len(there)
    photos = [
        *there,
        *(
            Photo(
                name=arrival.name,
                class_index=label,
                split=split,
                sha256=arrival.sha256,
                width=arrival.width,
                height=arrival.height,
                note=arrival.note,
                origin=arrival.origin,
                clip=arrival.clip,
            )
            for arrival, label, split in zip(arrivals, labels[new:], splits[new:], strict=True)
        ),
    ]
    seed = base.content.seed if base else joining.seed
    sizes = np.bincount(np.unique(alike, return_inverse=True)[1]) if alike else np.zeros(0, int)
    return Merged(
        manifest=Manifest.ordered(classes.values(), photos, seed),
        classes=classes,
        spellings={key: set(counts) for key, counts in found.items()},
        held_together=0 if joining.settled else int(sizes[sizes > 1].sum()),
        torn=torn(labels, splits, groups),
        are_cut=len({(clip, split) for clip, split in zip(clips, splits, strict=True) if clip})
        > len({clip for clip in clips if clip}),
        divided=Counter(
            (said, split)
            for said, split in zip(given, splits[new:], strict=True)
            if said and not base  # else they follow the set that they join
        ),
        looks=looks,
    )


def _looks(base: PhotoSet | None, arrivals: Sequence[Arrival]) -> dict[str, bytes]:
    """How each photo looks, by its SHA-256; of a set of an early version nobody knows."""
    looks = writing.looks_of(base) if base else {}
    return looks | {arrival.sha256: arrival.look for arrival in arrivals}


def _groups(sha256s: Sequence[str], looks: dict[str, bytes]) -> list[int]:
    """Equal numbers for photos that look nearly the same; one that is not known is alone."""
    known = [place for place, sha256 in enumerate(sha256s) if sha256 in looks]
    groups = list(range(len(sha256s)))
    prints: NDArray[np.uint8] = np.frombuffer(
        b"".join(looks[sha256s[place]][:FINGERPRINT_BYTES] for place in known), np.uint8
    ).reshape(len(known), FINGERPRINT_BYTES)
    for place, group in zip(known, near_duplicates.groups(prints), strict=True):
        groups[place] = known[int(group)]
    return groups
