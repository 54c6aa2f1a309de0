"""What is said of labels becomes one change of the set."""

from __future__ import annotations

from pages.ui.evaluate import label_verdicts


def test_what_is_said_of_a_photo_is_no_name() -> None:
    """A class may be called like one of the two other things to say."""
    classes = ("Label is correct", "Bad photo")
    said = {0: label_verdicts.FINE, 1: label_verdicts.BAD, 2: 0, 3: 1}
    todo = label_verdicts.change(said, classes)
    assert todo.labels == ((2, classes[0]), (3, classes[1]))
    assert todo.removed == (1,)
