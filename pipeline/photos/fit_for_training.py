"""One change that makes a set fit to be trained on, where two of its classes have enough photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from msgspec.structs import replace as with_values

from pipeline.errors import PhotoSetError
from pipeline.photos.checkup.readiness import is_unlabelled, missing
from pipeline.photos.manifest import Manifest
from pipeline.photos.photo_edits import DivideAnew
from pipeline.photos.splits import SPLITS
from pipeline.settings.limits import LIMITS
from pipeline.wording import text
from pipeline.wording.numbers import photos as _photos


@dataclass(frozen=True, slots=True)
class FitForTraining:
    """Leave out what has no label or too few photos, and divide anew where that is needed.

    Attributes:
        lookalikes: As `DivideAnew` takes them, for all photos; None where the test photos are
            sealed, so that nothing is divided anew.
    """

    lookalikes: tuple[int, ...] | None

    def apply(self, content: Manifest) -> Manifest:
        """See `Edit`."""
        return self._divided(self._kept(content))[0]

    def sentence(self, content: Manifest) -> str:
        """See `Edit`."""
        left_out = _left_out(content)
        said = [f"{text.joined([_told(content, name) for name in left_out])} left out"]
        _, is_divided = self._divided(self._kept(content))
        divided = ["divided anew into training, validation and test"] if is_divided else []
        sentence = ", ".join([*(said if left_out else []), *divided])
        return sentence[:1].upper() + sentence[1:]

    def _kept(self, content: Manifest) -> tuple[Manifest, tuple[int, ...] | None]:
        """What stays, with its lookalikes: leaving photos out changes no order."""
        gone = {content.classes.index(name) for name in _left_out(content)}
        if len(content.classes) - len(gone) < 2:
            raise PhotoSetError(
                f"Two classes of at least {LIMITS.photos_per_class} photos are needed. Add photos, "
                "or label some."
            )
        stays = [photo.class_index not in gone for photo in content.photos]
        photos = [photo for photo, is_in in zip(content.photos, stays, strict=True) if is_in]
        names = [name for index, name in enumerate(content.classes) if index not in gone]
        place = {content.classes.index(name): index for index, name in enumerate(names)}
        moved = [with_values(photo, class_index=place[photo.class_index]) for photo in photos]
        alike = self.lookalikes
        if alike is not None:
            pairs = zip(alike, stays, strict=True)
            alike = tuple(group for group, is_in in pairs if is_in)
        return replace(content, classes=tuple(names), photos=tuple(moved)), alike

    def _divided(self, kept: tuple[Manifest, tuple[int, ...] | None]) -> tuple[Manifest, bool]:
        """The same, divided anew where it has to be, and whether it was."""
        content, alike = kept
        if alike is not None and not fits(content):
            return DivideAnew(alike).apply(content), True
        return Manifest.ordered(content.classes, content.photos, content.seed), False


def fits(content: Manifest) -> bool:
    """Whether photos can be trained on as they are."""
    return not missing(_counts(content), content.classes)


def _left_out(content: Manifest) -> Sequence[str]:
    sizes = Counter(photo.class_index for photo in content.photos)
    return [
        name for index, name in enumerate(content.classes) if not _is_enough(name, sizes[index])
    ]


def _is_enough(name: str, size: int) -> bool:
    return not is_unlabelled(name) and size >= LIMITS.photos_per_class


def _told(content: Manifest, name: str) -> str:
    index = content.classes.index(name)
    size = int(np.sum([photo.class_index == index for photo in content.photos]))
    if is_unlabelled(name):
        return f"{_photos(size)} without a label"
    return f"class {name} with {_photos(size)}"


def _counts(content: Manifest) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
    for photo in content.photos:
        counts[photo.split][content.classes[photo.class_index]] += 1
    return counts
