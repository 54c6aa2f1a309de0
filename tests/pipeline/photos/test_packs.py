"""Where photos lie: packs that are shared, joined and cut; damage that is noticed; old sets."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError
from pipeline.photos import manifest, packs, writing
from pipeline.photos.class_edits import RenameClass
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.decoding.measures import MEASURES_BYTES
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.packs import Fresh
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.photos.photo_set import PhotoSet

SIZE = 1000  # bytes of each made-up photo


def jpeg(number: int) -> bytes:
    return number.to_bytes(4, "big") * (SIZE // 4)


def photo(number: int) -> Photo:
    return Photo(
        name=f"{number:04}.jpg",
        split="training",
        sha256=hashlib.sha256(jpeg(number)).hexdigest(),
        width=4,
        height=4,
        note=None,
        origin=None,
        class_index=number % 2,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "sets"


@pytest.fixture(autouse=True)
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten photos fill a pack; what is below three is joined with what is new."""
    monkeypatch.setattr(packs, "PACK_BYTES", 10 * SIZE)
    monkeypatch.setattr(packs, "_SMALL_BYTES", 3 * SIZE)


def made(
    home: Path, numbers: range, base: PhotoSet | None = None, measured: bool = False
) -> PhotoSet:
    """A set of these photos, and of those of `base`; measures tell a photo's number."""
    new = [photo(number) for number in numbers]
    content = Manifest.ordered(("a", "b"), [*(base.photos if base else ()), *new], 0)
    fresh = {
        one.sha256: Fresh(SIZE, lambda n=n: jpeg(n)) for n, one in zip(numbers, new, strict=True)
    }
    looks = writing.looks_of(base) if base else {}
    for number, one in zip(numbers, new, strict=True):
        measures = bytes([number]) * MEASURES_BYTES if measured else b""
        looks[one.sha256] = bytes(FINGERPRINT_BYTES) + measures
    return writing.write(content, looks, fresh, base, home)


def inodes(photo_set: PhotoSet) -> dict[int, int]:
    """Number of photos in each file, by the file as the disk knows it."""
    found: dict[int, int] = {}
    for place in photo_set.packs.places:
        inode = (photo_set.folder / place.pack).stat().st_ino
        found[inode] = found.get(inode, 0) + 1
    return found


def test_photos_fill_packs(home: Path) -> None:
    photo_set = made(home, range(25))
    assert sorted(inodes(photo_set).values()) == [5, 10, 10]
    assert [photo_set.jpeg(n) for n in range(25)] == [jpeg(n) for n in range(25)]
    assert photo_set.check() == []


def test_a_change_of_labels_copies_nothing(home: Path) -> None:
    before = made(home, range(25))
    content = RenameClass("a", "c").apply(before.content)
    after = writing.write(content, writing.looks_of(before), {}, before, home)
    assert inodes(after) == inodes(before)
    assert after.check() == []
    assert after.fingerprints() is not None
    assert after.measures() is None, "nobody knows them of these photos"


def test_measures_go_along_where_all_photos_have_them(home: Path) -> None:
    before = made(home, range(6), measured=True)
    measures = before.measures()
    assert measures is not None
    assert measures.tolist() == [[number] * MEASURES_BYTES for number in range(6)]
    content = RemovePhotos((3,)).apply(before.content)
    after = writing.write(content, writing.looks_of(before), {}, before, home)
    left = after.measures()
    assert left is not None
    assert left[:, 0].tolist() == [0, 1, 2, 4, 5]
    mixed = made(home, range(6, 7), before)  # without measures
    assert mixed.fingerprints() is not None
    assert mixed.measures() is None


def test_taking_one_photo_out_copies_its_pack_alone_and_keeps_nothing_of_it(home: Path) -> None:
    before = made(home, range(25))
    content = RemovePhotos((3,)).apply(before.content)
    after = writing.write(content, writing.looks_of(before), {}, before, home)
    shared = inodes(before).keys() & inodes(after).keys()
    assert len(shared) == 2
    assert not any(jpeg(3) in path.read_bytes() for path in after.folder.glob("*.pack"))
    assert after.check() == []


def test_one_by_one_the_packs_stay_few(home: Path) -> None:
    photo_set = made(home, range(5))
    for number in range(5, 30):
        photo_set = made(home, range(number, number + 1), photo_set)
    assert len(photo_set.photos) == 30
    assert len(inodes(photo_set)) <= 12
    assert photo_set.check() == []


def test_the_same_content_is_the_same_set_however_it_came_to_be(home: Path, tmp_path: Path) -> None:
    at_once = made(tmp_path / "other", range(12))
    in_two = made(home, range(7, 12), made(home, range(7)))
    assert at_once.id == in_two.id


def test_where_the_disk_cannot_link_it_copies(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made(home, range(12))

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    content = RenameClass("a", "c").apply(before.content)
    after = writing.write(content, {}, {}, before, home)
    assert not inodes(after).keys() & inodes(before).keys()
    assert after.check() == []
    assert after.fingerprints() is None, "of all photos or of none"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["packs"][0].update(name="../manifest.json"),
        lambda content: content["packs"][0].update(name="x.pack"),
        lambda content: content["places"].pop(),
        lambda content: content["places"][0].__setitem__(0, 7),
        lambda content: content["places"][0].__setitem__(1, -1),
        lambda content: content["places"][0].__setitem__(2, "long"),
        lambda content: content.pop("packs"),
    ],
)
def test_a_damaged_list_is_noticed(home: Path, change) -> None:
    photo_set = made(home, range(12))
    path = photo_set.folder / packs.LIST_NAME
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(PhotoSetError):
        PhotoSet.open(photo_set.folder)


def old_set(home: Path) -> PhotoSet:
    """A set as the first version of PawTune wrote it."""
    photos = []
    for number in range(6):
        one = photo(number)
        photos.append(
            {
                "name": one.name,
                "split": one.split,
                "sha256": one.sha256,
                "offset": number * SIZE,
                "length": SIZE,
                "width": 4,
                "height": 4,
                "note": None,
                "class": one.class_index,
            }
        )
    data = json.dumps(
        {
            "format": "PawTune photo set",
            "version": 1,
            "seed": 0,
            "classes": ["a", "b"],
            "photos": photos,
        }
    ).encode()
    folder = home / manifest.manifest_id(data)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes(data)
    (folder / "photos.pack").write_bytes(b"".join(map(jpeg, range(6))))
    return PhotoSet.open(folder)


def test_an_old_set_is_read_changed_and_added_to(home: Path) -> None:
    old = old_set(home)
    assert old.check() == []
    assert old.fingerprints() is None
    content = RenameClass("a", "c").apply(old.content)
    changed = writing.write(content, writing.looks_of(old), {}, old, home)
    assert changed.check() == []
    assert [changed.jpeg(n) for n in range(6)] == [jpeg(n) for n in range(6)]
    more = made(home, range(6, 9), old)
    assert len(more.photos) == 9
    assert more.check() == []
