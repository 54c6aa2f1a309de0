"""Changes to the classes of a photo set: made, renamed, merged, taken out."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from pipeline.errors import PhotoSetError
from pipeline.photos import class_names
from pipeline.photos.editing import class_index_of, new_name, not_emptied
from pipeline.photos.manifest import Manifest
from pipeline.photos.photo_edits import MovePhotos
from pipeline.settings import mode
from pipeline.wording.numbers import photos as _photos


@dataclass(frozen=True, slots=True)
class AddClass:
    """Make an empty class; photos are moved or added to it afterwards."""

    name: str

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        name = new_name(self.name, content.classes)
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
        index = class_index_of(content, self.old)
        name = new_name(self.new, [name for name in content.classes if name != self.old])
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
        source = class_index_of(content, self.source)
        if source == class_index_of(content, self.target):
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
        gone = class_index_of(content, self.name)
        if len(content.classes) == 1:
            raise PhotoSetError("This is the only class. Delete the whole set instead.")
        photos = [
            replace(photo, class_index=photo.class_index - (photo.class_index > gone))
            for photo in content.photos
            if photo.class_index != gone
        ]
        classes = [name for name in content.classes if name != self.name]
        return not_emptied(Manifest.ordered(classes, photos, content.seed))

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        count = len(_of_class(content, class_index_of(content, self.name)))
        return f"Class {self.name} taken out, with {_photos(count)}"


def _of_class(content: Manifest, class_index: int) -> tuple[int, ...]:
    return content.where(lambda photo: photo.class_index == class_index)
