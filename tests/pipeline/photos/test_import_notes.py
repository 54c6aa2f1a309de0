"""What an import tells of itself as a whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.merging import Joining
from pipeline.progress import silent
from tests.pipeline.photos.conftest import PHOTOS, imported, incoming, two_classes


def test_spellings_of_a_class_are_joined_and_said_so(home: Path, decoder: Decoder) -> None:
    names = ["Cats", "Cats", "cats ", "CATS"]
    photos = [incoming(f"c{n}", names[n % 4], PHOTOS[n]) for n in range(12)]
    photos += [incoming(f"d{n}", "dogs", PHOTOS[n + 20]) for n in range(5)]
    result = imported(photos, home, decoder)
    assert result.photo_set.classes == ("Cats", "dogs")
    assert Counter(result.photo_set.labels().tolist()) == {0: 12, 1: 5}
    assert result.notes == ("The folders CATS and Cats and cats were taken as one class, Cats.",)


def test_a_class_without_a_usable_photo_is_left_out_and_said_so(
    home: Path, decoder: Decoder
) -> None:
    result = imported([*two_classes(), incoming("b", "Birds", b"hello")], home, decoder)
    assert result.photo_set.classes == ("cats", "dogs")
    assert result.notes == ("None of the files in Birds can be used, so there is no such class.",)


def test_photos_that_serve_another_split_than_they_came_for_are_told(
    home: Path, decoder: Decoder
) -> None:
    """The tutorial's source has training and validation alone."""
    splits = ["training", "training", "training", "validation", "validation"]
    photos = [incoming(f"{n}", f"class {n % 2}", PHOTOS[n], splits[n // 2 % 5]) for n in range(30)]
    result = imported(photos, home, decoder)
    assert Counter(photo.split for photo in result.photo_set.photos)["test"] == 2
    said = "2 of the 12 validation photos became test photos, as none came for that."
    assert result.notes[0] == said
    more = [incoming("another", "class 0", PHOTOS[39], "validation")]
    joining = Joining(base=result.photo_set)
    joined = import_photos(iter(more), home, decoder, silent, joining)
    assert not [note for note in joined.notes if "became" in note], "it follows the set"
