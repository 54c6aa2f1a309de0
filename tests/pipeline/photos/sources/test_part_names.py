"""What a folder's name tells of the parts of the data."""

from __future__ import annotations

import pytest

from pipeline.photos.sources import part_names
from pipeline.photos.sources.part_names import Part


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("training_set2", ["training", "set"]),
        ("TestImages (1)", ["test", "images"]),
        ("Entraînement", ["entrainement"]),
        ("2017", []),
        ("学習 データ", ["学習", part_names.words_of("データ")[0]]),
    ],
)
def test_words(name: str, words: list[str]) -> None:
    assert part_names.words_of(name) == words


def told(*names: str) -> dict[str, tuple[str, str]]:
    return {name: (one.part, one.class_name) for name, one in part_names.tell(names).items()}


def test_one_rest_is_the_sets_name_and_several_are_classes() -> None:
    assert told("seg_train", "seg_test", "misc") == {
        "seg_train": ("training", ""),
        "seg_test": ("test", ""),
    }
    assert told("train_cat", "train_dog", "test_cat") == {
        "train_cat": ("training", "cat"),
        "train_dog": ("training", "dog"),
        "test_cat": ("test", "cat"),
    }
    assert told("steam train", "test tube", "bus") == {}
    assert told("a_train_b", "a_test_b")["a_train_b"] == ("training", "")


def test_numbers_behind_a_part_are_no_class() -> None:
    assert told("coco_train2017", "coco_val2017") == {
        "coco_train2017": ("training", ""),
        "coco_val2017": ("validation", ""),
    }


def test_two_parts_in_one_name_tell_nothing_but_for_trainval() -> None:
    assert told("trainval", "train_val", "traintest") == {
        "trainval": ("training", ""),
        "train_val": ("training", ""),
    }


@pytest.mark.parametrize(
    ("name", "is_certain"),
    [("train", False), ("valid", False), ("train2017", True), ("test set", True), ("pred", True)],
)
def test_a_word_alone_could_be_a_class(name: str, is_certain: bool) -> None:
    assert part_names.tell([name])[name].certain is is_certain


@pytest.mark.parametrize("name", ["images", "My photos", "dataset", "JPEGImages", "Bilder"])
def test_fillers(name: str) -> None:
    assert part_names.is_filler(name)


@pytest.mark.parametrize("name", ["cats", "my cats", "", "2017", "train", "imagenet", "valley"])
def test_no_fillers(name: str) -> None:
    assert not part_names.is_filler(name)


def test_pieces_and_masks() -> None:
    assert part_names.is_chunk("images_001")
    assert not part_names.is_chunk("images")
    assert not part_names.is_chunk("class1")
    assert part_names.is_for_masks("Segmentation masks")
    assert not part_names.is_for_masks("no_mask")


def test_other_words_that_begin_alike_tell_nothing() -> None:
    names = ["trainer", "valley", "testament", "device", "invalid", "contest", "evaluator"]
    assert part_names.tell(names) == {}


def test_unlabelled_and_to_try() -> None:
    assert told("unlabeled", "predictions") == {
        "unlabeled": (Part.UNLABELLED, ""),
        "predictions": (Part.TO_TRY, ""),
    }
