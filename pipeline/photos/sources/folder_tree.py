"""Folders with photos, and what those that lie side by side have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pipeline.photos import class_names
from pipeline.photos.sources import album_names, part_names
from pipeline.photos.sources.layout import Parts
from pipeline.photos.sources.part_names import SPLITS, Part, Told

DEEPEST: Final = 32  # folders that may lie around the class folders


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


def are_parts(folder: Folder) -> bool:
    """Whether the folders in `folder` tell which part of the data they hold."""
    if training_beside_tests(folder):
        return True
    told = told_in(folder)
    parts = {name: one for name, one in told.items() if one.part in SPLITS}
    if not parts:
        return False
    if all(name in told or part_names.is_filler(name) for name in folder.inside):
        return True
    if len(told) == len(folder.inside) or _are_certain(parts.values()):
        return True
    # One of several may be the vehicle train, or a class: unless the others hold the same.
    classes = frozenset().union(*(classes_in(folder.inside[name], name) for name in parts))
    others = folder.inside.keys() - told.keys()
    return all(classes_in(folder.inside[name], name) & classes for name in others)


def told_in(folder: Folder) -> dict[str, Told]:
    """What the folders in `folder` tell of the parts of the data, by their names and classes."""
    told = part_names.tell(folder.inside)
    if any(one.class_name for one in told.values()):
        return told
    # `train_augmented` and `test_original` have nothing in common but the classes in them.
    each = part_names.tell_all(folder.inside)
    parts = {one.part for one in each.values()}
    if len(each) == len(folder.inside) and Part.TRAINING in parts and len(parts) > 1:
        below = [classes_in(child, name) for name, child in folder.inside.items()]
        if frozenset.intersection(*below):
            return each
    return told


def _are_certain(parts: Iterable[Told]) -> bool:
    found = list(parts)
    return any(one.certain for one in found) or len({one.part for one in found}) > 1


def training_beside_tests(folder: Folder) -> str:
    """The one folder that says no part among others that do, such as `pets` beside `pets-test`.

    Empty where there is none such, or where it has no classes.
    """
    told = part_names.tell_all(folder.inside)
    names = folder.inside.keys() - told.keys()
    is_sure = all(one.part is Part.TEST or one.certain for one in told.values())
    if len(names) != 1 or not is_sure or Part.TRAINING in {one.part for one in told.values()}:
        return ""
    (name,) = names
    child = folder.inside[name]
    tests = any(one.part in SPLITS for one in told.values())
    return name if tests and not child.photos and len(classes_in(child, name)) > 1 else ""


def copies(folder: Folder) -> set[str]:
    """Folders that hold, once more, what lies beside them."""
    names = {class_names.key(name) for name in folder.inside}
    below = {name: classes_in(child, name) for name, child in folder.inside.items()}
    return {name for name, inner in below.items() if len(inner) > 1 and inner <= names}


def are_copies(folder: Folder) -> bool:
    """Whether all hold the same classes, and one of them in a folder with the name of another."""
    names = {class_names.key(name) for name in folder.inside}
    below = {classes_in(child, name) for name, child in folder.inside.items()}
    return (
        len(below) == 1
        and len(next(iter(below))) > 1
        and any(
            len(child.inside) == 1 and names & set(map(class_names.key, child.inside))
            for child in folder.inside.values()
        )
    )


def are_chunks(folder: Folder) -> bool:
    """Whether they are pieces of one whole: by their names, and by what lies in them."""
    if all(map(part_names.is_chunk, folder.inside)) or _are_albums(folder.inside):
        return True
    if part_names.are_numbered_pieces(folder.inside):
        return True
    pieces = set(map(album_names.piece_of, folder.inside))
    if len(pieces) == 1 and "" not in pieces:
        return True
    if not all(map(part_names.is_filler, folder.inside)):
        return False
    classes = [classes_in(child, name) for name, child in folder.inside.items()]
    return bool(frozenset.intersection(*classes))


def masks(folder: Folder) -> set[str]:
    """Folders of masks and the like that lie beside folders of photos, and nothing else."""
    found = {name for name in folder.inside if part_names.is_for_masks(name)}
    others = {name: child for name, child in folder.inside.items() if name not in found}
    holds_all = len(others) == 1 and all(
        not child.photos and len(child.inside) > 1 for child in others.values()
    )
    are_photos = bool(others) and all(map(part_names.is_filler, others))
    return found if are_photos or holds_all else set()


def classes_in(folder: Folder, name: str, depth: int = 0) -> frozenset[str]:
    """Keys of the classes that would be below a part of the data.

    Args:
        folder: The part.
        name: Its name.
        depth: How many folders lie around it.
    """
    if depth >= DEEPEST or not folder.inside:
        return frozenset()
    told = part_names.tell(folder.inside)
    if len(folder.inside) == 1:
        ((inner, child),) = folder.inside.items()
        is_again = class_names.key(inner) == class_names.key(name)
        has_only_folders = bool(child.inside) and not child.photos
        if told or is_again or part_names.is_filler(inner) or has_only_folders:
            return classes_in(child, inner, depth + 1)
    if told and _are_certain(told.values()):
        inner_parts = (classes_in(folder.inside[inner], inner, depth + 1) for inner in told)
        return frozenset().union(*inner_parts)
    return frozenset(class_names.key(inner) for inner in folder.inside if not is_aside(inner))


def _are_albums(names: Iterable[str]) -> bool:
    albums = {name: album_names.is_album(name) for name in names}
    return any(albums.values()) and all(
        found or part_names.is_filler(name) for name, found in albums.items()
    )


def says_no_class(name: str) -> bool:
    """Whether a folder that lies alone only holds others, or photos of anything."""
    return (
        part_names.is_filler(name) or album_names.is_album(name) or bool(album_names.piece_of(name))
    )


def is_aside(name: str) -> bool:
    """Whether a folder's name is no class's."""
    return part_names.is_filler(name) or part_names.is_for_masks(name)
