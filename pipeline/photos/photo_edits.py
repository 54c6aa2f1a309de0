"""Changes to the photos of a set: labels changed, taken out, put into another split."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from pipeline.errors import PhotoSetError
from pipeline.photos import class_names
from pipeline.photos.editing import class_index_of, new_name, not_emptied
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.splits import SPLITS, assign_splits
from pipeline.wording.numbers import photos as _photos


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
            classes.append(new_name(self.class_name, content.classes))
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
        return not_emptied(Manifest.ordered(content.classes, left, content.seed))

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
        lookalikes: Equal numbers for photos of one scene; they stay together.
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
        clips = [photo.clip for photo in content.photos]
        return assign_splits(labels, [None] * len(labels), content.seed, self.lookalikes, clips)


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
        new = {index: class_index_of(content, name) for index, name in self.labels}
        photos = [
            replace(photo, class_index=new.get(index, photo.class_index))
            for index, photo in enumerate(content.photos)
            if index not in self.removed
        ]
        return not_emptied(Manifest.ordered(content.classes, _without_twins(photos), content.seed))

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        said = []
        if self.labels:
            said.append(
                f"{len(self.labels):,} {'label' if len(self.labels) == 1 else 'labels'} changed"
            )
        if self.removed:
            said.append(f"{_photos(len(self.removed))} taken out")
        return ", ".join(said)


def _known_class(content: Manifest, name: str) -> int | None:
    """The class that this name means, however it is written."""
    keys = [class_names.key(known) for known in content.classes]
    key = class_names.key(name)
    return keys.index(key) if key in keys else None


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
