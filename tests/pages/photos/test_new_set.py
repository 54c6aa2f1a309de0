"""The set that somebody is putting together."""

from __future__ import annotations

from pages.ui.photos.new_set import NewSet


def test_what_changes_nothing_is_no_step_to_take_back() -> None:
    made = NewSet()
    made.change(lambda boxes: boxes.without(["nothing"]))
    assert made.earlier == []
    made.change(lambda boxes: boxes.with_box())
    made.undo()
    assert (len(made.boxes.boxes), made.earlier) == (2, [])


def test_a_second_press_on_undo_comes_too_late_to_take_anything_back() -> None:
    made = NewSet()
    made.change(lambda boxes: boxes.with_box())
    made.undo()
    made.undo()
    assert len(made.boxes.boxes) == 2


def test_as_many_steps_are_kept_as_one_takes_back() -> None:
    made = NewSet()
    for _ in range(80):
        made.change(lambda boxes: boxes.with_box())
    assert len(made.earlier) == 50
