"""Importing into a photo set, and the set on disk."""

from __future__ import annotations

import errno
import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import (
    CacheFull,
    DiskFullError,
    PhotoError,
    PhotoSetError,
    SourceError,
    Stopped,
)
from pipeline.files import cache_folder
from pipeline.files.atomic import STAGING_MARK
from pipeline.files.cache import Cache
from pipeline.photos import manifest
from pipeline.photos.decoding import decode
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, Joining, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.progress import Stage, silent
from tests.workspaces import jpeg

PHOTOS = [jpeg((90, 120, 150), seed, side=24) for seed in range(40)]  # none looks like another


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(processes=1) as pool:
        yield pool


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "photo_sets"


def incoming(name: str, class_name: str, data: bytes, split: str | None = None) -> Incoming:
    return Incoming(name, class_name, split, lambda: data)


def two_classes(each: int = 10) -> list[Incoming | PhotoError]:
    return [
        incoming(f"{name}/{n}.jpg", name, PHOTOS[n + (20 if name == "dogs" else 0)])
        for name in ("cats", "dogs")
        for n in range(each)
    ]


def imported(photos: list[Incoming | PhotoError], home: Path, decoder: Decoder) -> Imported:
    result = import_photos(iter(photos), home, decoder, silent)
    assert len(result.photo_set.photos) + len(result.rejected) == result.received == len(photos)
    return result


def pack_of(photo_set: PhotoSet) -> Path:
    """The only pack of a small set."""
    (pack,) = photo_set.folder.glob("*.pack")
    return pack


@pytest.fixture
def photo_set(home: Path, decoder: Decoder) -> PhotoSet:
    return imported(two_classes(), home, decoder).photo_set


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


def test_what_is_kept_is_what_the_decoder_made(photo_set: PhotoSet) -> None:
    for index, photo in enumerate(photo_set.photos):
        number = int(photo.name.removesuffix(".jpg").split("/")[1])
        expected = decode.canonical(PHOTOS[number + 20 * photo.class_index])
        assert photo_set.jpeg(index) == expected.jpeg
        assert (photo.width, photo.height) == (expected.width, expected.height)
        assert photo.origin == expected.origin
        assert photo_set.fingerprints()[index].tobytes() == expected.fingerprint


def test_the_id_is_the_hash_of_the_manifest(photo_set: PhotoSet) -> None:
    data = (photo_set.folder / "manifest.json").read_bytes()
    assert photo_set.id == photo_set.folder.name == hashlib.sha256(data).hexdigest()[:16]
    names = {entry.name for entry in photo_set.folder.iterdir()}
    assert names == {"manifest.json", "packs.json", "fingerprints.bin", pack_of(photo_set).name}
    assert PhotoSet.open(photo_set.folder) == photo_set


def test_the_same_photos_are_the_same_set_and_nothing_is_written_again(
    photo_set: PhotoSet, home: Path, decoder: Decoder
) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    photos = two_classes()
    random.Random(3).shuffle(photos)  # a source may hand its files out in any order
    assert imported(photos, home, decoder).photo_set == photo_set
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_other_photos_or_another_seed_are_another_set(
    photo_set: PhotoSet, home: Path, decoder: Decoder
) -> None:
    assert imported(two_classes(9), home, decoder).photo_set.id != photo_set.id
    other = import_photos(iter(two_classes()), home, decoder, silent, Joining(seed=1)).photo_set
    assert other.id != photo_set.id
    assert PhotoSet.open(photo_set.folder) == photo_set


