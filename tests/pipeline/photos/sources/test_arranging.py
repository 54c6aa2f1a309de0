"""Where a file lies decides its class and its split: the same in folders and in zips."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.photos.sources.arranging import arrange
from tests.file_sets import PHOTO, SMALL, TWO, found, items_of, make_folder, make_zip, rejected
from tests.growth_of_work import times_as_long


@pytest.fixture(params=["folder", "zip"])
def make(request: pytest.FixtureRequest, tmp_path: Path):
    """Makes the same files as a folder and as a zip: both must be understood alike."""

    def build(files: Mapping[str, bytes]) -> Path:
        if request.param == "folder":
            return make_folder(tmp_path / "set", files)
        return make_zip(tmp_path / "set.zip", files)

    return build


class TestLayout:
    def test_class_folders(self, make):
        assert found(make(TWO)) == {"cats/1.jpg": (None, "cats"), "dogs/1.jpg": (None, "dogs")}

    def test_one_extra_folder_around_them(self, make):
        source = make({f"pets/{name}": data for name, data in TWO.items()})
        assert found(source) == {
            "pets/cats/1.jpg": (None, "cats"),
            "pets/dogs/1.jpg": (None, "dogs"),
        }

    def test_the_extra_folder_may_be_there_twice_and_hold_a_readme(self, make):
        source = make({"p/p/cats/1.jpg": PHOTO, "p/p/dogs/1.jpg": PHOTO, "p/readme.txt": b"hello"})
        assert set(found(source).values()) == {(None, "cats"), (None, "dogs"), (None, "")}
        assert found(source)["p/readme.txt"] == (None, ""), "the decoder says what it is"

    @pytest.mark.parametrize(
        ("train", "validation", "test"),
        [
            ("train", "validation", "test"),
            ("Training", "Val", "Testing"),
            ("TRAIN", "valid", "Test"),
        ],
    )
    @pytest.mark.parametrize("root", ["", "set/"])
    def test_split_folders(self, make, root: str, train: str, validation: str, test: str):
        names = [f"{root}{split}/cats/1.jpg" for split in (train, validation, test)]
        splits = found(make(dict.fromkeys(names, PHOTO)))
        assert [splits[name] for name in names] == [
            ("training", "cats"),
            ("validation", "cats"),
            ("test", "cats"),
        ]

    def test_deeper_folders_belong_to_their_class(self, make):
        source = make({"cats/persian/old/1.jpg": PHOTO, "cats/2.jpg": PHOTO, "dogs/3.jpg": PHOTO})
        assert {name: place[1] for name, place in found(source).items()} == {
            "cats/2.jpg": "cats",
            "cats/persian/old/1.jpg": "cats",
            "dogs/3.jpg": "dogs",
        }

    @pytest.mark.parametrize("root", ["", "pets/"])
    def test_photos_beside_the_class_folders_wait_for_a_label(self, make, root: str):
        source = make({f"{root}{name}": PHOTO for name in [*TWO, "loose.jpg"]})
        assert len(found(source)) == 3
        assert found(source)[f"{root}loose.jpg"] == (None, "")

    def test_photos_outside_the_split_folders_wait_for_a_label(self, make):
        names = ["train/cats/1.jpg", "train/dogs/1.jpg", "extra/cats/1.jpg", "train/loose.jpg"]
        source = make(dict.fromkeys(names, PHOTO))
        waiting = [name for name, (_, class_name) in found(source).items() if not class_name]
        assert sorted(waiting) == ["extra/cats/1.jpg", "train/loose.jpg"]

    def test_a_vehicle_called_train_is_a_class(self, make):
        source = make({"train/1.jpg": PHOTO, "bus/1.jpg": PHOTO})
        assert set(found(source).values()) == {(None, "train"), (None, "bus")}

    def test_one_folder_with_photos_of_its_own_is_one_class(self, make):
        source = make({"cats/1.jpg": PHOTO, "cats/young/2.jpg": PHOTO})
        assert set(found(source).values()) == {(None, "cats")}

    def test_a_train_folder_alone_is_a_split(self, make):
        source = make({"set/train/cats/1.jpg": PHOTO, "set/train/dogs/1.jpg": PHOTO})
        assert set(found(source).values()) == {("training", "cats"), ("training", "dogs")}

    def test_a_set_called_test_is_no_test_set(self, make):
        source = make({"test/cats/1.jpg": PHOTO, "test/dogs/1.jpg": PHOTO})
        assert set(found(source).values()) == {(None, "cats"), (None, "dogs")}

    def test_validation_and_test_without_training_are_divided_anew(self, make):
        source = make({"val/cats/1.jpg": PHOTO, "test/cats/1.jpg": PHOTO})
        assert set(found(source).values()) == {(None, "cats")}

    @pytest.mark.parametrize(
        "clutter",
        [
            "__MACOSX/cats/._1.jpg",
            "cats/._1.jpg",
            "cats/.DS_Store",
            "Thumbs.db",
            "cats/THUMBS.DB",
            "cats/desktop.ini",
            ".git/config",
        ],
    )
    def test_clutter_is_not_counted(self, make, clutter: str):
        items = items_of(make({**TWO, clutter: b"\x00"}))
        assert [item.name for item in items] == ["cats/1.jpg", "dogs/1.jpg"]

    def test_files_that_are_no_photos_are_counted(self, make):
        source = make({**TWO, "vectorize.py": b"import os", "cats/notes.txt": b"hello"})
        assert len(items_of(source)) == 4
        assert "cats/notes.txt" in found(source)  # the decoder says what it is

    def test_without_class_folders_all_wait_for_a_label(self, make):
        source = make(dict.fromkeys(["1.jpg", "2.jpg"], PHOTO))
        assert found(source) == {"1.jpg": (None, ""), "2.jpg": (None, "")}

    def test_natural_order(self, make):
        names = ["dogs/1.jpg", "cats/10.jpg", "cats/2.jpg", "Birds/1.jpg", "cats/1 (2).jpg"]
        order = [item.name for item in items_of(make(dict.fromkeys(names, PHOTO)))]
        assert order == ["Birds/1.jpg", "cats/1 (2).jpg", "cats/2.jpg", "cats/10.jpg", "dogs/1.jpg"]

    def test_too_many_classes(self, make):
        source = make({f"class {number}/1.jpg": PHOTO for number in range(6)})
        with pytest.raises(SourceError, match="has 6 class folders, and 5 are the most"):
            items_of(source, SMALL)

    def test_ten_thousand_classes_are_refused_at_once(self):
        def refuse(classes: int) -> None:
            files = [(str(number), "1.jpg") for number in range(classes)]
            with pytest.raises(SourceError, match=f"{classes:,} class folders, and 1,000 are"):
                arrange(files, "It")

        assert times_as_long(refuse, 1_250, 10_000) < 8 * 4

    def test_a_class_name_of_a_novel_length(self, make):
        source = make({**TWO, f"{'x' * 65}/1.jpg": PHOTO, f"{'y' * 64}/1.jpg": PHOTO})
        assert "longer than 64 characters" in rejected(source)[f"{'x' * 65}/1.jpg"]
        assert f"{'y' * 64}/1.jpg" in found(source)

    @pytest.mark.parametrize(
        "name", ["猫", "قط", "🐱", "Кошка", "chat é", unicodedata.normalize("NFD", "é")]
    )
    def test_class_names_of_all_languages(self, make, name: str):
        assert (None, name) in found(make({**TWO, f"{name}/1.jpg": PHOTO})).values()


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1)


@given(st.lists(st.lists(names, min_size=1, max_size=5).map(tuple), min_size=1, max_size=30))
def test_every_file_gets_a_class_or_a_reason_or_waits(files: list[tuple[str, ...]]):
    try:
        places = arrange(files, "It").places
    except SourceError:
        return
    assert len(places) == len(files)
    for parts, place in zip(files, places, strict=True):
        assert not (place.class_name and place.why)
        assert not place.class_name or place.class_name in parts[:-1]
