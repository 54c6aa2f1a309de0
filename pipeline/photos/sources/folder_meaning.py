"""What each folder tells of the photos in it: their class, their split, or nothing.

A folder that tells which part of the data it holds is no class, wherever it lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Final

from pipeline.errors import Why
from pipeline.photos import class_names
from pipeline.photos.sources import album_names, part_names
from pipeline.photos.sources.folder_tree import (
    DEEPEST,
    Folder,
    are_chunks,
    are_copies,
    are_parts,
    classes_in,
    copies,
    is_aside,
    masks,
    says_no_class,
    told_in,
    training_beside_tests,
)
from pipeline.photos.sources.layout import Parts, shown
from pipeline.photos.sources.part_names import SPLITS, Part, Told

_TO_TRY: Final = Why(
    "Its folder {} is for photos to try a finished network on.",
    "Ask about them on the Classify page, or import that folder by itself.",
)
_MASKS: Final = Why(
    "Its folder {} is for masks or labels, not for photos.", "Import that folder by itself if not."
)


class Role(Enum):
    """What a folder is for."""

    OUTER = auto()  # it says nothing; what lies in it may
    PART = auto()  # which part of the data
    CLASS = auto()
    ASIDE = auto()  # its photos are left out
    UNKNOWN = auto()  # its photos wait for a label


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one folder tells.

    Attributes:
        role: What it is for.
        split: Of a part of the data: which.
        class_name: What its photos show; empty where another folder tells it, or nobody.
        why: Why its photos are left out.
    """

    role: Role
    split: str | None = None
    class_name: str = ""
    why: Why | None = None


_OUTER: Final = Meaning(Role.OUTER)
_UNKNOWN: Final = Meaning(Role.UNKNOWN)


