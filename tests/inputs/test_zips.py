"""Cases 42 to 59 and 62: zips as people make them, damaged ones, and ones built to do harm."""

from __future__ import annotations

import io
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.inputs import pictures, zips
from tests.inputs.importing import GOOD, Bring
from tests.inputs.zips import ENCRYPTED, UTF8, Entry

MIB = 2**20
PETS = {
    f"{folder}/{number}.jpg": pictures.jpeg(40, 30, seed=10 * number + (folder == "dogs"))
    for folder in ("cats", "dogs")
    for number in range(3)
}
HONEST = [Entry(name.encode(), data) for name, data in GOOD.items()]


def path_of(bring: Bring, *entries: Entry, **options: object) -> Path:
    """A zip of odd members beside two good photos."""
    return zips.write(bring.folder / "pets.zip", *HONEST, *entries, **options)


def kept_beside(bring: Bring, *entries: Entry) -> dict[str, str]:
    """Import such a zip; the good photos stay. The reasons, by name."""
    outcome = bring(path_of(bring, *entries))
    assert set(GOOD) <= set(outcome.names)
    assert outcome.received == len(GOOD) + len(entries)
    return outcome.reasons


def test_42_class_folders(bring: Bring) -> None:
    outcome = bring(bring.zip(PETS))
    assert not outcome.rejected
    assert outcome.stored.class_sizes == {"cats": 3, "dogs": 3}
    assert outcome.stored.name == "Photos"


def test_42_class_folders_in_split_folders(bring: Bring) -> None:
    files = {f"train/{name}": data for name, data in PETS.items()}
    files |= {"Validation/cats/9.jpg": pictures.jpeg(seed=91)}
    files |= {"Validation/dogs/9.jpg": pictures.jpeg(seed=92)}
    outcome = bring(bring.zip(files))
    splits = {photo.name: photo.split for photo in outcome.kept.photos}
    assert splits["Validation/cats/9.jpg"] in ("validation", "test")
    assert outcome.kept.classes == ("cats", "dogs")


@pytest.mark.parametrize("folders", ["pets/", "Desktop/my photos/pets/"])
def test_43_extra_folders_around_everything(bring: Bring, folders: str) -> None:
    outcome = bring(bring.zip({f"{folders}{name}": data for name, data in PETS.items()}))
    assert outcome.stored.class_sizes == {"cats": 3, "dogs": 3}


def test_44_no_folders_at_all_then_the_owner_is_asked(bring: Bring) -> None:
    flat = {f"{number}.jpg": pictures.jpeg(seed=number) for number in range(6)}
    outcome = bring(bring.zip(flat))
    assert outcome.kept.classes == ("unlabelled",)
    assert len(outcome.names) == 6
    assert outcome.stored.missing[0].startswith("6 photos have no label yet.")


def test_44_a_label_may_be_given_with_them(bring: Bring) -> None:
    flat = {f"{number}.jpg": pictures.jpeg(seed=number) for number in range(6)}
    outcome = bring(bring.zip(flat), label="Cats")
    assert outcome.kept.classes == ("Cats",)


def test_45_photos_beside_the_folders_are_not_lost(bring: Bring) -> None:
    outcome = bring(bring.zip({**PETS, "loose.jpg": pictures.jpeg(seed=77)}))
    assert outcome.stored.class_sizes == {"cats": 3, "dogs": 3, "unlabelled": 1}
    assert outcome.label("loose.jpg") == "unlabelled"
    assert any("no label yet" in sentence for sentence in outcome.stored.missing)


CLUTTER = (
    "__MACOSX/cats/._0.jpg",
    "__MACOSX/._cats",
    "cats/._1.jpg",
    "cats/.DS_Store",
    ".DS_Store",
    "cats/Thumbs.db",
    "dogs/ehthumbs.db",
    "dogs/desktop.ini",
    "dogs/Icon\r",
    ".git/config",
    ".thumbnails/normal/1.jpg",
    "cats/.1.jpg.swp",
)


