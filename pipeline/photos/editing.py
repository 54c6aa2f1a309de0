"""Changes to a photo set: each gives a new version of it, and says in a sentence what it did.

A change is applied to the list of photos; the photos are shared between the versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from msgspec.structs import replace

from pipeline.errors import PhotoSetError
from pipeline.photos import class_names
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.splits import SPLITS, assign_splits
from pipeline.settings import mode
from pipeline.settings.limits import LIMITS
from pipeline.wording.numbers import photos as _photos


class Edit(Protocol):
    """A change to a photo set."""

    def apply(self, content: Manifest) -> Manifest:
        """The photos and classes after the change.

        Raises:
            PhotoSetError: If it cannot be done; says why.
        """

    def sentence(self, content: Manifest) -> str:
        """What is done to `content`, for the list of versions: "12 photos moved to cats"."""


@dataclass(frozen=True, slots=True)
class AddClass:
    """Make an empty class; photos are moved or added to it afterwards."""

    name: str

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        name = _new_name(self.name, content.classes)
        most = mode.current().limits.classes
        if len(content.classes) >= most:
            raise PhotoSetError(f"A set has at most {most:,} classes.")
        return Manifest.ordered([*content.classes, name], content.photos, content.seed)

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        return f"Class {class_names.clean(self.name)} made"


@dataclass(frozen=True, slots=True)
class RenameClass:
    """Give a class another name; its photos stay."""

    old: str
    new: str

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        index = _class_index(content, self.old)
        name = _new_name(self.new, [name for name in content.classes if name != self.old])
        classes = [*content.classes[:index], name, *content.classes[index + 1 :]]
        return Manifest.ordered(classes, content.photos, content.seed)

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        return f"Class {self.old} renamed to {class_names.clean(self.new)}"


@dataclass(frozen=True, slots=True)
class MergeClasses:
    """Put all photos of a class into another one; the emptied class is gone."""

    source: str
    target: str

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        source = _class_index(content, self.source)
        if source == _class_index(content, self.target):
            raise PhotoSetError("Choose two different classes to merge.")
        moved = MovePhotos(_of_class(content, source), self.target).apply(content)
        return RemoveClass(self.source).apply(moved)

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        return f"Class {self.source} merged into {self.target}"


@dataclass(frozen=True, slots=True)
class RemoveClass:
    """Take a class out, with its photos."""

    name: str

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        gone = _class_index(content, self.name)
        if len(content.classes) == 1:
            raise PhotoSetError("This is the only class. Delete the whole set instead.")
        photos = [
            replace(photo, class_index=photo.class_index - (photo.class_index > gone))
            for photo in content.photos
            if photo.class_index != gone
        ]
        classes = [name for name in content.classes if name != self.name]
        return _some(Manifest.ordered(classes, photos, content.seed))

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        count = len(_of_class(content, _class_index(content, self.name)))
        return f"Class {self.name} taken out, with {_photos(count)}"


@dataclass(frozen=True, slots=True)
class MovePhotos:
    """Give photos another label; a class of that name is made where there is none."""

    photos: tuple[int, ...]
    class_name: str

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        classes = list(content.classes)
        target = _known_class(content, self.class_name)
        if target is None:
            target = len(classes)
            classes.append(_new_name(self.class_name, content.classes))
        moved = _each(content, self.photos, lambda photo: replace(photo, class_index=target))
        return Manifest.ordered(classes, _without_twins(moved), content.seed)

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        verb = "labelled" if len(self.photos) == 1 else "all labelled"
        return f"{_photos(len(self.photos))} {verb} {class_names.clean(self.class_name)}"


@dataclass(frozen=True, slots=True)
class RemovePhotos:
    """Take photos out; a class that loses all of them stays, empty."""

    photos: tuple[int, ...]

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        gone = set(self.photos)
        left = [photo for index, photo in enumerate(content.photos) if index not in gone]
        return _some(Manifest.ordered(content.classes, left, content.seed))

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        return f"{_photos(len(self.photos))} taken out"


@dataclass(frozen=True, slots=True)
class SetSplit:
    """Put photos into one of the three splits."""

    photos: tuple[int, ...]
    split: str

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        if self.split not in SPLITS:
            raise PhotoSetError(f"There is no such split. Received: {self.split!r}.")
        photos = _each(content, self.photos, lambda photo: replace(photo, split=self.split))
        return Manifest.ordered(content.classes, photos, content.seed)

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        return f"{_photos(len(self.photos))} put into {self.split}"


@dataclass(frozen=True, slots=True)
class DivideAnew:
    """Divide every class into training, validation and test again, 80/10/10.

    Attributes:
        lookalikes: Equal numbers for photos that look nearly the same; they stay together.
    """

    lookalikes: tuple[int, ...]

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        splits = self.splits(content)
        photos = [
            replace(photo, split=split) for photo, split in zip(content.photos, splits, strict=True)
        ]
        return Manifest.ordered(content.classes, photos, content.seed)

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        return "Divided anew into training, validation and test"

    def splits(self, content: Manifest) -> list[str]:
        """The split that each photo gets."""
        labels = [photo.class_index for photo in content.photos]
        return assign_splits(labels, [None] * len(labels), content.seed, self.lookalikes)


@dataclass(frozen=True, slots=True)
class Relabel:
    """What came of looking at many photos one by one: new labels, and photos taken out.

    Attributes:
        labels: Which photo shows what: its position, and the name of a class of the set.
        removed: Positions of photos to be taken out.
    """

    labels: tuple[tuple[int, str], ...]
    removed: tuple[int, ...] = ()

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        new = {index: _class_index(content, name) for index, name in self.labels}
        photos = [
            replace(photo, class_index=new.get(index, photo.class_index))
            for index, photo in enumerate(content.photos)
            if index not in self.removed
        ]
        return _some(Manifest.ordered(content.classes, _without_twins(photos), content.seed))

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        said = []
        if self.labels:
            said.append(f"{_photos(len(self.labels))} labelled anew")
        if self.removed:
            said.append(f"{_photos(len(self.removed))} taken out")
        return ", ".join(said)


UNCHANGED: Final = "Nothing was changed: it is so already."


def _class_index(content: Manifest, name: str) -> int:
    if name not in content.classes:
        raise PhotoSetError(f"This set has no class {name}. Choose one that it has.")
    return content.classes.index(name)


def _known_class(content: Manifest, name: str) -> int | None:
    """The class that this name means, however it is written."""
    keys = [class_names.key(known) for known in content.classes]
    key = class_names.key(name)
    return keys.index(key) if key in keys else None


def _new_name(name: str, taken: Iterable[str]) -> str:
    """A class name fit to be kept.

    Raises:
        PhotoSetError: If it is empty, too long, or another class's.
    """
    cleaned = class_names.clean(name)
    if not cleaned:
        raise PhotoSetError("A class needs a name. Type one and try again.")
    if len(cleaned) > LIMITS.class_name_chars:
        raise PhotoSetError(
            f"The name of a class has at most {LIMITS.class_name_chars} letters. Choose a shorter "
            "one."
        )
    for other in taken:
        if class_names.key(other) == class_names.key(cleaned):
            raise PhotoSetError(
                f"There is a class {other} already. Merge the two if they mean the same."
            )
    return cleaned


def _of_class(content: Manifest, class_index: int) -> tuple[int, ...]:
    return content.where(lambda photo: photo.class_index == class_index)


def _each(
    content: Manifest, chosen: Sequence[int], change: Callable[[Photo], Photo]
) -> list[Photo]:
    picked = set(chosen)
    if not picked:
        raise PhotoSetError("No photo is chosen. Choose some first.")
    return [
        change(photo) if index in picked else photo for index, photo in enumerate(content.photos)
    ]


def _without_twins(photos: Iterable[Photo]) -> list[Photo]:
    """Leave out what is now twice in a class: the same picture came from two classes."""
    first = {(photo.class_index, photo.sha256): photo for photo in reversed(list(photos))}
    return list(first.values())


def _some(content: Manifest) -> Manifest:
    if not content.photos:
        raise PhotoSetError("No photo would be left. Delete the whole set instead.")
    return content