class FolderMeanings:
    """What the folders of a tree tell.

    Args:
        root: The folder around everything.
        expected: `Role.CLASS` where somebody says that the outermost folders with anything
            beside them are classes, `Role.PART` where they are parts of the data; None to
            find it out.
    """

    def __init__(self, root: Folder, expected: Role | None = None) -> None:
        self._expected = expected
        self._meanings: dict[Parts, Meaning] = {}
        self._class_levels: set[Parts] = set()
        self._are_told = False  # whether the parts of the data that are expected were met
        self._look(root, (), frozenset())

    @property
    def has_parts(self) -> bool:
        """Whether any folder tells which part of the data it holds."""
        return any(meaning.role is Role.PART for meaning in self._meanings.values())

    @cached_property
    def could_be_parts(self) -> list[str]:
        """Names of classes that could also tell a part of the data."""
        told = part_names.tell
        return [
            meaning.class_name
            for path, meaning in self._meanings.items()
            if meaning.role is Role.CLASS
            and any(one.part in SPLITS for one in told(path[-1:]).values())
        ]

    def __getitem__(self, path: Parts) -> Meaning:
        """What a folder tells, after those around it; of one without photos what it would."""
        if path in self._meanings:
            return self._meanings[path]
        *_, name = path
        if path[:-1] in self._class_levels and not is_aside(name):
            return Meaning(Role.CLASS, class_name=shown(name))
        return _UNKNOWN

    def _look(self, folder: Folder, path: Parts, known: frozenset[str]) -> None:
        """Find out what the folders in `folder` tell.

        Args:
            folder: The one around them.
            path: Where it is.
            known: Classes that lie in other parts of the data, by their key.
        """
        names = list(folder.inside)
        if not names:
            return
        if len(path) >= DEEPEST:
            self._assign_classes(folder, path)
        elif len(names) == 1:
            self._look_at_one(folder, path, known)
        elif self._expected is Role.CLASS:
            self._assign_classes(folder, path)
        elif beside := masks(folder):
            self._leave_out(beside, path, _MASKS)
            for name in folder.inside.keys() - beside:
                self._go_on(folder, path, name, known)
        elif (self._expected is Role.PART and not self._are_told) or are_parts(folder):
            self._are_told = True
            self._assign_parts(folder, path)
        elif are_chunks(folder) or are_copies(folder):
            for name in names:
                self._go_on(folder, path, name, known)
        else:
            self._assign_classes(folder, path)

    def _look_at_one(self, folder: Folder, path: Parts, known: frozenset[str]) -> None:
        """A folder alone is a class, or only there to hold the others."""
        ((name, child),) = folder.inside.items()
        told = part_names.tell([name]).get(name)
        has_more = bool(child.inside) and not (child.photos and len(child.inside) == 1)
        if self._expected is Role.CLASS:
            says_nothing = has_more
        else:
            is_again = bool(path) and class_names.key(name) == class_names.key(path[-1])
            says_nothing = bool(told) or is_again or says_no_class(name)
            says_nothing |= has_more and class_names.key(name) not in known
        if not says_nothing:
            self._assign_classes(folder, path)
        elif told and told.part in SPLITS and self._expected is not Role.CLASS:
            self._go_on(folder, path, name, known, Meaning(Role.PART, told.part))
        else:
            self._go_on(folder, path, name, known)

    def _go_on(
        self,
        folder: Folder,
        path: Parts,
        name: str,
        known: frozenset[str],
        meaning: Meaning = _OUTER,
    ) -> None:
        self._meanings[(*path, name)] = meaning
        self._look(folder.inside[name], (*path, name), known)

    def _assign_classes(self, folder: Folder, path: Parts) -> None:
        self._class_levels.add(path)
        told = {} if self._expected is Role.CLASS else part_names.tell(folder.inside)
        to_try = {name for name, one in told.items() if one.part is Part.TO_TRY}
        self._leave_out(to_try, path, _TO_TRY)
        again = set() if self._expected is Role.CLASS else copies(folder)
        for name in again:
            self._go_on(folder, path, name, frozenset())
        for name in folder.inside.keys() - to_try - again:
            is_waiting = name in told and told[name].part is Part.UNLABELLED
            if self._expected is not Role.CLASS:
                is_waiting |= album_names.is_numbered_album(name)
            label = class_names.UNLABELLED if is_waiting else shown(name)
            self._meanings[(*path, name)] = Meaning(Role.CLASS, class_name=label)
        if self._expected is not Role.CLASS:
            self._look_into_classes(folder, path)

    def _look_into_classes(self, folder: Folder, path: Parts) -> None:
        """Below a class may be masks beside its photos, or the parts of the data."""
        parts: dict[Parts, Part] = {}
        for name, child in folder.inside.items():
            here = (*path, name)
            self._leave_out(masks(child), here, _MASKS)
            told = part_names.tell(child.inside)
            if not child.photos and len(told) == len(child.inside):
                parts |= {(*here, inner): one.part for inner, one in told.items()}
        found = set(parts.values())
        if Part.TRAINING in found and len(found & {*SPLITS}) > 1:
            for place, part in parts.items():
                if part in SPLITS:
                    self._meanings[place] = Meaning(Role.PART, part)

    def _assign_parts(self, folder: Folder, path: Parts) -> None:
        told = told_in(folder)
        if name := training_beside_tests(folder):
            told = {**part_names.tell_all(folder.inside), name: Told(Part.TRAINING)}
        below = {name: classes_in(child, name) for name, child in folder.inside.items()}
        of_parts = [below[name] for name, one in told.items() if one.part in SPLITS]
        known = frozenset().union(*of_parts)
        for name, one in told.items():
            if one.part in SPLITS:
                meaning = Meaning(Role.PART, one.part, shown(one.class_name))
                self._go_on(folder, path, name, known, meaning)
            elif one.part is Part.TO_TRY and not below[name] & known:
                self._leave_out({name}, path, _TO_TRY)
            elif one.part is Part.TO_TRY:
                self._go_on(folder, path, name, known, Meaning(Role.PART, Part.TEST))
            else:
                self._meanings[(*path, name)] = _UNKNOWN
        for name in folder.inside.keys() - told.keys():
            child = folder.inside[name]
            if self._expected is Role.PART and child.inside:
                self._go_on(folder, path, name, known)
            elif part_names.is_filler(name) and not child.inside:
                self._meanings[(*path, name)] = _UNKNOWN
            elif not known or class_names.key(name) in known:
                self._class_levels.add(path)
                self._meanings[(*path, name)] = Meaning(Role.CLASS, class_name=shown(name))
            elif are_parts(child) and below[name] & known:  # all of it, once more
                self._go_on(folder, path, name, known)
            else:
                self._meanings[(*path, name)] = _UNKNOWN

    def _leave_out(self, names: Iterable[str], path: Parts, why: Why) -> None:
        for name in names:
            told = Why(why.reason.replace("{}", shown(name)), why.advice)
            self._meanings[(*path, name)] = Meaning(Role.ASIDE, why=told)
