"""What a check-up tells: findings, each with a way to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.photos.editing import Edit
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.text import joined

Level = Literal["stops", "mend", "know"]  # no training before; recommended; good to know
# Where on the page it is mended, if not by a change; "label_all": by a class that is chosen there.
Place = Literal["add_photos", "label", "label_all", "rejected"]


@dataclass(frozen=True, slots=True)
class Mend:
    """One way to mend a finding: a change of the set, or where to go.

    Attributes:
        label: What stands on the button.
        edit: The change that the button makes, or None.
        place: Where the button leads, or None.
    """

    label: str
    edit: Edit | None = None
    place: Place | None = None


ADD_PHOTOS: Final = Mend("Add photos", place="add_photos")
LABEL_ALL: Final = Mend("Label for all of them", place="label_all")
LABEL_THEM: Final = Mend("Label them one by one", place="label")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the check-up found.

    Attributes:
        level: How bad it is.
        title: What it is, in a few words with its number.
        text: Why it matters, and what to do.
        points: How much it takes off the set's score, of 100.
        photos: Indices of the photos that it is about, each once.
        together: The same photos where they belong together: pairs, groups that look alike.
        mends: How to mend it, the best way first.
    """

    level: Level
    title: str
    text: str
    points: int = 0
    photos: tuple[int, ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    mends: tuple[Mend, ...] = ()


def take_out(photo_set: PhotoSet, chosen: tuple[int, ...], label: str) -> tuple[Mend, ...]:
    """A button that removes photos, unless nothing would be left."""
    if len(chosen) == len(photo_set.photos):
        return ()
    return (Mend(label, RemovePhotos(chosen)),)


def named(names: list[str], most: int = 6) -> str:
    """`cat, dog and 3 more`."""
    return joined(names if len(names) <= most else [*names[:most], f"{len(names) - most} more"])


def of_classes(photo_set: PhotoSet, names: Sequence[str]) -> tuple[int, ...]:
    """Positions of the photos of these classes."""
    wanted = {photo_set.classes.index(name) for name in names}
    return photo_set.content.where(lambda photo: photo.class_index in wanted)
