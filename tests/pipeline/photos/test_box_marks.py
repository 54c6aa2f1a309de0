"""Marks on photos that wait in boxes."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import Why
from pipeline.photos import near_duplicates
from pipeline.photos.box_marks import Kind, Mark, Near, Seen, marks, usable
from pipeline.photos.class_boxes import ClassBoxes


def seen(scene: int, sha256: str, brighter: int = 0) -> Seen:
    """How a photo of a scene looks; the same scene in other light is nearly the same."""
    random = np.random.default_rng(scene)
    grid = np.kron(random.integers(20, 200, (4, 4)), np.ones((4, 4), int)) + brighter
    return Seen(sha256, grid.astype(np.uint8).tobytes())


LOOKS = {
    "one": seen(1, "aa"),
    "again": seen(1, "aa"),
    "lighter": seen(1, "bb", brighter=9),
    "two": seen(2, "cc"),
    "astray": seen(2, "cc"),
    "text": Why("It is a text.", "Leave it out."),
}


def test_each_mark_says_what_it_means() -> None:
    boxes = ClassBoxes().put(["one", "again", "lighter", "two", "text", "later"], 1)
    boxes = boxes.put(["astray"], 2)
    found = marks(boxes, LOOKS)
    assert found == {
        "again": Mark(Kind.TWIN, "one"),
        "lighter": Mark(Kind.NEAR, "one"),
        "text": Mark(Kind.REJECTED),
        "astray": Mark(Kind.ELSEWHERE, "two"),
    }
    assert usable(boxes, LOOKS, found) == {"one", "lighter", "two", "astray"}


def test_photos_that_differ_have_no_mark() -> None:
    assert marks(ClassBoxes().put(["one"], 1).put(["two"], 2), LOOKS) == {}
    assert marks(ClassBoxes(), {}) == {}


def test_a_mark_goes_with_the_photo_that_it_speaks_of() -> None:
    boxes = ClassBoxes().put(["one", "again"], 1)
    assert marks(boxes.without(["one"]), LOOKS) == {}


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Among how many photos it was looked for those that are nearly the same, time by time."""
    counts: list[int] = []
    groups = near_duplicates.groups

    def counted(prints: np.ndarray) -> np.ndarray:
        counts.append(len(prints))
        return groups(prints)

    monkeypatch.setattr(near_duplicates, "groups", counted)
    return counts


def test_two_thousand_photos_are_compared_some_times_while_they_are_looked_at(
    compared: list[int],
) -> None:
    """The page is drawn anew every 16 photos: 125 times."""
    keys = [str(number) for number in range(2_000)]
    every = {key: seen(place // 4, key, brighter=place % 4) for place, key in enumerate(keys)}
    boxes, near = ClassBoxes().put(keys, 1), Near()
    for done in range(16, 2_001, 16):
        looks = {key: every[key] for key in keys[:done]}
        found = marks(boxes, looks, near)
        assert len(found) > 0.5 * done
    assert len(compared) < 30
    assert sum(compared) < 12 * 2_000
    assert found == marks(boxes, every)
    assert len(found) == 1_500


def test_what_was_found_holds_until_the_photos_are_others(compared: list[int]) -> None:
    boxes, near = ClassBoxes().put(["one", "lighter", "two"], 1), Near()
    first = marks(boxes, LOOKS, near)
    assert marks(boxes.named(1, "cat"), LOOKS, near) == first == {"lighter": Mark(Kind.NEAR, "one")}
    assert compared == [3]
    assert marks(boxes.without(["one"]), LOOKS, near) == {}
    assert marks(boxes.put(["later"], 2).without(["two"]), LOOKS, near) == first
    assert compared == [3, 2, 2]