def test_46_what_systems_put_beside_photos_is_not_counted(bring: Bring) -> None:
    apple = b"\x00\x05\x16\x07" + bytes(60)
    outcome = bring(bring.zip({**PETS, **dict.fromkeys(CLUTTER, apple)}))
    assert not outcome.rejected
    assert outcome.received == len(PETS)
    assert outcome.kept.classes == ("cats", "dogs")
    folder = bring.folder / "pets"
    for name, data in {**PETS, **dict.fromkeys(CLUTTER, apple)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    assert bring(folder).received == len(PETS)


def link(name: str, target: str) -> Entry:
    return Entry(name.encode(), target.encode(), zips.STORED, UTF8, mode=stat.S_IFLNK | 0o777)


TRAVERSALS: dict[str, Callable[[Path], list[Entry]]] = {
    # The recipes of jwilk's collection of traversal archives, and Snyk's two zip slips.
    "absolute1": lambda out: [Entry(f"{out}/evil.jpg".encode(), pictures.jpeg(seed=1))],
    "absolute2": lambda out: [Entry(f"/{out}/evil.jpg".encode(), pictures.jpeg(seed=1))],
    "relative0": lambda _: [Entry(b"../evil.jpg", pictures.jpeg(seed=1))],
    "relative2": lambda _: [Entry(b"cats/../../evil.jpg", pictures.jpeg(seed=1))],
    "zip slip": lambda out: [Entry(b"../" * 40 + str(out).encode() + b"/evil.jpg", b"evil")],
    "zip slip on Windows": lambda _: [Entry(b"..\\" * 40 + b"Temp\\evil.jpg", b"evil")],
    "over a canary": lambda out: [Entry(f"{out}/canary.txt".encode(), b"evil")],
    "symlink": lambda out: [link("cats/a", f"{out}/canary.txt"), Entry(b"cats/a", b"evil")],
    "dirsymlink": lambda out: [link("cats/d", str(out)), Entry(b"cats/d/evil.jpg", b"evil")],
    "dirsymlink2a": lambda out: [
        link("cats/c", "."),
        link("cats/c/d", str(out)),
        Entry(b"cats/d/evil.jpg", b"evil"),
    ],
    "dirsymlink2b": lambda out: [
        link("cats/c", "."),
        link("cats/c/d", ".."),
        Entry(b"cats/d/evil.jpg", b"evil"),
    ],
}


@pytest.mark.parametrize("recipe", TRAVERSALS)
def test_47_nothing_is_written_outside(bring: Bring, recipe: str) -> None:
    # `Bring` looks at every file outside the workspace, and at the names inside.
    canary = bring.folder / "canary.txt"
    canary.write_bytes(b"canary")
    outcome = bring(path_of(bring, *TRAVERSALS[recipe](bring.folder)))
    assert set(GOOD) <= set(outcome.names)
    assert canary.read_bytes() == b"canary"
    assert not list(bring.folder.rglob("evil*"))


@pytest.mark.parametrize("target", ["/etc/passwd", "good.jpg", "..", "\0"])
def test_48_links(bring: Bring, target: str) -> None:
    reasons = kept_beside(bring, link("cats/link.jpg", target))
    assert "This is a link or a device" in reasons["cats/link.jpg"]
    assert "Zip the photo itself" in reasons["cats/link.jpg"]


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_49_devices_and_pipes(bring: Bring, kind: int) -> None:
    odd = Entry(b"cats/odd.jpg", pictures.jpeg(seed=3), mode=kind | 0o666)
    assert "a link or a device" in kept_beside(bring, odd)["cats/odd.jpg"]


def test_50_bomb_that_says_so(bring: Bring) -> None:
    bomb = Entry(b"cats/bomb.jpg", bytes(200 * MIB))
    path = path_of(bring, bomb)
    del bomb
    assert path.stat().st_size < MIB
    outcome = bring(path, again=False)
    assert outcome.memory_bytes < 20 * MIB, "it is not even unpacked"
    assert "a hundred times its size" in outcome.reasons["cats/bomb.jpg"]
    assert set(outcome.names) == set(GOOD)


def test_50_bomb_that_lies(bring: Bring) -> None:
    path = path_of(bring, Entry(b"cats/bomb.jpg", bytes(200 * MIB), size=5000))
    outcome = bring(path, again=False)
    assert outcome.memory_bytes < 20 * MIB
    assert "damaged inside the zip" in outcome.reasons["cats/bomb.jpg"]
    assert set(outcome.names) == set(GOOD)


def test_51_overlapping_members(bring: Bring) -> None:
    kernel = Entry(b"cats/0.jpg", bytes(10 * MIB))
    copies = [
        Entry(f"cats/{n}.jpg".encode(), b"", size=10 * MIB, packed_size=10_000, offset=0)
        for n in range(1, 60)
    ]
    path = zips.write(bring.folder / "pets.zip", kernel, *copies)
    assert path.stat().st_size < 20_000
    outcome = bring.zip_refused(path, "its entries overlap", "Zip the folder again")
    assert outcome.memory_bytes < 20 * MIB


def test_51_member_that_quotes_the_next_header(bring: Bring) -> None:
    # The first member's bytes are the whole second member, header and all.
    inner = zips.written([Entry(b"dogs/1.jpg", pictures.jpeg(seed=2), zips.STORED)])
    inner = inner[: inner.index(b"PK\x01\x02")]
    outer = Entry(b"cats/1.jpg", inner, zips.STORED)
    quoted = Entry(b"dogs/1.jpg", b"", zips.STORED, size=10, packed_size=10, offset=40)
    path = zips.write(bring.folder / "pets.zip", outer, quoted)
    bring.zip_refused(path, "its entries overlap")


@pytest.mark.parametrize("said", [0, 1, 100, 10**6, 2**32 - 2])
def test_52_lies_about_the_length(bring: Bring, said: int) -> None:
    lie = Entry(b"cats/lie.jpg", pictures.jpeg(seed=4), size=said)
    assert kept_beside(bring, lie)["cats/lie.jpg"].endswith(".")


def test_52_lies_about_the_checksum(bring: Bring) -> None:
    lie = Entry(b"cats/lie.jpg", pictures.jpeg(seed=4), crc=1)
    assert "damaged inside the zip" in kept_beside(bring, lie)["cats/lie.jpg"]


def test_53_zip_in_the_zip(bring: Bring) -> None:
    inner = zips.written([Entry(b"cats/1.jpg", pictures.jpeg(seed=5))])
    reasons = kept_beside(bring, Entry(b"dogs/more.zip", inner))
    assert "Unpack the inner one first" in reasons["dogs/more.zip"]


def test_53_zip_in_the_zip_under_a_photos_name(bring: Bring) -> None:
    inner = zips.written([Entry(b"cats/1.jpg", pictures.jpeg(seed=5))])
    assert "Unpack it first" in kept_beside(bring, Entry(b"dogs/1.jpg", inner))["dogs/1.jpg"]


def test_53_nothing_but_a_zip_in_the_zip(bring: Bring) -> None:
    inner = zips.written([Entry(b"cats/1.jpg", pictures.jpeg(seed=5))])
    for _ in range(20):  # it is never unpacked: one level or twenty is the same
        inner = zips.written([Entry(b"inner.zip", inner)])
    path = zips.write(bring.folder / "pets.zip", Entry(b"inner.zip", inner))
    bring.zip_refused(path, "holds only another archive, inner.zip", "choose the inner one")


def test_53_zips_in_the_zip_beside_a_form(bring: Bring) -> None:
    inner = zips.written([Entry(b"cat.1.jpg", pictures.jpeg(seed=5))])
    entries = [Entry(b"train.zip", inner), Entry(b"test1.zip", inner), Entry(b"form.csv", b"id")]
    path = zips.write(bring.folder / "pets.zip", *entries)
    bring.zip_refused(path, "holds only another archive, test1.zip", "choose the inner one")


def test_54_a_hundred_thousand_members(bring: Bring) -> None:
    path = bring.folder / "pets.zip"
    entries = (Entry(f"cats/{n}.jpg".encode(), b"x", zips.STORED) for n in range(100_000))
    path.write_bytes(zips.written(entries))
    outcome = bring(path, again=False)
    assert outcome.error is not None
    assert outcome.error.startswith("pets.zip holds more than 50,000 files")
    assert outcome.memory_bytes < 64 * MIB


@pytest.mark.parametrize("claimed", [1, 0xFFFF])
def test_54_members_that_the_zip_does_not_own_up_to(bring: Bring, claimed: int) -> None:
    path = bring.folder / "pets.zip"
    entries = (Entry(f"cats/{n}.jpg".encode(), b"x", zips.STORED) for n in range(50_001))
    path.write_bytes(zips.written(entries, count=claimed))
    bring.zip_refused(path, "more than 50,000 files", "Take fewer")


@pytest.mark.parametrize("which", [0, 1])
def test_55_password(bring: Bring, which: int) -> None:
    entries = [
        Entry(name.encode(), data, flags=ENCRYPTED if place == which else 0)
        for place, (name, data) in enumerate(GOOD.items())
    ]
    path = zips.write(bring.folder / "pets.zip", *entries)
    bring.zip_refused(path, "protected by a password", "zip it without one")


def test_55_an_uploaded_zip_is_called_what_its_owner_calls_it(bring: Bring) -> None:
    protected = zips.written([Entry(b"cats/1.jpg", pictures.jpeg(), flags=ENCRYPTED)])
    outcome = bring(protected, name="My pets")
    assert outcome.error is not None
    assert outcome.error.startswith("My pets")
    assert "protected by a password" in outcome.error


def test_56_cut_anywhere(bring: Bring) -> None:
    path = path_of(bring)
    whole = path.read_bytes()
    for end in range(4, len(whole), max(1, len(whole) // 25)):
        path.write_bytes(whole[:end])
        outcome = bring(path, again=False)
        assert outcome.error is not None
        assert outcome.error.startswith("pets.zip is damaged or incomplete")
        assert "again" in outcome.error


def test_56_garbled_table_of_contents(bring: Bring) -> None:
    path = path_of(bring)
    whole = path.read_bytes()
    start = whole.index(b"PK\x01\x02")
    rng = random.Random(56)
    refused = 0
    for _ in range(40):
        data = bytearray(whole)
        for at in rng.sample(range(start, len(whole)), 3):
            data[at] = rng.randrange(256)
        path.write_bytes(data)
        outcome = bring(path, again=False)
        refused += outcome.error is not None
    assert refused > 10


def test_56_damaged_in_the_middle(bring: Bring) -> None:
    path = path_of(bring, *(Entry(name.encode(), data) for name, data in PETS.items()))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 700] = bytes(700)
    path.write_bytes(data)
    outcome = bring(path)
    assert 1 <= len(outcome.rejected) <= 4
    assert all("damaged inside the zip" in reason for reason in outcome.reasons.values())
    assert len(outcome.names) == len(GOOD) + len(PETS) - len(outcome.rejected)


@pytest.mark.parametrize(
    "method", [1, 6, zips.DEFLATED_64, zips.BZIP2, zips.LZMA, zips.ZSTANDARD, 77, 99]
)
def test_57_rare_ways_of_packing(bring: Bring, method: int) -> None:
    reasons = kept_beside(bring, Entry(b"cats/rare.jpg", pictures.jpeg(seed=6), method))
    assert "packed in a rare way" in reasons["cats/rare.jpg"]
    assert "Zip the folder again" in reasons["cats/rare.jpg"]


def tar(mode: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, data in GOOD.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a 7-Zip archive"),
        (tar("w"), "a tar archive"),
        (tar("w:gz"), "a gzip or tar.gz archive"),
        (tar("w:bz2"), "a bzip2 archive"),
        (tar("w:xz"), "an xz archive"),
        (b"\x28\xb5\x2f\xfd" + bytes(50), "a Zstandard archive"),
        (pictures.jpeg(), "a single photo"),
    ],
)
def test_58_other_things_that_are_called_zip(bring: Bring, data: bytes, what: str) -> None:
    path = bring.folder / "pets.zip"
    path.write_bytes(data)
    bring.zip_refused(path, f"is {what}", "hoose the folder or zip")


@pytest.mark.parametrize("data", [b"", b"<html>", b"PK", b"PK\x05\x06" + bytes(18), b"MZ"])
def test_58_no_archive_at_all(bring: Bring, data: bytes) -> None:
    path = bring.folder / "pets.zip"
    path.write_bytes(data)
    bring.zip_refused(path)


def test_59_members_of_the_same_name(bring: Bring) -> None:
    twins = [Entry(b"cats/same.jpg", pictures.jpeg(seed=seed)) for seed in (7, 8, 9)]
    outcome = bring(path_of(bring, *twins))
    assert not outcome.rejected
    assert outcome.names.count("cats/same.jpg") == 3


def test_59_of_the_same_name_and_content_one_is_enough(bring: Bring) -> None:
    twins = [Entry(b"cats/same.jpg", pictures.jpeg(seed=7)) for _ in range(3)]
    outcome = bring(path_of(bring, *twins))
    assert outcome.names.count("cats/same.jpg") == 1
    assert len(outcome.rejected) == 2
    assert all("same picture" in reason for _, reason in outcome.rejected)


def test_62_folder_with_nothing_usable_in_it(bring: Bring) -> None:
    outcome = bring.refuses({"birds/1.jpg": b"", "birds/2.jpg": b"text"})
    assert outcome.kept.classes == ("cats", "dogs")
    assert outcome.notes == ("None of the files in birds can be used, so there is no such class.",)


def test_62_empty_folders(bring: Bring) -> None:
    def add_folders(archive: zipfile.ZipFile) -> None:
        for name in ("birds/", "cats/empty/", "a/b/c/"):
            archive.mkdir(name)

    outcome = bring(bring.zip(PETS, add_folders))
    assert outcome.received == len(PETS)
    assert outcome.kept.classes == ("cats", "dogs")


def test_62_nothing_but_empty_folders(bring: Bring) -> None:
    path = bring.zip({}, lambda archive: archive.mkdir("birds/"))
    bring.zip_refused(path, "is empty", "Put the photos of each class into a folder")


def test_62_folders_where_nothing_can_be_used(bring: Bring) -> None:
    outcome = bring({"cats/1.jpg": b"", "dogs/1.jpg": b"text", "dogs/2.jpg": b"%PDF"})
    assert outcome.row is None
    assert outcome.received == len(outcome.rejected) == 3
    assert outcome.error is not None
    assert "cats 0 of 1 usable, dogs 0 of 2 usable" in outcome.error
