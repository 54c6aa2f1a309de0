"""What folders tell; layouts as people have them: tests/inputs/test_field_layouts.py."""

from __future__ import annotations

from pipeline.photos.sources.folder_meaning import FolderMeanings, Role
from pipeline.photos.sources.folder_tree import tree


def meanings(*folders: str, expected: Role | None = None) -> FolderMeanings:
    return FolderMeanings(tree((*one.split("/"), "1.jpg") for one in folders), expected)


def test_a_folder_without_photos_beside_classes_is_one_unless_it_is_aside() -> None:
    found = meanings("cats", "dogs")
    assert found["empty",].class_name == "empty"
    assert found["annotations",].role is Role.UNKNOWN
    assert found["cats", "old"].role is Role.UNKNOWN, "its class says what it shows"


def test_parts_and_what_could_be_one() -> None:
    found = meanings("train/cats", "train/dogs", "test/cats")
    assert found.has_parts
    assert (found["test",].role, found["test",].split) == (Role.PART, "test")
    assert meanings("train", "bus").could_be_parts == ["train"]
    assert not meanings("train", "bus").has_parts


def test_what_is_expected_is_found() -> None:
    names = ("train/cats", "test/cats", "extra/cats")
    classes = meanings(*names, expected=Role.CLASS)
    assert {classes[name,].class_name for name in ("train", "test", "extra")} == {
        "train",
        "test",
        "extra",
    }
    parts = meanings("a/cats", "b/cats", "a/dogs", expected=Role.PART)
    assert parts["a",].role is Role.OUTER
    assert parts["a", "dogs"].class_name == "dogs"


def test_folders_without_end_are_classes_at_some_depth() -> None:
    deep = "/".join(["set"] * 500)
    assert meanings(deep)["set",].role is Role.OUTER
