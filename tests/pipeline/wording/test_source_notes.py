"""Sentences about a folder or zip as a whole."""

from __future__ import annotations

from pipeline.photos.sources.leftovers import System
from pipeline.wording import source_notes


def test_names_that_could_be_read_in_another_way():
    ways = [
        ("cp852", "Central European (DOS)", ("kočky", "růže")),
        ("cp437", "Western European (DOS)", ("koƒky", "r…že")),
        ("cp866", "Cyrillic (DOS)", ("koЯky",)),
    ]
    assert source_notes.unsure_names(ways) == (
        "Nothing says in which code page these names are written. They were read as Central "
        "European (DOS): kočky and růže. If that looks wrong, import it again with another code "
        "page: cp437 reads koƒky and r…že and cp866 reads koЯky."
    )


def test_every_system_has_its_words():
    for system in System:
        assert source_notes.left_out("x", 1, system).startswith("1 file was left out, in x: ")
    assert source_notes.left_out("@eaDir", 12, "nas_thumbnails") == (
        "12 files were left out, in @eaDir: thumbnails of a NAS."
    )
    assert source_notes.left_out("@eaDir", 10_000, "nas_thumbnails", more=True).startswith(
        "More than 10,000 files were left out"
    )


def test_photos_that_came_for_one_split_and_serve_another_are_told():
    tutorial = {
        ("training", "training"): 1998,
        ("validation", "validation"): 800,
        ("validation", "test"): 200,
    }
    assert source_notes.divided(tutorial) == [
        "200 of the 1,000 validation photos became test photos, as none came for that."
    ]
    shared = {
        ("training", "training"): 90,
        ("training", "test"): 10,
        ("test", "test"): 2,
        ("validation", "validation"): 10,
    }
    assert source_notes.divided(shared) == [
        "10 of the 100 training photos became test photos, as too few came for that."
    ]
    assert source_notes.divided({("training", "training"): 5, ("test", "test"): 5}) == []
    assert source_notes.divided({}) == source_notes.divided({("validation", "training"): 9}) == []
