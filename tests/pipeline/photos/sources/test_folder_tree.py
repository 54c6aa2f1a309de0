"""What folders that lie side by side have in common."""

from __future__ import annotations

from pipeline.photos.sources.folder_tree import (
    Folder,
    are_chunks,
    are_copies,
    are_parts,
    classes_in,
    copies,
    is_aside,
    masks,
    training_beside_tests,
    tree,
)


def folders(*paths: str) -> Folder:
    return tree((*one.split("/"), "1.jpg") for one in paths)


def test_tree_counts_the_photos_right_in_a_folder() -> None:
    root = tree([("a", "1.jpg"), ("a", "b", "2.jpg"), ("3.jpg",)])
    assert (root.photos, root.inside["a"].photos, root.inside["a"].inside["b"].photos) == (1, 1, 1)


def test_one_part_is_enough_where_the_others_hold_the_same() -> None:
    assert are_parts(folders("train/cats", "extra/cats"))
    assert not are_parts(folders("train/red", "bus"))
    assert are_parts(folders("train", "test", "bus"))


def test_a_set_beside_its_test() -> None:
    assert training_beside_tests(folders("pets/cats", "pets/dogs", "pets-test/cats")) == "pets"
    assert training_beside_tests(folders("pets/cats", "pets/dogs", "train")) == ""
    assert training_beside_tests(folders("invalid/a", "invalid/b", "valid")) == ""
    assert training_beside_tests(folders("cats", "test")) == ""


def test_the_same_once_more() -> None:
    assert copies(folders("cats", "dogs", "all/cats", "all/dogs")) == {"all"}
    assert copies(folders("cats", "dogs", "owls/young")) == set()
    assert are_copies(folders("data/pets/cats", "data/pets/dogs", "pets/cats", "pets/dogs"))
    assert not are_copies(folders("indoors/cats", "indoors/dogs", "outdoors/cats", "outdoors/dogs"))


def test_pieces_and_masks() -> None:
    assert are_chunks(folders("part1", "part2"))
    assert are_chunks(folders("images/cats", "photos/cats"))
    assert not are_chunks(folders("images", "photos"))
    assert masks(folders("images", "masks")) == {"masks"}
    assert masks(folders("objects/ant", "objects/bee", "Annotations/ant")) == {"Annotations"}
    assert masks(folders("mask", "face")) == set()
    assert is_aside("images")
    assert is_aside("masks")
    assert not is_aside("cats")


def test_classes_below_extra_folders() -> None:
    assert classes_in(folders("train/images/cats", "train/images/dogs"), "x") == {"cats", "dogs"}
    assert classes_in(folders("/".join(["images"] * 500)), "x") == set()
