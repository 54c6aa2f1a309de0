"""How the files of a folder or zip are understood, and how else they could be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.errors import Why
from pipeline.photos import class_names
from pipeline.photos.sources.layout import Parts, Place
from pipeline.photos.sources.part_names import SPLITS

Labels = Mapping[Parts, Place]  # what a list says of files: their class, perhaps their split


class Reading(StrEnum):
    """Where labels come from."""

    CLASSES = "classes"  # folders are classes
    SPLITS = "splits"  # the outer folders tell the part of the data, those in them the class
    NAMES = "names"  # the names of the files
    LIST = "list"  # a list beside the photos
    NONE = "none"  # nothing: all photos wait for a label


@dataclass(frozen=True, slots=True)
class Aside:
    """Files that are left out for where they lie."""

    why: Why
    files: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reading makes of the files that look like photos.

    Attributes:
        reading: Where the labels come from.
        classes: Photos of each class in each part of the data, which is "" where none is told.
        unlabelled: Photos that wait for a label, in each part of the data.
        left_out: What is not taken, and why.
    """

    reading: Reading
    classes: Mapping[str, Mapping[str, int]]
    unlabelled: Mapping[str, int]
    left_out: tuple[Aside, ...] = ()

    @property
    def splits(self) -> dict[str, int]:
        """Photos in each part of the data that is told."""
        sizes: Counter[str] = Counter()
        for counts in (*self.classes.values(), self.unlabelled):
            sizes.update(counts)
        return {str(split): sizes[split] for split in SPLITS if sizes[split]}

    def to_json(self) -> dict[str, Any]:
        """The same as plain data."""
        rows = {**self.classes, class_names.UNLABELLED: self.unlabelled}
        return {
            "reading": str(self.reading),
            "classes": {name: sum(counts.values()) for name, counts in self.classes.items()},
            "splits": self.splits,
            "unlabelled": sum(self.unlabelled.values()),
            "photos": [
                {"split": str(split) or None, "class": name, "photos": counts[split]}
                for split in (*SPLITS, "")
                for name, counts in rows.items()
                if counts.get(split)
            ],
            "left_out": [{"files": one.files, **one.why._asdict()} for one in self.left_out],
        }


def understood(reading: Reading, places: Iterable[Place]) -> Understood:
    """Count what a reading makes of photos.

    Args:
        reading: Where the labels come from.
        places: One per photo.
    """
    spellings: dict[str, Counter[str]] = {}
    classes: dict[str, Counter[str]] = {}
    unlabelled: Counter[str] = Counter()
    left_out: Counter[Why] = Counter()
    same = Counter((place.class_name, place.split or "", place.why) for place in places)
    for (class_name, split, why), count in same.items():
        key = class_names.key(class_name)
        if why is not None:
            left_out[why] += count
        elif key in ("", class_names.UNLABELLED):
            unlabelled[split] += count
        else:
            spellings.setdefault(key, Counter())[class_names.clean(class_name)] += count
            classes.setdefault(key, Counter())[split] += count
    return Understood(
        reading,
        {class_names.preferred(spellings[key]): classes[key] for key in sorted(classes)},
        unlabelled,
        tuple(Aside(why, files) for why, files in left_out.items()),
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """How files were understood.

    Attributes:
        places: One per file, in order.
        understood: The same in numbers.
        others: What other readings make of these files, where they make something else of them.
        is_plain: Whether it is what anybody would expect, so that nobody has to be asked.
        notes: What the owner should know of it, one sentence each.
    """

    places: tuple[Place, ...]
    understood: Understood
    others: tuple[Understood, ...] = ()
    is_plain: bool = True
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What people are shown, as plain data."""
        return {
            **self.understood.to_json(),
            "others": [other.to_json() for other in self.others],
            "plain": self.is_plain,
            "notes": list(self.notes),
        }
