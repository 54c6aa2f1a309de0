"""A set on disk: what it says, and damage that is noticed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PhotoSetError
from pipeline.files.atomic import UNRECORDED
from pipeline.photos.decoding import decode
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from tests.pipeline.photos.conftest import PHOTOS, kept_in, pack_of

# === A set ===


def test_what_a_set_says(photo_set: PhotoSet) -> None:
    assert photo_set.classes == ("cats", "dogs")
    assert len(photo_set.photos) == 20
    assert photo_set.counts() == {
        "training": {"cats": 8, "dogs": 8},
        "validation": {"cats": 1, "dogs": 1},
        "test": {"cats": 1, "dogs": 1},
    }
    labels = photo_set.labels()
    assert labels.dtype == np.int64
    for photo, label in zip(photo_set.photos, labels, strict=True):
        assert photo.name.startswith(photo_set.classes[label])
    together = np.concatenate([photo_set.indices(split) for split in SPLITS])
    assert sorted(together.tolist()) == list(range(20))


def test_what_chance_hangs_on_is_the_photo_alone(photo_set: PhotoSet) -> None:
    keys = photo_set.keys()
    assert len(set(keys.tolist())) == 20
    moved = MovePhotos((0, 3), "dogs").apply(photo_set.content)
    left = RemovePhotos((1,)).apply(moved)
    changed = replace(photo_set, content=left)
    ours = dict(zip((photo.sha256 for photo in photo_set.photos), keys.tolist(), strict=True))
    assert changed.keys().tolist() == [ours[photo.sha256] for photo in changed.photos]
    assert [changed.key(index) for index in range(19)] == changed.keys().tolist()


def test_what_is_kept_is_what_the_decoder_made(photo_set: PhotoSet) -> None:
    for index, photo in enumerate(photo_set.photos):
        number = int(photo.name.removesuffix(".jpg").split("/")[1])
        expected = decode.canonical(PHOTOS[number + 20 * photo.class_index])
        assert photo_set.jpeg(index) == expected.jpeg
        assert (photo.width, photo.height) == (expected.width, expected.height)
        assert photo.origin == expected.origin
        assert photo_set.fingerprints()[index].tobytes() == expected.fingerprint
        assert photo_set.measures()[index].tobytes() == expected.measures


def test_the_id_is_the_hash_of_the_manifest(photo_set: PhotoSet) -> None:
    data = (photo_set.folder / "manifest.json").read_bytes()
    assert photo_set.id == photo_set.folder.name == hashlib.sha256(data).hexdigest()[:16]
    names = {entry.name for entry in photo_set.folder.iterdir()}
    looks = {"fingerprints.bin", "measures.bin"}
    told = {"manifest.json", "packs.json", *looks, pack_of(photo_set).name}
    assert names == {*told, UNRECORDED}, "the mark goes with its row, see `unrecorded`"
    assert PhotoSet.open(photo_set.folder) == photo_set


# === Damage ===


def test_a_missing_set(home: Path) -> None:
    with pytest.raises(PhotoSetError, match="not there any more"):
        PhotoSet.open(home / "0123456789abcdef")


def test_no_changed_byte_of_the_manifest_goes_unnoticed(photo_set: PhotoSet) -> None:
    path = photo_set.folder / "manifest.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 41):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(PhotoSetError):
            PhotoSet.open(photo_set.folder)
        path.write_bytes(whole[:at])
        with pytest.raises(PhotoSetError):
            PhotoSet.open(photo_set.folder)
    path.write_bytes(whole)
    assert photo_set.check() == []


def test_a_cut_pack_is_noticed_at_once(photo_set: PhotoSet) -> None:
    pack = pack_of(photo_set)
    pack.write_bytes(pack.read_bytes()[:-1])
    with pytest.raises(PhotoSetError, match="incomplete"):
        PhotoSet.open(photo_set.folder)
    assert len(photo_set.check()) == 1


def test_a_changed_photo_is_named(photo_set: PhotoSet, tmp_path: Path) -> None:
    pack = pack_of(photo_set)
    data = bytearray(pack.read_bytes())
    data[photo_set.packs.places[7].offset + 100] ^= 4
    pack.write_bytes(data)
    problems = PhotoSet.open(photo_set.folder).check()
    assert len(problems) == 1
    assert photo_set.photos[7].name in problems[0]
    with pytest.raises(PhotoSetError, match="damaged"):
        photo_set.jpeg(7)
    with pytest.raises(PhotoSetError, match="damaged"):
        photo_set.arrays(96, tmp_path / "cache")
    assert kept_in(tmp_path / "cache") == []


@pytest.mark.parametrize("name", ["fingerprints.bin", "measures.bin"])
def test_changed_looks_are_said_and_those_of_earlier_versions_are_read(
    photo_set: PhotoSet, name: str
) -> None:
    path = photo_set.folder / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-4])  # no checksum yet
    assert photo_set.check() == []
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    (problem,) = photo_set.check()
    assert f"damaged: {name}" in problem
    with pytest.raises(PhotoSetError, match="restore a backup"):
        photo_set.fingerprints() if name == "fingerprints.bin" else photo_set.measures()
