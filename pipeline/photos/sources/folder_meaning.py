"""What each folder tells of the photos in it: their class, their split, or nothing.

A folder that tells which part of the data it holds is no class, wherever it lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Final

from pipeline.errors import Why
from pipeline.photos import class_names
from pipeline.photos.sources import part_names
from pipeline.photos.sources.layout import Parts, shown
from pipeline.photos.sources.part_names import SPLITS, Part, Told

_DEEPEST: Final = 8  # folders that may lie around the class folders
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


@dataclass(slots=True)
class Folder:
    """A folder that has photos in it, or below it; `photos` counts those right in it."""

    photos: int = 0
    inside: dict[str, Folder] = field(default_factory=dict)


def tree(photos: Iterable[Parts]) -> Folder:
    """The folders in which photos lie."""
    root = Folder()
    for parts in photos:
        here = root
        for name in parts[:-1]:
            here = here.inside.setdefault(name, Folder())
        here.photos += 1
    return root


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
        if path[:-1] in self._class_levels and not _is_aside(name):
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
        if len(path) >= _DEEPEST:
            self._assign_classes(folder, path)
        elif len(names) == 1:
            self._look_at_one(folder, path, known)
        elif self._expected is Role.CLASS:
            self._assign_classes(folder, path)
        elif beside := _masks(folder):
            self._leave_out(beside, path, _MASKS)
            for name in folder.inside.keys() - beside:
                self._go_on(folder, path, name, known)
        elif (self._expected is Role.PART and not path) or _are_parts(folder):
            self._assign_parts(folder, path)
        elif _are_chunks(folder):
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
            says_nothing = bool(told) or is_again or part_names.is_filler(name)
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
        for name in folder.inside.keys() - to_try:
            is_waiting = name in told and told[name].part is Part.UNLABELLED
            label = class_names.UNLABELLED if is_waiting else shown(name)
            self._meanings[(*path, name)] = Meaning(Role.CLASS, class_name=label)
        if self._expected is not Role.CLASS:
            self._look_into_classes(folder, path)

    def _look_into_classes(self, folder: Folder, path: Parts) -> None:
        """Below a class may be masks beside its photos, or the parts of the data."""
        parts: dict[Parts, Part] = {}
        for name, child in folder.inside.items():
            here = (*path, name)
            self._leave_out(_masks(child), here, _MASKS)
            told = part_names.tell(child.inside)
            if not child.photos and len(told) == len(child.inside):
                parts |= {(*here, inner): one.part for inner, one in told.items()}
        found = set(parts.values())
        if Part.TRAINING in found and len(found & {*SPLITS}) > 1:
            for place, part in parts.items():
                if part in SPLITS:
                    self._meanings[place] = Meaning(Role.PART, part)

    def _assign_parts(self, folder: Folder, path: Parts) -> None:
        told = part_names.tell(folder.inside)
        below = {name: _classes_in(child, name) for name, child in folder.inside.items()}
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
            elif not known:
                self._class_levels.add(path)
                self._meanings[(*path, name)] = Meaning(Role.CLASS, class_name=shown(name))
            elif _are_parts(child) and below[name] & known:  # all of it, once more
                self._go_on(folder, path, name, known)
            else:
                self._meanings[(*path, name)] = _UNKNOWN

    def _leave_out(self, names: Iterable[str], path: Parts, why: Why) -> None:
        for name in names:
            told = Why(why.reason.replace("{}", shown(name)), why.advice)
            self._meanings[(*path, name)] = Meaning(Role.ASIDE, why=told)


def _are_parts(folder: Folder) -> bool:
    """Whether the folders in `folder` tell which part of the data they hold."""
    told = part_names.tell(folder.inside)
    parts = {name: one for name, one in told.items() if one.part in SPLITS}
    if not parts:
        return False
    if len(told) == len(folder.inside) or _are_certain(parts.values()):
        return True
    # One of several may be the vehicle train, or a class: unless the others hold the same.
    classes = frozenset().union(*(_classes_in(folder.inside[name], name) for name in parts))
    others = folder.inside.keys() - told.keys()
    return all(_classes_in(folder.inside[name], name) & classes for name in others)


def _are_certain(parts: Iterable[Told]) -> bool:
    found = list(parts)
    return any(one.certain for one in found) or len({one.part for one in found}) > 1


def _are_chunks(folder: Folder) -> bool:
    """Whether they are pieces of one whole: by their names, and by what lies in them."""
    if all(map(part_names.is_chunk, folder.inside)):
        return True
    if not all(map(part_names.is_filler, folder.inside)):
        return False
    classes = [_classes_in(child, name) for name, child in folder.inside.items()]
    return bool(frozenset.intersection(*classes))


def _masks(folder: Folder) -> set[str]:
    """Folders of masks and the like that lie beside folders of photos, and nothing else."""
    masks = {name for name in folder.inside if part_names.is_for_masks(name)}
    others = folder.inside.keys() - masks
    return masks if others and all(map(part_names.is_filler, others)) else set()


def _classes_in(folder: Folder, name: str, depth: int = 0) -> frozenset[str]:
    """Keys of the classes that would be below a part of the data.

    Args:
        folder: The part.
        name: Its name.
        depth: How many folders lie around it.
    """
    if depth >= _DEEPEST or not folder.inside:
        return frozenset()
    told = part_names.tell(folder.inside)
    if len(folder.inside) == 1:
        ((inner, child),) = folder.inside.items()
        is_again = class_names.key(inner) == class_names.key(name)
        has_only_folders = bool(child.inside) and not child.photos
        if told or is_again or part_names.is_filler(inner) or has_only_folders:
            return _classes_in(child, inner, depth + 1)
    if told and _are_certain(told.values()):
        inner_parts = (_classes_in(folder.inside[inner], inner, depth + 1) for inner in told)
        return frozenset().union(*inner_parts)
    return frozenset(class_names.key(inner) for inner in folder.inside if not _is_aside(inner))


def _is_aside(name: str) -> bool:
    return part_names.is_filler(name) or part_names.is_for_masks(name)
