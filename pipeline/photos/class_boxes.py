"""A photo set in the making: a box for each class, and a pile of photos without a label.

Nothing here is imported yet. Every change gives other boxes, so the ones before can come back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final, Self

from pipeline.photos import class_names
from pipeline.photos.checkup.readiness import is_unlabelled
from pipeline.photos.set_file import safe_name
from pipeline.photos.sources.layout import is_clutter
from pipeline.photos.sources.member_names import parts_of
from pipeline.settings.limits import LIMITS
from pipeline.wording.names import fitting, graphemes

PILE: Final = 0  # where photos lie that have no label yet


@dataclass(frozen=True, slots=True)
class Box:
    """The photos of one class.

    Attributes:
        number: Tells boxes apart, whatever they are called; from 1.
        name: What its photos show, as `class_name` gives it; empty until somebody says.
        photos: Their keys, as they came.
    """

    number: int
    name: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassBoxes:
    """All boxes.

    Attributes:
        boxes: In the order in which they stand, none of a name that another one has.
        pile: Keys of photos that have no label yet.
    """

    boxes: tuple[Box, ...] = field(default=(Box(1), Box(2)))
    pile: tuple[str, ...] = ()

    @property
    def photos(self) -> tuple[str, ...]:
        """Keys of all photos, each once."""
        return (*(photo for box in self.boxes for photo in box.photos), *self.pile)

    @property
    def titles(self) -> dict[int, str]:
        """What the photos of each box are called, by its number; all different."""
        taken = {class_names.key(box.name) for box in self.boxes}
        titles = {}
        for place, box in enumerate(self.boxes, start=1):
            title, count = box.name or f"Class {place}", place
            while not box.name and class_names.key(title) in taken:
                count += 1
                title = f"Class {count}"
            taken.add(class_names.key(title))
            titles[box.number] = title
        return titles

    def box(self, number: int) -> Box:
        """The box of this number, which there must be."""
        return next(box for box in self.boxes if box.number == number)

    def title_of(self, photo: str) -> str:
        """What the box is called in which a photo lies; empty for the pile."""
        inside = (box.number for box in self.boxes if photo in box.photos)
        return self.titles.get(next(inside, PILE), "")

    def with_box(self, name: str = "") -> Self:
        """One more box, at the end; none where there is one of this name."""
        name = class_name(name)
        if name and self._called(name) is not None:
            return self
        number = max((box.number for box in self.boxes), default=PILE) + 1
        return replace(self, boxes=(*self.boxes, Box(number, name)))

    def without_box(self, number: int) -> Self:
        """The others; its photos go with it."""
        return replace(self, boxes=tuple(box for box in self.boxes if box.number != number))

    def named(self, number: int, name: str) -> Self:
        """Another name for a box; where another one has it, the two become one."""
        name = class_name(name)
        other = self._called(name) if name else None
        if other is not None and other.number != number:
            moved = self.put(self.box(number).photos, other.number)
            return moved.without_box(number)
        return self._with(replace(self.box(number), name=name))

    def put(self, photos: Iterable[str], number: int) -> Self:
        """Photos into a box, or on the pile, wherever they were before."""
        coming = tuple(dict.fromkeys(photos))
        left = self.without(coming)
        if number == PILE:
            return replace(left, pile=(*left.pile, *coming))
        box = left.box(number)
        return left._with(replace(box, photos=(*box.photos, *coming)))

    def without(self, photos: Collection[str]) -> Self:
        """The same but for some photos."""
        gone = set(photos)
        boxes = (
            replace(box, photos=tuple(one for one in box.photos if one not in gone))
            for box in self.boxes
        )
        pile = tuple(one for one in self.pile if one not in gone)
        return replace(self, boxes=tuple(boxes), pile=pile)

    def dropped(self, paths: Mapping[str, str], number: int) -> Self:
        """What was dropped: folders fill the boxes of their names, other photos this one.

        A single folder that is dropped on a box without a name gives it one.

        Args:
            paths: For each photo's key its name, with the folders above it where it had some.
            number: The box on which it was dropped, or `PILE`.
        """
        folders = {key: class_name(_folder(path)) for key, path in paths.items()}
        names = list(dict.fromkeys(filter(None, folders.values())))
        boxes = self
        if number != PILE and len(names) < 2:
            box = self.box(number)
            if names and not box.name and self._called(names[0]) is None:
                boxes = boxes.named(number, names[0])
            return boxes.put(paths, number)
        for name in names:
            inside = [key for key, folder in folders.items() if folder == name]
            boxes = boxes._filled(name, inside)
        return boxes.put([key for key, folder in folders.items() if not folder], number)

    def trainable(self, usable: Collection[str]) -> tuple[Box, ...]:
        """The boxes that have enough photos to be learned.

        Args:
            usable: Keys of photos that can be used and are in no box twice.
        """
        least = LIMITS.photos_per_class
        return tuple(box for box in self.boxes if sum(one in usable for one in box.photos) >= least)

    def _filled(self, name: str, photos: Sequence[str]) -> Self:
        """Photos in the box of this name: one that there is, an empty one, or a new one."""
        box = self._called(name) or next(
            (one for one in self.boxes if not one.name and not one.photos), None
        )
        if box is None:
            grown = self.with_box(name)
            return grown.put(photos, grown.boxes[-1].number)
        return self._with(replace(box, name=box.name or name)).put(photos, box.number)

    def _called(self, name: str) -> Box | None:
        key = class_names.key(name)
        return next((one for one in self.boxes if class_names.key(one.name) == key), None)

    def _with(self, changed: Box) -> Self:
        boxes = (changed if box.number == changed.number else box for box in self.boxes)
        return replace(self, boxes=tuple(boxes))


def class_name(typed: str) -> str:
    """The name of a class as a folder can have it, since folders bring it into the set.

    Empty for a name that means "without a label".
    """
    name = "".join(fitting(graphemes(class_names.clean(typed)), LIMITS.class_name_chars)).strip()
    if not name or is_unlabelled(name):
        return ""
    if parts_of(f"{name}/photo") != (name, "photo") or is_clutter(name):
        return class_names.clean(safe_name(name))
    return name


def _folder(path: str) -> str:
    """The folder in which a photo lay; empty for none."""
    folders = PurePosixPath(path.replace("\\", "/")).parts[:-1]
    return folders[-1] if folders else ""
