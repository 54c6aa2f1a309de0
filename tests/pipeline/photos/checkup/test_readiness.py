"""What keeps a set from being trained on, in sentences."""

from __future__ import annotations

import pytest

from pipeline.photos.checkup.readiness import class_sizes, is_unlabelled, missing
from pipeline.photos.class_names import UNLABELLED


def of_sizes(sizes: dict[str, int]) -> tuple[str, ...]:
    """What is missing in a set of these classes, one photo of each kept for validation."""
    kept = {name: min(size, 1) for name, size in sizes.items()}
    learned = {name: size - kept[name] for name, size in sizes.items()}
    return missing({"training": learned, "validation": kept}, list(sizes))


def test_two_classes_of_five_photos_are_enough() -> None:
    assert of_sizes({"cat": 5, "dog": 5}) == ()


@pytest.mark.parametrize(
    ("training", "validation", "said"),
    [
        ({"cat": 5, "dog": 0}, {"cat": 1, "dog": 5}, "No training photos: dog has none."),
        ({"cat": 5, "dog": 5}, {"cat": 0}, "There are no validation photos"),
    ],
)
def test_photos_to_learn_from_and_to_watch_by_are_needed(
    training: dict[str, int], validation: dict[str, int], said: str
) -> None:
    (sentence,) = missing({"training": training, "validation": validation}, ("cat", "dog"))
    assert said in sentence
    assert "Divide the photos anew" in sentence


def test_a_class_without_validation_photos_can_be_trained() -> None:
    splits = {"training": {"cat": 5, "dog": 5}, "validation": {"cat": 1}}
    assert missing(splits, ("cat", "dog")) == ()


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        (
            {"cat": 5, "dog": 5, UNLABELLED: 1},
            "1 photo has no label yet. Say what it shows, or take it out.",
        ),
        ({"cat": 5, "dog": 5, UNLABELLED: 2}, "2 photos have no label yet."),
        ({"cat": 5}, "There is one class, cat, and a network learns"),
        ({}, "There is no class, and a network learns"),
        ({"cat": 4, "dog": 5, "newt": 0}, "at least 5 photos: cat has 4, newt has none. Add"),
    ],
)
def test_what_is_missing_is_one_sentence(sizes: dict[str, int], said: str) -> None:
    (sentence,) = of_sizes(sizes)
    assert said in sentence


def test_photos_without_a_label_are_no_class() -> None:
    assert is_unlabelled(UNLABELLED.upper())
    assert not is_unlabelled("cat")
    assert len(of_sizes({"cat": 9, UNLABELLED: 9})) == 2


def test_of_many_small_classes_eight_are_named() -> None:
    sizes = {"cat": 5, "dog": 5} | {f"class {number}": 1 for number in range(11)}
    (sentence,) = of_sizes(sizes)
    assert sentence.count(" has 1") == 8
    assert "and 3 more classes have too few" in sentence


def test_sizes_are_added_up_over_the_splits() -> None:
    splits = {"training": {"cat": 3, "dog": 1}, "test": {"cat": 2}}
    assert class_sizes(splits, ("cat", "dog", "newt")) == {"cat": 5, "dog": 1, "newt": 0}


def test_an_emptied_waiting_class_of_an_early_version_is_told_as_such() -> None:
    assert of_sizes({"cat": 5, "dog": 5, UNLABELLED: 0}) == (
        "The class unlabelled is empty. Take it out.",
    )
