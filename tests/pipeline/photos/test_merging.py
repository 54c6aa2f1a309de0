"""Labels and splits of photos that come, beside those that are there."""

from __future__ import annotations

from pathlib import Path

from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.merging import Joining
from pipeline.photos.splits import SPLITS
from pipeline.progress import silent
from tests.pipeline.photos.conftest import PHOTOS, imported, incoming, two_classes


def test_given_splits_are_kept(home: Path, decoder: Decoder) -> None:
    photos = [incoming(f"{n}", f"class {n % 2}", PHOTOS[n], SPLITS[n // 2 % 3]) for n in range(24)]
    for photo in imported(photos, home, decoder).photo_set.photos:
        assert photo.split == SPLITS[int(photo.name) // 2 % 3]


def test_the_same_picture_in_two_classes_is_kept_in_both_on_one_side(
    home: Path, decoder: Decoder
) -> None:
    photos = [*two_classes(), incoming("dogs/odd.jpg", "dogs", PHOTOS[0])]
    found = imported(photos, home, decoder).photo_set.photos
    twins = [photo for photo in found if photo.name in ("cats/0.jpg", "dogs/odd.jpg")]
    assert len(twins) == 2
    assert len({photo.split for photo in twins}) == 1


def test_photos_of_which_nothing_says_what_they_show_wait_or_take_the_label(
    home: Path, decoder: Decoder
) -> None:
    photos = [*two_classes(), incoming("flat.jpg", " ", PHOTOS[39]), incoming("x", "", b"hello")]
    waiting = imported(photos, home, decoder)
    assert waiting.photo_set.classes == ("cats", "dogs", "unlabelled")
    assert [error.name for error in waiting.rejected] == ["x"]
    labelled = import_photos(iter(photos), home, decoder, silent, Joining(label="Birds")).photo_set
    assert labelled.classes == ("Birds", "cats", "dogs")
    assert [p.name for p in labelled.photos if p.class_index == 0] == ["flat.jpg"]
