"""What stands in for photos, and what systems leave among them: named, counted, never just gone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline.photos.sources import folder as folder_source
from pipeline.photos.sources.folder import open_folder
from pipeline.progress import silent
from tests.file_sets import PHOTO, make_folder, make_zip
from tests.inputs import pictures
from tests.inputs.importing import GOOD, Bring

PLACEHOLDER = b"bplist00\xd3\x01\x02\x03_\x10\x0eNSURLNameKey" + bytes(60)
LFS = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
PETS = {
    f"{folder}/{number}.jpg": pictures.jpeg(40, 30, seed=10 * number + (folder == "dogs"))
    for folder in ("cats", "dogs")
    for number in range(4)
}
# A file that is not where it seems to be, and the words of its reason.
STAND_INS: tuple[tuple[str, bytes, tuple[str, ...]], ...] = (
    (".IMG_0008.jpg.icloud", PLACEHOLDER, ("not downloaded from iCloud yet", "Download Now")),
    (".Foto é 猫.HEIC.icloud", b"", ("not downloaded from iCloud yet", "Download Now")),
    ("1.jpg", PLACEHOLDER, ("not downloaded from iCloud yet",)),
    ("1.jpg", LFS, ("not downloaded from Git LFS yet", "git lfs pull")),
    ("1.jpg", LFS.replace(b"\n", b"\r\n"), ("not downloaded from Git LFS yet",)),
    ("1.jpg", b"/annex/objects/SHA256E-s123--abc.jpg\n", ("from git-annex yet", "git annex get")),
    ("1.jpg", b"../../.git/annex/objects/a/b/SHA256E-s1--c/SHA256E-s1--c.jpg", ("git-annex yet",)),
    (
        "1.jpg.dvc",
        b"outs:\n- md5: a304afb96060aad9\n  size: 12\n  path: 1.jpg\n",
        ("from DVC yet",),
    ),
    ("1.jpg", b"md5: aa\nouts:\n- md5: a304\n  path: 1.jpg\n", ("from DVC yet", "dvc pull")),
    ("1.jpg.nextcloud", b" ", ("not downloaded from the cloud yet", "keep this folder")),
    ("1.jpg.owncloud", b"", ("not downloaded from the cloud yet",)),
    ("1.jpg.cloud", b"", ("not downloaded from the cloud yet",)),
    ("1.jpg", bytes(5000), ("nothing but zeros", "not downloaded")),
    ("1.jpg", bytes(50_000), ("nothing but zeros", "not downloaded")),
    ("1.gdoc", b'{"":"WARNING!","doc_id":"abc","email":"x@y.z"}', ("Google Drive",)),
    ("1.gsheet", b'{"url": "https://docs.google.com/open?id=abc"}', ("Google Drive",)),
    ("1.url", b"[InternetShortcut]\r\nURL=https://example.com/1.jpg\r\n", ("a shortcut",)),
    ("1.lnk", b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + bytes(60), ("a shortcut",)),
    ("1.jpg", b"book\0\0\0\0mark\0\0\0\0" + b"x" * 50, ("a shortcut",)),
    (
        "1.webloc",
        b'<?xml version="1.0"?><!DOCTYPE plist><plist><dict><key>URL</key></dict></plist>',
        ("a shortcut",),
    ),
)
# A folder that no class is, and what it is told as.
SYSTEM_FOLDERS = (
    ("cats/@eaDir/IMG_1.jpg/SYNOPHOTO_THUMB_M.jpg", "@eaDir", "thumbnails of a NAS"),
    ("#recycle/x.jpg", "#recycle", "a recycle bin"),
    ("@Recycle/x.jpg", "@Recycle", "a recycle bin"),
    ("@tmp/x.jpg", "@tmp", "a hidden folder"),
    ("@appdata/Photos/x.jpg", "@appdata", "a hidden folder"),
    ("$RECYCLE.BIN/S-1-5-21/$R1.jpg", "$RECYCLE.BIN", "a recycle bin"),
    (".Trashes/501/x.jpg", ".Trashes", "a recycle bin"),
    (".Trash-1000/files/x.jpg", ".Trash-1000", "a recycle bin"),
    ("System Volume Information/x.jpg", "System Volume Information", "Windows keeps for itself"),
    ("found.000/x.jpg", "found.000", "Windows keeps for itself"),
    ("lost+found/x.jpg", "lost+found", "a check of the disk"),
    ("#snapshot/GMT-01/cats/x.jpg", "#snapshot", "older versions"),
    ("@Recently-Snapshot/x/cats/x.jpg", "@Recently-Snapshot", "older versions"),
    (".@__thumb/x.jpg", ".@__thumb", "thumbnails of a NAS"),
    (".thumbnails/normal/x.jpg", ".thumbnails", "thumbnails that a system has made"),
    ("dogs/.ipynb_checkpoints/0-checkpoint.jpg", ".ipynb_checkpoints", "copies that Jupyter"),
    ("__MACOSX/cats/._0.jpg", "__MACOSX", "what a Mac keeps for itself"),
    (".picasaoriginals/x.jpg", ".picasaoriginals", "originals"),
    ("RECYCLER/S-1-5-21/Dc1.jpg", "RECYCLER", "a recycle bin"),
    ("$WinREAgent/x.jpg", "$WinREAgent", "Windows keeps for itself"),
    ("LOST.DIR/x.jpg", "LOST.DIR", "a check of the disk"),
    ("cats/Pets Previews.lrdata/1/x.jpg", "Pets Previews.lrdata", "thumbnails"),
    (".my own/x.jpg", ".my own", "a hidden folder"),
)


@pytest.mark.parametrize(("name", "data", "words"), STAND_INS)
def test_a_stand_in_is_named_with_what_brings_the_photo(
    bring: Bring, name: str, data: bytes, words: tuple[str, ...]
) -> None:
    bring.plain_names = False
    bring.refuses({f"cats/{name}": data}, *words)


@pytest.mark.parametrize("as_zip", [True, False])
def test_photos_in_icloud_are_counted_with_their_class(bring: Bring, as_zip: bool) -> None:
    files = {
        **PETS,
        **{f"birds/.IMG_{number:04}.jpg.icloud": PLACEHOLDER for number in range(12)},
        **{f"cats/.IMG_{number:04}.HEIC.icloud": PLACEHOLDER for number in range(6)},
        "cats/.DS_Store": b"x",
    }
    outcome = bring(bring.zip(files) if as_zip else make_folder(bring.folder / "pets", files))
    assert (outcome.received, len(outcome.rejected)) == (26, 18)
    assert all("not downloaded from iCloud yet" in reason for reason in outcome.reasons.values())
    assert outcome.stored.class_sizes == {"cats": 4, "dogs": 4}
    assert "None of the files in birds can be used, so there is no such class." in outcome.notes


def test_a_folder_of_stand_ins_alone_says_so(bring: Bring) -> None:
    files = {f"birds/.IMG_{number}.jpg.icloud": PLACEHOLDER for number in range(3)}
    outcome = bring(make_folder(bring.folder / "pets", files))
    assert outcome.row is None
    assert outcome.received == len(outcome.rejected) == 3
    assert outcome.error is not None
    assert "birds 0 of 3 usable" in outcome.error
    assert "not downloaded from iCloud yet" in outcome.error


@pytest.mark.skipif(os.name == "nt", reason="only an administrator makes links there")
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("../.git/annex/objects/Xx/Yy/SHA256E-s1--a/SHA256E-s1--a.jpg", "git annex get"),
        ("/home/anna/set/.dvc/cache/files/md5/ab/cdef", "dvc pull"),
        ("/nowhere", "leads nowhere"),
    ],
)
def test_links_into_an_empty_store(bring: Bring, target: str, words: str) -> None:
    folder = make_folder(bring.folder / "pets", PETS)
    (folder / "cats" / "9.jpg").symlink_to(target)
    assert words in bring(folder).reasons["cats/9.jpg"]


@pytest.mark.parametrize("error", [OSError(errno.EDEADLK, "Resource deadlock avoided"), None])
def test_a_cloud_that_does_not_answer(tmp_path: Path, monkeypatch, error: OSError | None) -> None:
    if error is None:  # as Windows has it, on any system
        error = OSError("The cloud file provider is not running")
        monkeypatch.setattr(folder_source, "is_in_cloud", is_in_cloud_of_windows)
    folder = make_folder(tmp_path / "pets", {"cats/1.jpg": PHOTO, "dogs/1.jpg": PHOTO})
    photos = list(open_folder(folder, silent).photos)

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Exception, match="not downloaded from the cloud yet"):
        photos[0].read()


def is_in_cloud_of_windows(error: OSError) -> bool:
    from pipeline.photos.sources.leftovers import is_in_cloud

    error.winerror = 362
    return is_in_cloud(error)


@pytest.mark.parametrize("as_zip", [True, False])
@pytest.mark.parametrize(("name", "folder", "words"), SYSTEM_FOLDERS)
def test_folders_of_systems_are_left_out_with_a_count(
    tmp_path: Path, name: str, folder: str, words: str, as_zip: bool
) -> None:
    files = {"cats/1.jpg": PHOTO, "dogs/1.jpg": PHOTO, name: PHOTO, f"{name[:-4]}2.jpg": PHOTO}
    path = make_zip(tmp_path / "pets.zip", files) if as_zip else make_folder(tmp_path / "p", files)
    opened = opened_of(path)
    assert opened[0] == {"cats/1.jpg": "cats", "dogs/1.jpg": "dogs"}
    (note,) = opened[1]
    assert note.startswith(f"2 files were left out, in {folder}: ")
    assert words in note


def opened_of(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Classes by name, and notes."""
    from pipeline.photos.sources import open_source

    with open_source(str(path), path.parent, silent) as opened:
        return {one.name: one.class_name for one in opened.photos}, opened.notes


