"""What is marked on photos that wait in boxes: not usable, there twice, nearly the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np

from pipeline.errors import Why
from pipeline.photos.class_boxes import PILE, ClassBoxes

# While more photos come, it is looked again for those that are nearly the same when there are so
# many times as many: of 2,000 in bursts that takes as long as 16 more take to decode.
_GROWN: Final = 1.25


class Kind(StrEnum):
    """What a mark means."""

    REJECTED = "rejected"  # it is no photo that can be used
    TWIN = "twin"  # the very picture is in the same box already
    ELSEWHERE = "elsewhere"  # the very picture is in another box, so one label is wrong
    NEAR = "near"  # it looks nearly like another one


@dataclass(frozen=True, slots=True)
class Seen:
    """How a photo looks, once it was decoded.

    Attributes:
        sha256: Of the photo as it would be kept.
        fingerprint: As `Canonical.fingerprint`.
    """

    sha256: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    Attributes:
        kind: What it means.
        other: Key of the photo that it is like; empty where it is unusable.
    """

    kind: Kind
    other: str = ""


@dataclass(slots=True)
class Near:
    """What was found to be nearly the same last; among the same photos it is so again.

    Attributes:
        photos: Among which.
        found: Their marks.
    """

    photos: list[str] = field(default_factory=list)
    found: dict[str, Mark] = field(default_factory=dict)

    def among(
        self, photos: list[str], looks: Mapping[str, Seen | Why], more_come: bool
    ) -> dict[str, Mark]:
        """Marks on all photos of a group that look alike, but for the first.

        Args:
            photos: Keys of photos of which none is another one's twin.
            looks: How they look.
            more_come: Whether the newest of them may wait for their marks.
        """
        is_enough = more_come and len(photos) < _GROWN * len(self.photos)
        if photos != self.photos and not (is_enough and set(self.photos) <= set(photos)):
            self.photos, self.found = photos, _near(photos, looks)
        return self.found


def marks(
    boxes: ClassBoxes, looks: Mapping[str, Seen | Why], near: Near | None = None
) -> dict[str, Mark]:
    """The marks of photos that need one, by their keys.

    Args:
        boxes: All photos.
        looks: What is known of those that were decoded: how they look, or why they cannot be used.
        near: What was found the last time, if it was asked before; takes up what is found now.
    """
    found: dict[str, Mark] = {}
    place_of = {photo: box.number for box in boxes.boxes for photo in box.photos}
    first: dict[str, str] = {}  # photo by its SHA-256
    inside: dict[tuple[int, str], str] = {}  # the same, box by box
    kept: list[str] = []
    photos = boxes.photos
    for photo in photos:
        look = looks.get(photo)
        if isinstance(look, Why):
            found[photo] = Mark(Kind.REJECTED)
        if not isinstance(look, Seen):
            continue
        box = place_of.get(photo, PILE)
        earlier = inside.setdefault((box, look.sha256), photo)
        if earlier != photo:
            found[photo] = Mark(Kind.TWIN, earlier)
            continue
        other = first.setdefault(look.sha256, photo)
        if other != photo:
            found[photo] = Mark(Kind.ELSEWHERE, other)
        else:
            kept.append(photo)
    more_come = any(photo not in looks for photo in photos)
    return found | (near or Near()).among(kept, looks, more_come)


def usable(
    boxes: ClassBoxes, looks: Mapping[str, Seen | Why], found: Mapping[str, Mark]
) -> set[str]:
    """Keys of photos that count: decoded, and each picture once in a box."""
    return {
        photo
        for photo in boxes.photos
        if isinstance(looks.get(photo), Seen)
        and (photo not in found or found[photo].kind is not Kind.TWIN)
    }


def _near(photos: list[str], looks: Mapping[str, Seen | Why]) -> dict[str, Mark]:
    """As `Near.among`, looked for anew."""
    if len(photos) < 2:
        return {}
    # Here, because SciPy takes half a second to import that an empty page need not wait for.
    from pipeline.photos import near_duplicates

    prints = np.stack([np.frombuffer(_seen(looks[one]).fingerprint, np.uint8) for one in photos])
    groups = near_duplicates.groups(prints).tolist()
    return {
        photo: Mark(Kind.NEAR, photos[group])
        for place, (photo, group) in enumerate(zip(photos, groups, strict=True))
        if group != place
    }


def _seen(look: Seen | Why) -> Seen:
    assert isinstance(look, Seen)
    return look
