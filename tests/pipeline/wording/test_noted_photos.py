from __future__ import annotations

from typing import NamedTuple

from pipeline.wording.noted_photos import NOTED_PHOTOS, photo_notes


class Photo(NamedTuple):
    name: str
    note: str | None


def test_few_are_named_and_many_are_told_once() -> None:
    few = [Photo("a.png", "It is blank."), Photo("b.png", None), Photo("c.png", "It is blank.")]
    assert list(photo_notes(few)) == ["a.png: It is blank.", "c.png: It is blank."]
    many = [Photo(f"{number}.png", "It is blank.") for number in range(NOTED_PHOTOS + 1)]
    assert list(photo_notes(many)) == [f"0.png and {NOTED_PHOTOS} more photos: It is blank."]