def test_a_nas_with_all_of_them(bring: Bring) -> None:
    extra = {name: pictures.jpeg(seed=500 + place) for place, (name, *_) in enumerate(NAS)}
    outcome = bring(make_folder(bring.folder / "pets", {**PETS, **extra}))
    assert not outcome.rejected
    assert outcome.received == len(PETS)
    assert outcome.stored.class_sizes == {"cats": 4, "dogs": 4}
    assert len([note for note in outcome.notes if "left out" in note]) == len(NAS)


NAS = [one for one in SYSTEM_FOLDERS if one[1][0] in "@#"]


def test_photos_in_the_bin_of_a_phone(bring: Bring) -> None:
    outcome = bring.beside({})
    assert not outcome.notes
    files = {**GOOD, "cats/.trashed-1698765432-IMG_1.jpg": pictures.jpeg(seed=3)}
    outcome = bring(files)
    assert outcome.received == len(GOOD)
    assert outcome.notes == ("1 file was left out, in .trashed: a recycle bin.",)


@pytest.mark.parametrize(
    "name", ["Recycled", "Recycler", "thumbnails", "Originals", "snapshots", "found", "eaDir"]
)
def test_words_that_may_be_classes_are_left_alone(tmp_path: Path, name: str) -> None:
    path = make_folder(tmp_path / "pets", {f"{name}/1.jpg": PHOTO, "dogs/1.jpg": PHOTO})
    classes, notes = opened_of(path)
    assert set(classes.values()) == {name, "dogs"}
    assert notes == ()


def test_millions_of_files_that_are_left_out_are_not_all_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_source, "_MOST_COUNTED", 3)
    files = {f"@eaDir/{number}.jpg": b"x" for number in range(9)}
    path = make_folder(tmp_path / "pets", {"cats/1.jpg": PHOTO, "dogs/1.jpg": PHOTO, **files})
    (note,) = opened_of(path)[1]
    assert note.startswith("More than 3 files were left out, in @eaDir: ")