def test_given_splits_are_kept(home: Path, decoder: Decoder) -> None:
    photos = [incoming(f"{n}", f"class {n % 2}", PHOTOS[n], SPLITS[n // 2 % 3]) for n in range(24)]
    for photo in imported(photos, home, decoder).photo_set.photos:
        assert photo.split == SPLITS[int(photo.name) // 2 % 3]


# === Counting ===


def test_every_file_is_accounted_for(home: Path, decoder: Decoder) -> None:
    def gone() -> bytes:
        raise PhotoError("gone.jpg", "The file is gone.")

    photos = two_classes()
    photos[3:3] = [
        PhotoError("locked.jpg", "It is protected by a password."),
        Incoming("gone.jpg", "cats", None, gone),
        incoming("text.jpg", "cats", b"hello"),
        incoming("long.jpg", "c" * 65, PHOTOS[0]),
        incoming("zcopy.jpg", "dogs", PHOTOS[20]),
    ]
    result = imported(photos, home, decoder)
    assert {error.name: str(error.why).split(".")[0] for error in result.rejected} == {
        "locked.jpg": "It is protected by a password",
        "gone.jpg": "The file is gone",
        "text.jpg": "This is a text file, not a picture",
        "long.jpg": "The name of its class is longer than 64 letters",
        "zcopy.jpg": "It is the same picture as dogs/0",
    }
    assert len(result.photo_set.photos) == 20


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


HOSTILE_NAMES = [
    "../../etc/passwd.jpg", "/etc/passwd", "C:\\x.jpg", "\\\\host\\s.jpg", "CON.jpg", "a\0.jpg",
    "n" * 300, ".jpg", " .jpg", "x.", "\u202egpj.exe", "a\nb.jpg", "<img onerror=alert(1)>",
    "[x](javascript:alert(1))", "$x^2$", ":red[x]", "\udcff.jpg", "🐱", "قطة", "=1+1", "",
]  # fmt: skip


def test_names_are_data_and_never_paths(home: Path, decoder: Decoder, tmp_path: Path) -> None:
    before = set(tmp_path.parent.iterdir())
    photos = [incoming(name, "cats", PHOTOS[n]) for n, name in enumerate(HOSTILE_NAMES)]
    classes = ["../dogs", "<b>", "🐱", "CON"]
    photos += [incoming(f"{n}", classes[n % 4], PHOTOS[n + 20]) for n in range(20)]
    photo_set = imported(photos, home, decoder).photo_set
    shown = {name.encode("utf-8", "replace").decode() for name in HOSTILE_NAMES}
    assert shown <= {photo.name for photo in photo_set.photos}
    assert set(photo_set.classes) == {"cats", *classes}
    assert [entry.name for entry in home.iterdir()] == [photo_set.id]
    assert len(list(photo_set.folder.iterdir())) == 4
    assert set(tmp_path.parent.iterdir()) == before


# === What is not enough ===


def refusal(photos: list[Incoming | PhotoError], home: Path, decoder: Decoder) -> str:
    with pytest.raises(PhotoSetError) as caught:
        import_photos(iter(photos), home, decoder, silent)
    assert list(home.iterdir()) == [], "nothing is left behind"
    return str(caught.value)


def test_nothing_at_all(home: Path, decoder: Decoder) -> None:
    assert "No photos were found" in refusal([], home, decoder)


def test_only_bad_files(home: Path, decoder: Decoder) -> None:
    text = refusal([incoming("a.jpg", "cats", b"hello")], home, decoder)
    assert "None of these files can be used" in text
    assert "cats 0 of 1 usable" in text
    assert "a.jpg (This is a text file" in text


def test_one_class_only_is_kept(home: Path, decoder: Decoder) -> None:
    result = imported([*two_classes()[:10], incoming("d", "Dogs", b"hello")], home, decoder)
    assert result.photo_set.classes == ("cats",)
    assert [error.name for error in result.rejected] == ["d"]


def test_a_class_with_one_photo_is_kept(home: Path, decoder: Decoder) -> None:
    result = imported(two_classes()[:11], home, decoder)
    assert result.photo_set.counts()["training"] == {"cats": 8, "dogs": 1}


def test_a_long_list_is_cut_with_a_count(home: Path, decoder: Decoder) -> None:
    text = refusal([incoming(f"{n}.jpg", "cats", b"x") for n in range(100)], home, decoder)
    assert "and 92 more" in text
    assert len(text) < 1500


def test_too_many_classes_end_the_import_early(home: Path, decoder: Decoder) -> None:
    asked = 0

    def photos() -> Iterator[Incoming]:
        nonlocal asked
        for asked in range(10_000):
            yield incoming(f"{asked}", f"class {asked}", b"x")

    with pytest.raises(PhotoSetError, match="more than 1000 classes"):
        import_photos(photos(), home, decoder, silent)
    assert asked < 1100


# === Stop, crash, full disk ===


class StopAt:
    """A report that stops the work at its nth call."""

    def __init__(self, call: int) -> None:
        self.left = call

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: str = ""
    ) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stopped("Stopped.")


def test_stop_at_any_moment_leaves_nothing(home: Path, decoder: Decoder) -> None:
    call = 0
    while True:
        try:
            import_photos(iter(two_classes(5)), home, decoder, StopAt(call))
        except Stopped:
            assert list(home.iterdir()) == []
            call += 1
        else:
            break
    assert call >= 12, "at least once for each photo, and again while keeping them"
    assert decoder.canonical("a", PHOTOS[0]), "the decoder is usable after every stop"


def test_a_source_that_fails_leaves_nothing(home: Path, decoder: Decoder) -> None:
    def photos() -> Iterator[Incoming | PhotoError]:
        yield from two_classes(5)
        raise SourceError("The zip file is damaged.")

    with pytest.raises(SourceError):
        import_photos(photos(), home, decoder, silent)
    assert list(home.iterdir()) == []


def test_progress_is_told_photo_by_photo(home: Path, decoder: Decoder) -> None:
    told: list[tuple[str, float, float | None, str]] = []

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        told.append((stage, done, total, unit))

    import_photos(iter(two_classes(5)), home, decoder, report, total=10)
    reading = [done for stage, done, total, unit in told if (total, unit) == (10, "photos")]
    assert reading[:11] == list(range(11))


def test_a_full_disk_is_said_plainly(
    home: Path, decoder: Decoder, monkeypatch: pytest.MonkeyPatch, photo_set: PhotoSet
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pipeline.files.atomic.sync_file", full)
    with pytest.raises(DiskFullError, match=r"disk that holds .* is full"):
        import_photos(iter(two_classes(6)), home, decoder, silent)
    assert [entry.name for entry in home.iterdir()] == [photo_set.id]
    assert photo_set.check() == []


def test_too_little_room_is_said_before_anything_is_written(
    photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=2**20)
    monkeypatch.setattr(cache_folder.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CacheFull, match="Free some space"):
        photo_set.arrays(160, tmp_path / "cache")
    assert kept_in(tmp_path / "cache") == []


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


def test_importing_again_heals_a_damaged_set(
    photo_set: PhotoSet, home: Path, decoder: Decoder
) -> None:
    name = pack_of(photo_set).name
    (photo_set.folder / name).write_bytes(b"gone")
    assert imported(two_classes(), home, decoder).photo_set.check() == []
    aside = [entry for entry in home.iterdir() if entry.name != photo_set.id]
    assert len(aside) == 1, "the damaged one is kept aside"
    assert (aside[0] / name).read_bytes() == b"gone"
    assert not aside[0].name.startswith(STAGING_MARK)


GOOD_MANIFEST = manifest.to_bytes(
    manifest.Manifest(
        ("cats", "dogs"),
        tuple(
            manifest.Photo(
                name=f"{n}",
                split=SPLITS[n % 3],
                sha256="0" * 64,
                width=5,
                height=6,
                note=None,
                origin=Origin("PNG", 50, 60, False),
                class_index=n % 2,
            )
            for n in range(6)
        ),
        0,
    )
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def test_a_manifest_survives_the_way_to_disk() -> None:
    content = manifest.from_bytes(GOOD_MANIFEST)
    assert manifest.to_bytes(content) == GOOD_MANIFEST


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_odd_value_passes(data: st.DataObject) -> None:
    content = json.loads(GOOD_MANIFEST)
    photo = content["photos"][data.draw(st.integers(0, 5))]
    place = data.draw(st.sampled_from([content, photo, photo["origin"]]))
    field = data.draw(st.sampled_from(sorted(place)))
    value = data.draw(ODD)
    place[field] = value
    changed = json.dumps(content).encode()
    try:
        found = manifest.from_bytes(changed)
    except PhotoSetError:
        return
    assert manifest.to_bytes(found).decode().strip() == json.dumps(
        content, ensure_ascii=False, separators=(",", ":")
    ), "what passes was understood to the letter"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe", b"null", b"[]", b"{}", b"[" * 100_000, b'{"format":NaN}', b'"x',
        GOOD_MANIFEST.replace(b'"version":2', b'"version":3'),
        GOOD_MANIFEST.replace(b'"version":2', b'"version":1'),
        GOOD_MANIFEST.replace(b'"version":2', b'"version":2,"more":1'),
        GOOD_MANIFEST.replace(b'["cats","dogs"]', b'["cats","cats"]'),
        GOOD_MANIFEST.replace(b'["cats","dogs"]', b"[]"),
        GOOD_MANIFEST.replace(b'"seed":0', b'"seed":NaN'),
        GOOD_MANIFEST.replace(b'"class":1', b'"class":2'),
        GOOD_MANIFEST.replace(b'"class":1', b'"class":true'),
        GOOD_MANIFEST.replace(b'"format":"PNG"', b'"format":"GIF"'),
        GOOD_MANIFEST.replace(b'"turned":false', b'"turned":0'),
        GOOD_MANIFEST.replace(b'"width":5', b'"width":513'),
        GOOD_MANIFEST.replace(b'"split":"test"', b'"split":"../test"'),
        GOOD_MANIFEST.replace(b"0" * 64, b"0" * 63 + b"G"),
    ],
    ids=range(21),
)  # fmt: skip
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    assert data != GOOD_MANIFEST
    with pytest.raises(PhotoSetError, match="Import the photos again"):
        manifest.from_bytes(data)


# === Arrays ===


def test_arrays_hold_the_squares_of_all_photos(photo_set: PhotoSet, tmp_path: Path) -> None:
    array = photo_set.arrays(96, tmp_path / "cache")
    assert isinstance(array, np.memmap)
    assert (array.shape, array.dtype) == ((20, 96, 96, 3), np.uint8)
    assert not array.flags.writeable
    for index in range(20):
        assert np.array_equal(array[index], decode.square(photo_set.jpeg(index), 96))


def kept_in(cache: Path) -> list[str]:
    """Names of all files in a cache but its locks."""
    return sorted(entry.name for entry in cache.iterdir() if entry.name != "locks")


def test_arrays_are_made_once_per_size(photo_set: PhotoSet, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = photo_set.arrays(96, cache)
    (name,) = kept_in(cache)
    assert name.startswith(f"{photo_set.id}-photos-")
    calls: list[str] = []
    again = photo_set.arrays(96, cache, lambda stage, *_: calls.append(stage))
    assert calls == []
    assert np.array_equal(first, again)
    assert photo_set.arrays(128, cache).shape[1] == 128
    assert len(kept_in(cache)) == 2


def test_arrays_stay_while_they_are_used(photo_set: PhotoSet, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    array = photo_set.arrays(96, cache.folder)
    assert cache.clear() == 0
    del array
    assert cache.clear() > 20 * 96 * 96 * 3
    assert kept_in(cache.folder) == []


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "zip", "other shape", "other type"])
def test_a_damaged_array_is_made_again(photo_set: PhotoSet, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    good = np.array(photo_set.arrays(96, cache))
    path = cache / kept_in(cache)[0]
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-1000])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_text("hello", encoding="utf-8")
    elif damage == "zip":
        with path.open("wb") as stream:
            np.savez(stream, good)
    else:
        other = good[:5] if damage == "other shape" else good.astype(np.int16)
        with path.open("wb") as stream:
            np.save(stream, other)
    assert np.array_equal(photo_set.arrays(96, cache), good)


def test_stop_while_making_arrays_leaves_nothing(photo_set: PhotoSet, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for call in range(2):
        with pytest.raises(Stopped):
            photo_set.arrays(96, cache, StopAt(call))
        assert kept_in(cache) == []
