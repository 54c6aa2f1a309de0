"""Marks on photos that wait in boxes."""

from __future__ import annotations

import numpy as np

from pipeline.errors import Why
from pipeline.photos.box_marks import Kind, Mark, Seen, marks, usable
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
