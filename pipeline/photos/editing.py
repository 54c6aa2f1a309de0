"""What a change to a photo set is, and the rules that all changes keep.

Each gives a new version of the set, and says in a sentence what it did: `class_edits` and
`photo_edits` have them. A change is applied to the list of photos; the photos are shared between
the versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from pipeline.errors import PhotoSetError
from pipeline.photos import class_names
from pipeline.photos.manifest import Manifest
from pipeline.settings.limits import LIMITS

UNCHANGED: Final = "Nothing was changed: it is so already."


class Edit(Protocol):
    """A change to a photo set."""

    def apply(self, content: Manifest) -> Manifest:
        """The photos and classes after the change.

        Raises:
            PhotoSetError: If it cannot be done; says why.
        """

    def sentence(self, content: Manifest) -> str:
        """What is done to `content`, for the list of versions: "12 photos moved to cats"."""


def class_index_of(content: Manifest, name: str) -> int:
    """Where a class stands among those of the set.

    Raises:
        PhotoSetError: If the set has no class of this name.
    """
    if name not in content.classes:
        raise PhotoSetError(f"This set has no class {name}. Choose one that it has.")
    return content.classes.index(name)


def new_name(name: str, taken: Iterable[str]) -> str:
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


def not_emptied(content: Manifest) -> Manifest:
    """The same photos and classes.

    Raises:
        PhotoSetError: If no photo is left.
    """
    if not content.photos:
        raise PhotoSetError("No photo would be left. Delete the whole set instead.")
    return content
