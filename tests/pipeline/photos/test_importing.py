"""Importing photos into a set: every file accounted for, and nothing left where it fails."""

from __future__ import annotations

import errno
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

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
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.merging import Joining
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, silent
from tests.pipeline.photos.conftest import (
    PHOTOS,
    StopAt,
    imported,
    incoming,
    kept_in,
    pack_of,
    two_classes,
)

# === A set ===


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
    assert len(list(photo_set.folder.glob("[!.]*"))) == 5
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
