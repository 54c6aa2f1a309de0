"""Where a file lies decides its class and its split.

Welcome are class folders (`cats/1.jpg`), class folders in folders for the parts of the data
(`test_set/cats/1.jpg`), labels in the names of files (`cat.1.jpg`), and each of them inside
extra folders that say nothing. Deeper folders belong to their class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress
from typing import Final

from pipeline.errors import SourceError, Why
from pipeline.photos import class_names
from pipeline.photos.sources import album_names, name_labels
from pipeline.photos.sources.folder_meaning import FolderMeanings, Role
from pipeline.photos.sources.folder_tree import tree
from pipeline.photos.sources.layout import HOW_TO_ARRANGE, Parts, Place, looks_like_photo, shown
from pipeline.photos.sources.readings import Labels, Layout, Reading, Understood, understood
from pipeline.settings import mode
from pipeline.settings.limits import Limits
from pipeline.wording import layout_text
from pipeline.wording.text import joined

_EXPECTED: Final = {Reading.CLASSES: Role.CLASS, Reading.SPLITS: Role.PART}


def arrange(
    files: Sequence[Parts],
    title: str,
    limits: Limits | None = None,
    reading: Reading | None = None,
    labels: Labels | None = None,
    loose_known: bool = False,
) -> Layout:
    """Tell for every file which class and split it belongs to.

    Args:
        files: Where each file lies, without clutter.
        title: What the files are in, for messages.
        limits: How many classes there may be, and how long their names; the mode's unless given.
        reading: Where labels come from; found out unless given.
        labels: What a list beside the photos says of them, where there is one.
        loose_known: Whether somebody gives the photos without a folder a label, so that their
            names need not tell it.

    Raises:
        SourceError: If there are no files, too many classes, or `reading` finds nothing.
    """
    if not files:
        raise SourceError(f"{title} is empty. {HOW_TO_ARRANGE}")
    limits = limits or mode.current().limits
    layout = _Ways(files, labels or {}, loose_known).layout(reading, title, limits.classes)
    too_long = Why(
        f"The name of its folder is longer than {limits.class_name_chars} characters.",
        "Give the folder a shorter name.",
    )
    return replace(
        layout,
        places=tuple(
            Place(why=too_long)
            if len(place.class_name.strip()) > limits.class_name_chars
            else place
            for place in layout.places
        ),
    )


class _Ways:
    """The ways to read some files."""

    def __init__(self, files: Sequence[Parts], labels: Labels, loose_known: bool) -> None:
        self._files = files
        self._loose_known = loose_known
        # A readme beside the class folders must not make a class or hide one.
        self._is_photo = [looks_like_photo(parts) for parts in files]
        if not any(self._is_photo):
            self._is_photo = [True] * len(files)
        self._labels = labels
        self._read: dict[Reading, list[Place]] = {}
        self._counted: dict[Reading, Understood] = {}
        self._root = tree(compress(files, self._is_photo))
        self._meanings = FolderMeanings(self._root)
        self._by_folders = self._placed(self._meanings)
        self._has_splits = any(place.split for place in self._by_folders)
        found = compress(self._by_folders, self._is_photo)
        self._num_classes = len(understood(Reading.NONE, found).classes)

    def layout(self, reading: Reading | None, title: str, most: int) -> Layout:
        """Read the files one way, the best one unless given, and tell which others there are.

        Raises:
            SourceError: If nothing can be read this way, or more than `most` classes.
        """
        chosen = self._best if reading is None else reading
        if chosen not in (self._best, Reading.NONE) and not self._count(chosen).classes:
            possible = [one for one in Reading if one is Reading.NONE or self._count(one).classes]
            raise SourceError(
                f"{title} cannot be read so: {layout_text.READINGS[chosen]}. What can be done is "
                f"{joined([layout_text.READINGS[one] for one in possible])}."
            )
        found = self._count(chosen)
        if len(found.classes) > most:
            raise SourceError(
                f"{title} has {len(found.classes):,} class folders, and {most:,} are the most. "
                "Each folder counts as a class: put folders that belong together into one."
            )
        readings = [one for one in Reading if self._differs(one, chosen)]
        others = tuple(
            self._count(one) for one in readings if len(self._count(one).classes) <= most
        )
        is_plain = self._is_plain(found, others)
        return Layout(tuple(self._places(chosen)), found, others, is_plain, self._notes(found))

    @cached_property
    def _best(self) -> Reading:
        """Where the labels come from, as far as the files tell it."""
        if self._num_classes < 2:
            readings = [Reading.LIST, Reading.NAMES][: 1 if self._loose_known else 2]
            if all(map(str.isdecimal, self._count(Reading.LIST).classes)):
                readings.reverse()  # a word says more than the number of a class
            for reading in readings:
                if self._count(reading).classes:
                    return reading
        if self._has_splits:
            return Reading.SPLITS
        return Reading.CLASSES if self._num_classes else Reading.NONE

    def _differs(self, reading: Reading, chosen: Reading) -> bool:
        """Whether a reading is possible, and does not only call the same classes otherwise."""
        if reading is chosen or reading is Reading.NONE or len(self._count(reading).classes) < 2:
            return False
        one, other = (
            [
                (class_names.key(place.class_name), place.split, place.why)
                for place in compress(self._places(way), self._is_photo)
            ]
            for way in (chosen, reading)
        )
        pairs = set(zip(one, other, strict=True))
        if reading is Reading.SPLITS and not self._meanings.could_be_parts:
            # Folders in class folders are mostly kinds of that class, unless all hold the same.
            num_classes = Counter(second[0] for _, second in pairs if second[0])
            return all(times > 1 for times in num_classes.values())
        differ = any(
            first[1:] != second[1:] or bool(first[0]) != bool(second[0]) for first, second in pairs
        )
        return differ or not len(pairs) == len(set(one)) == len(set(other))

    def _is_plain(self, found: Understood, others: Sequence[Understood]) -> bool:
        """Whether nobody could have meant anything else."""
        if found.reading not in (Reading.CLASSES, Reading.NONE) or found.left_out:
            return False
        return all(other.reading is Reading.NAMES for other in others)

    def _count(self, reading: Reading) -> Understood:
        if reading not in self._counted:
            photos = compress(self._places(reading), self._is_photo)
            self._counted[reading] = understood(reading, photos)
        return self._counted[reading]

    def _places(self, reading: Reading) -> list[Place]:
        """One per file; without any class where nothing can be read so."""
        if reading not in self._read:
            self._read[reading] = self._find(reading)
        return self._read[reading]

    def _find(self, reading: Reading) -> list[Place]:
        if reading in _EXPECTED:
            is_found = {
                Reading.CLASSES: self._num_classes > 0 and not self._has_splits,
                Reading.SPLITS: self._has_splits,
            }
            if is_found[reading]:
                return self._by_folders
            return self._placed(FolderMeanings(self._root, _EXPECTED[reading]))
        if reading is Reading.NAMES:
            return self._by_names()
        told = self._labels if reading is Reading.LIST else {}
        return [
            replace(told[parts], split=told[parts].split or place.split)
            if parts in told
            else place
            if place.why
            else Place(split=place.split)
            for parts, place in zip(self._files, self._by_folders, strict=True)
        ]

    def _by_names(self) -> list[Place]:
        places = [place if place.why else Place(split=place.split) for place in self._by_folders]
        asked = [
            number
            for number, place in enumerate(places)
            if self._is_photo[number] and place.why is None
        ]
        labels = name_labels.labels([self._files[number] for number in asked])
        for number, told in zip(asked, labels or (), strict=bool(labels)):
            places[number] = replace(told, split=places[number].split or told.split)
        return places

    def _placed(self, meanings: FolderMeanings) -> list[Place]:
        folders = {parts[:-1] for parts in self._files}
        known = {folder: _place(folder, meanings) for folder in folders}
        places = [known[parts[:-1]] for parts in self._files]
        if any(place.split == "training" for place in compress(places, self._is_photo)):
            return places
        # Nothing to learn from: which photos would test it says nothing.
        return [replace(place, split=None) for place in places]

    def _notes(self, found: Understood) -> tuple[str, ...]:
        notes = []
        if found.reading is Reading.NAMES:
            notes.append(layout_text.labels_from_names(list(found.classes)))
        if found.reading is Reading.CLASSES and (alone := self._meanings.could_be_parts):
            notes.append(layout_text.may_be_no_class(alone))
        if self._meanings.has_parts and not self._has_splits:
            notes.append(layout_text.NO_TRAINING)
        waiting = [
            parts[-2]
            for parts, place in compress(
                zip(self._files, self._places(found.reading), strict=True), self._is_photo
            )
            if len(parts) > 1 and not place.class_name and place.why is None
        ]
        is_told = self._meanings.has_parts or any(map(album_names.is_album, waiting))
        if waiting and (found.reading is not Reading.NONE or is_told):
            folders = [shown(name) for name in dict.fromkeys(waiting)]
            notes.append(layout_text.folders_without_class(len(waiting), folders))
        return tuple(notes)


def _place(folder: Parts, meanings: FolderMeanings) -> Place:
    """What a folder and those around it tell, from the outermost one."""
    class_name, split = "", None
    for depth in range(1, len(folder) + 1):
        meaning = meanings[folder[:depth]]
        if meaning.role is Role.ASIDE:
            return Place(why=meaning.why)
        if meaning.role is Role.PART:
            split = meaning.split and str(meaning.split)
        elif meaning.role is Role.UNKNOWN:
            break
        class_name = class_name or meaning.class_name
        if meaning.role is Role.OUTER and class_name:
            break
    return Place(class_name, split)
