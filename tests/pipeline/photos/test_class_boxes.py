"""Boxes of a photo set in the making: named, filled, merged, emptied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.class_boxes import PILE, ClassBoxes, class_name
from pipeline.settings.limits import LIMITS


def contents(boxes: ClassBoxes) -> dict[str, tuple[str, ...]]:
    """The photos of each box by what it is called, and those of the pile."""
    titles = boxes.titles
    return {titles[box.number]: box.photos for box in boxes.boxes} | {"": boxes.pile}


def test_it_begins_with_two_boxes_without_a_name() -> None:
    assert contents(ClassBoxes()) == {"Class 1": (), "Class 2": (), "": ()}


def test_a_photo_is_in_one_place_alone() -> None:
    boxes = ClassBoxes().put(["a", "b"], 1).put(["c"], PILE).put(["b", "c"], 2)
    assert contents(boxes) == {"Class 1": ("a",), "Class 2": ("b", "c"), "": ()}
    assert boxes.put(["a"], PILE).pile == ("a",)
    assert boxes.without(["b"]).photos == ("a", "c")


def test_two_boxes_that_get_one_name_become_one() -> None:
    boxes = ClassBoxes().named(1, "Mia").named(2, "Rex").put(["a"], 1).put(["b"], 2)
    assert contents(boxes.named(2, " MIA ")) == {"Mia": ("a", "b"), "": ()}
    assert boxes.with_box("rex") is boxes


def test_a_name_that_nobody_gave_is_never_that_of_another_box() -> None:
    boxes = ClassBoxes().named(1, "Class 2")
    assert boxes.titles == {1: "Class 2", 2: "Class 3"}


def test_class_folders_fill_the_boxes_of_their_names() -> None:
    paths = {"a": "pets/Mia/1.jpg", "b": "pets/Rex/1.jpg", "c": "pets/Bello/1.jpg"}
    boxes = ClassBoxes().named(2, "rex").dropped({**paths, "d": "1.jpg"}, PILE)
    assert contents(boxes) == {"Mia": ("a",), "rex": ("b",), "Bello": ("c",), "": ("d",)}


def test_one_folder_names_the_box_on_which_it_is_dropped() -> None:
    boxes = ClassBoxes().dropped({"a": "Mia/1.jpg", "b": "Mia/2.jpg"}, 1)
    assert contents(boxes) == {"Mia": ("a", "b"), "Class 2": (), "": ()}
    named = ClassBoxes().named(1, "My cat").dropped({"a": "Mia/1.jpg"}, 1)
    assert contents(named)["My cat"] == ("a",), "it has a name already"
    both = boxes.dropped({"c": "Mia\\3.jpg"}, 2)
    assert contents(both) == {"Mia": ("a", "b"), "Class 2": ("c",), "": ()}


def test_photos_without_a_folder_go_where_they_are_dropped() -> None:
    assert ClassBoxes().dropped({"a": "1.jpg"}, 2).box(2).photos == ("a",)
    mixed = {"a": "Mia/1.jpg", "b": "Rex/1.jpg", "c": "1.jpg"}
    assert contents(ClassBoxes().dropped(mixed, 2)) == {"Mia": ("a",), "Rex": ("b", "c"), "": ()}


def test_a_folder_that_means_no_label_goes_on_the_pile() -> None:
    assert ClassBoxes().dropped({"a": "Unlabelled/1.jpg"}, PILE).pile == ("a",)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Mia  and\tRex ", "Mia and Rex"),
        ("black/white", "black_white"),
        ("unlabelled", ""),
        ("..", "_"),
        (" ", ""),
        ("Kätzchen 🐈", "Kätzchen 🐈"),
        ("train", "train"),
        ("x" * 200, "x" * LIMITS.class_name_chars),
    ],
)
def test_names_are_such_as_a_folder_can_have(typed: str, name: str) -> None:
    assert class_name(typed) == name


@given(st.text(max_size=80))
def test_a_name_stays_as_it_is_when_it_is_given_again(typed: str) -> None:
    assert class_name(class_name(typed)) == class_name(typed)


def test_only_boxes_with_enough_photos_are_trained_on() -> None:
    photos = [f"{place}" for place in range(LIMITS.photos_per_class)]
    boxes = ClassBoxes().put(photos, 1).put(["x", "y"], 2)
    assert [box.number for box in boxes.trainable({*photos, "x"})] == [1]
    assert boxes.trainable(photos[1:]) == ()
