"""What somebody may ask for: a path, or one of the ready sets."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.photos.sources import open_source
from pipeline.photos.sources.opened import READY_SETS
from pipeline.progress import silent
from tests.file_sets import TWO, make_folder, make_zip
from tests.inputs import zips
from tests.inputs.zips import Entry


class TestOpenSource:
    @pytest.fixture
    def opening(self, tmp_path: Path):
        return lambda source: open_source(source, tmp_path / "downloads", silent)

    def test_a_folder_and_a_zip(self, opening, tmp_path: Path):
        folder = make_folder(tmp_path / "pets", TWO)
        archive = make_zip(tmp_path / "cats and dogs.zip", TWO)
        for source, title in [
            (str(folder), "pets"),
            (f' "{folder}" ', "pets"),
            (str(archive), "cats and dogs"),
        ]:
            with opening(source) as opened:
                assert (opened.title, opened.total) == (title, 2)
                assert len([item.read() for item in opened.photos]) == 2

    def test_a_zip_of_any_name(self, opening, tmp_path: Path):
        with opening(str(make_zip(tmp_path / "upload.bin", TWO))) as opened:
            assert opened.total == 2

    def test_a_path_in_the_home_folder(self, opening, tmp_path: Path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        make_folder(tmp_path / "pets", TWO)
        with opening("~/pets") as opened:
            assert opened.total == 2

    @pytest.mark.parametrize(
        ("source", "sentence"),
        [
            ("", "There is no folder or zip file"),
            ("/no/such/folder", "There is no folder or zip file at '/no/such/folder'. Check"),
            ("a\0b", "There is no folder or zip file"),
            ("x" * 5000, "cannot be opened"),
            ("drawn:horses", "There is no such ready set. There are drawn:pets, "),
            ("tutorial:horses", "and every other set of TensorFlow Datasets by its name"),
            ("https://example.com/pets.zip", "Download the photos in a browser"),
        ],
    )
    def test_what_cannot_be_opened(self, opening, source: str, sentence: str):
        with pytest.raises(SourceError) as error, opening(source):
            pass
        assert sentence in str(error.value)

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices")
    def test_a_device_is_not_read(self, opening):
        with pytest.raises(SourceError, match="is not a file"), opening("/dev/zero"):
            pass

    def test_drawn_pets(self, opening):
        with opening("drawn:pets") as opened:
            photos = list(opened.photos)
        assert len(photos) == opened.total
        assert {photo.class_name for photo in photos} == {"Cat", "Dog"}
        assert Counter(photo.split for photo in photos) == {
            "training": 480,
            "validation": 160,
            "test": 160,
        }

    def test_the_words_of_the_ready_sets(self):
        assert [ready.title for ready in READY_SETS] == [
            "Drawn pets",
            "Cats and dogs, tutorial set",
            "Cats vs Dogs, full set",
            "Oxford pets",
            "Bean leaves",
            "Flowers",
            "Stanford dogs",
        ]
        for ready in READY_SETS:
            assert ready.description.endswith(".")
            assert ready.photos
            assert ready.licence or ready.homepage.startswith("http")
            assert (ready.download_bytes == 0) == (ready.source == "drawn:pets")

    def test_the_list_of_ready_sets_loads_nothing_heavy(self):
        check = (
            "import sys, pipeline.photos.sources\n"
            "heavy = {'tensorflow', 'tensorflow_datasets', 'keras', 'requests', 'streamlit'}\n"
            "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
        )
        subprocess.run([sys.executable, "-c", check], check=True)


def test_names_that_had_to_be_guessed_are_worth_a_question(tmp_path: Path):
    for word, is_plain in (("psi", True), ("kočky", False)):
        names = [f"{folder}/1.jpg".encode("cp852") for folder in (word, "dogs")]
        path = zips.write(tmp_path / "pets.zip", *(Entry(name, b"x") for name in names))
        with open_source(str(path), tmp_path, silent) as opened:
            assert opened.is_plain == is_plain
            assert ("code_pages" in opened.understood()) == (not is_plain)
        with open_source(str(path), tmp_path, silent, code_page="cp852") as opened:
            assert opened.is_plain
            assert word in {one.class_name for one in opened.photos}
