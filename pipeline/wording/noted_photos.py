"""What is odd about photos that were taken all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from pipeline.wording.numbers import plural

NOTED_PHOTOS: Final = 8  # with the same note: more than anybody reads one by one


class Noted(Protocol):
    """A photo: its name, and what is odd about it."""

    @property
    def name(self) -> str:
        """What its owner knows it by."""

    @property
    def note(self) -> str | None:
        """A sentence, or None where nothing is odd."""


def photo_notes(photos: Iterable[Noted]) -> Iterator[str]:
    """A sentence for each odd photo; what many share is told once."""
    by_note: dict[str, list[str]] = {}
    for photo in photos:
        if photo.note:
            by_note.setdefault(photo.note, []).append(photo.name)
    for note, names in by_note.items():
        if len(names) > NOTED_PHOTOS:
            yield f"{names[0]} and {plural(len(names) - 1, 'more photo')}: {note}"
        else:
            yield from (f"{name}: {note}" for name in names)
