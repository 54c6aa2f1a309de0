"""Saving a photo set as one file, and what comes back of it, whatever happened to the file."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import shutil
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.errors import DiskFullError, PhotoError, PhotoSetError, SourceError, Stopped
from pipeline.jobs.import_job import import_source
from pipeline.photos import class_names, set_file_list, writing
from pipeline.photos.class_edits import AddClass
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.importing import Imported
from pipeline.photos.incoming import Incoming
from pipeline.photos.manifest import Manifest, Photo, manifest_id
from pipeline.photos.packs import Fresh
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.set_file import folder_names, member_names, safe_name, save
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.splits import SPLITS
from pipeline.progress import silent
from pipeline.settings.limits import LIMITS
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.tables import JobRecord
from pipeline.workspace.versions import Versions
from tests.workspaces import add_photo_set, class_folders, jpeg

ODD = (
    "../x",
    "CON",
    "con.txt",
    "..",
    "a/b",
    "a\\b",
    "Kätzchen",
    "قطط",
    "🐈\u200d⬛",
    "x" * 64,
    ".hid",
)
PIXELS = [jpeg((40, 60, 200), seed=seed) for seed in range(4)]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace to be copied, and the id of its photo set.

    Two classes have photos and one has none; one photo has a note, one was large.
    """
    home = tmp_path_factory.mktemp("original")
    folder = class_folders(home / "photos", photos=6)
    (folder / "red" / "wide.jpg").write_bytes(jpeg((200, 60, 40), seed=99, side=700))
    (folder / "red" / "plain.png").write_bytes(png())
    workspace = open_workspace(home / "home")
    row = add_photo_set(workspace, folder)
    row = Versions(workspace).edit(row.id, AddClass("green"))
    workspace.database.close()
    return workspace.home, row.id


@pytest.fixture
def workspace(original: tuple[Path, str], tmp_path: Path) -> Workspace:
    shutil.copytree(original[0], tmp_path / "home")
    return open_workspace(tmp_path / "home")


@pytest.fixture
def other(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "other")


@pytest.fixture
def photo_set(workspace: Workspace, original: tuple[Path, str]) -> PhotoSet:
    return PhotoSets(workspace).open(original[1])


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 40), (9, 9, 9)).save(stream, "PNG")
    return stream.getvalue()


def save_to(photo_set: PhotoSet, target: Path, name: str = "My colours") -> Path:
    assert save(photo_set, name, target, silent) == target.stat().st_size
    return target


def bring(workspace: Workspace, source: Path, **request: Any) -> dict[str, Any]:
    """Import a file as a job does; the job's result."""
    job = JobRecord(id="job-1", kind="import", request={"source": str(source), **request})
    return import_source(workspace, job, silent)  # type: ignore[arg-type]


def remake(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Change the members of a zip, in place."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def relist(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Change `pawtune.json`, in place."""

    def edit(members: dict[str, bytes]) -> None:
        told = json.loads(members["pawtune.json"])
        change(told)
        members["pawtune.json"] = json.dumps(told).encode()

    return remake(path, edit)


def items(path: Path) -> list[Incoming | PhotoError]:
    with open_archive(path) as opened:
        found = list(opened.photos)
        assert opened.total == len(found)
        return found


class TestFile:
    def test_it_is_an_ordinary_zip_of_class_folders_with_the_list_first(
        self, photo_set: PhotoSet, tmp_path: Path
    ) -> None:
        with zipfile.ZipFile(save_to(photo_set, tmp_path / "set.zip")) as archive:
            first, *photos = archive.infolist()
            assert first.filename == "pawtune.json"
            assert all(entry.compress_type == zipfile.ZIP_STORED for entry in photos)
            for entry, photo in zip(photos, photo_set.photos, strict=True):
                split, folder, name = entry.filename.split("/")
                assert (split, folder) == (photo.split, photo_set.classes[photo.class_index])
                assert name[:4].isdigit()
                assert hashlib.sha256(archive.read(entry)).hexdigest() == photo.sha256
        names = [entry.filename.split("/")[2] for entry in photos if "/blue/" in entry.filename]
        assert names == [f"{number:04d}.jpg" for number in range(1, 7)]

    def test_the_same_set_gives_the_same_bytes(self, photo_set: PhotoSet, tmp_path: Path) -> None:
        first = save_to(photo_set, tmp_path / "a.zip").read_bytes()
        assert save_to(photo_set, tmp_path / "b.zip").read_bytes() == first

    @pytest.mark.parametrize("moment", range(5))
    def test_stopped_at_any_moment_nothing_is_left(
        self, photo_set: PhotoSet, tmp_path: Path, moment: int
    ) -> None:
        count = 0

        def stop(*_: object) -> None:
            nonlocal count
            if count == moment * len(photo_set.photos) // 4:
                raise Stopped("Stopped.")
            count += 1

        (tmp_path / "out").mkdir()
        with pytest.raises(Stopped):
            save(photo_set, "x", tmp_path / "out" / "set.zip", stop)
        assert list((tmp_path / "out").iterdir()) == []

    def test_a_full_disk_is_said_and_leaves_the_old_file(
        self, photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "out" / "set.zip"
        before = save_to(photo_set, target).read_bytes()

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
        with pytest.raises(DiskFullError, match=r"set\.zip should be written to is full"):
            save(photo_set, "x", target, silent)
        assert target.read_bytes() == before
        assert list(target.parent.iterdir()) == [target]

    def test_a_place_that_takes_no_file_is_said(self, photo_set: PhotoSet, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        for target in (tmp_path / "file" / "set.zip", tmp_path):
            with pytest.raises(PhotoSetError, match="Choose another place"):
                save(photo_set, "x", target, silent)

    def test_too_much_for_one_file(
        self, photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pipeline.photos.set_file.LIMITS", replace(LIMITS, zip_entries=14))
        with pytest.raises(PhotoSetError, match="too large for one file"):
            save(photo_set, "x", tmp_path / "set.zip", silent)

    def test_a_damaged_photo_is_named(self, photo_set: PhotoSet, tmp_path: Path) -> None:
        (pack,) = photo_set.folder.glob("*.pack")
        pack.write_bytes(bytes(pack.stat().st_size))
        with pytest.raises(PhotoSetError, match="is damaged"):
            save(photo_set, "x", tmp_path / "set.zip", silent)
        assert not (tmp_path / "set.zip").exists()


class TestNames:
    @given(st.text())
    def test_a_folder_is_safe_on_every_system(self, name: str) -> None:
        folder = safe_name(name)
        assert folder
        assert len(folder.encode()) <= 100
        assert not set(folder) & set('/\\:*?"<>|')
        assert not any(unicodedata.category(sign) == "Cc" for sign in folder)
        assert folder[0] not in ". "
        assert folder[-1] not in ". "
        assert PurePosixPath("root", folder).parent == PurePosixPath("root")
        stem = unicodedata.normalize("NFKC", folder).casefold().split(".")[0]
        assert stem not in {"con", "prn", "aux", "nul", "com1", "lpt9"}

    @pytest.mark.parametrize("letter", ["👨\u200d👩\u200d👧", "क्षि", "o\u0323\u0302x"])
    def test_a_long_name_ends_behind_a_whole_letter(self, letter: str) -> None:
        letter = unicodedata.normalize("NFC", letter)
        folder = safe_name(letter * 60)
        assert set(folder.split(letter)) == {""}
        assert 96 - len(letter.encode()) < len(folder.encode()) <= 96

    @pytest.mark.parametrize("name", ["CON", "con.txt", "Com¹", "thumbs.db", "__MACOSX", "", ".."])
    def test_names_of_the_system_become_others(self, name: str) -> None:
        assert safe_name(name).startswith("_")

    @given(st.lists(st.text(max_size=8) | st.sampled_from(ODD), max_size=12))
    def test_folders_differ_whatever_the_letters(self, names: list[str]) -> None:
        folders = [unicodedata.normalize("NFKC", one).casefold() for one in folder_names(names)]
        assert len(set(folders)) == len(names)

    def test_letters_of_all_scripts_stay(self) -> None:
        assert folder_names(["Kätzchen", "قطط", "🐈\u200d⬛"]) == ("Kätzchen", "قطط", "🐈\u200d⬛")


class TestComesBack:
    def test_the_very_same_set(self, photo_set: PhotoSet, other: Workspace, tmp_path: Path) -> None:
        assert any(photo.note for photo in photo_set.photos)
        assert any(photo.origin and photo.origin.width == 700 for photo in photo_set.photos)
        result = bring(other, save_to(photo_set, tmp_path / "file.zip"))
        assert result["photo_set"] == photo_set.id
        assert result["rejected"] == []
        assert not any("as they were" in note for note in result["notes"])
        row = PhotoSets(other).get(photo_set.id)
        assert row.name == "My colours"
        again = PhotoSets(other).open(row.id)
        assert again.content == photo_set.content
        assert again.classes == ("blue", "green", "red")
        before, after = photo_set.fingerprints(), again.fingerprints()
        assert before is not None
        assert after is not None
        assert np.abs(before.astype(int) - after).max() <= 4, "of the photo as it is kept"
        assert examine(other)["healthy"]

    def test_a_name_that_somebody_gives_goes_before(
        self, photo_set: PhotoSet, other: Workspace, tmp_path: Path
    ) -> None:
        result = bring(other, save_to(photo_set, tmp_path / "file.zip"), name="Other")
        assert PhotoSets(other).get(result["photo_set"]).name == "Other"

    def test_added_to_another_set_its_photos_are_photos_like_any(
        self, photo_set: PhotoSet, workspace: Workspace, tmp_path: Path
    ) -> None:
        base = add_photo_set(workspace, class_folders(tmp_path / "more", names=("red", "green")))
        path = save_to(photo_set, tmp_path / "file.zip")
        result = bring(workspace, path, into=base.id)
        row = PhotoSets(workspace).get(result["photo_set"])
        twins = len(result["rejected"])
        assert result["accepted"] + twins == result["received"] == len(photo_set.photos)
        assert row.accepted == 40 + result["accepted"]
        assert row.album_id == PhotoSets(workspace).get(base.id).album_id
        noted = [photo for photo in PhotoSets(workspace).open(row.id).photos if photo.note]
        assert [photo.name for photo in noted] == ["red/plain.png"], "notes are kept"
        assert not any("as they were" in note for note in result["notes"])

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.data())
    def test_any_names(self, tmp_path: Path, data: st.DataObject) -> None:
        names = data.draw(st.lists(st.sampled_from(ODD) | st.text(max_size=20), min_size=1))
        clean = {class_names.key(name): class_names.clean(name) for name in names}
        classes = [name for name in clean.values() if 0 < len(name) <= LIMITS.class_name_chars]
        classes = classes or ["cats"]
        odd_photo = st.sampled_from([*ODD, "", "\x00\n", "long" * 3000]) | st.text()
        photos = [
            Photo(
                name=class_names.printable(data.draw(odd_photo)),
                class_index=data.draw(st.integers(0, len(classes) - 1)),
                split=data.draw(st.sampled_from(SPLITS)),
                sha256=hashlib.sha256(pixels).hexdigest(),
                width=48,
                height=48,
                note=data.draw(st.none() | st.just("It is blank.")),
                origin=Origin("JPEG", 48, 48, False),
            )
            for pixels in PIXELS
        ]
        content = Manifest.ordered(classes, photos, data.draw(st.integers(0, 2**63)))
        fresh = {
            photo.sha256: Fresh(len(pixels), lambda pixels=pixels: pixels)
            for photo, pixels in zip(photos, PIXELS, strict=True)
        }
        photo_set = writing.write(content, {}, fresh, None, tmp_path / "sets")
        path = save_to(photo_set, tmp_path / "any.zip", "Any ☂")
        with open_archive(path) as opened:
            assert opened.saved is not None
            assert (opened.title, opened.saved.name) == ("Any ☂", "Any ☂")
            assert (opened.saved.classes, opened.saved.seed) == (content.classes, content.seed)
            found = [item for item in opened.photos if isinstance(item, Incoming)]
            assert [item.known for item in found] == list(content.photos)
            assert [(item.name, item.class_name, item.split) for item in found] == [
                (photo.name, content.classes[photo.class_index], photo.split)
                for photo in content.photos
            ]
            for item, photo in zip(found, content.photos, strict=True):
                assert hashlib.sha256(item.read()).hexdigest() == photo.sha256

    def test_packed_anew_by_another_program(self, photo_set: PhotoSet, tmp_path: Path) -> None:
        path = save_to(photo_set, tmp_path / "set.zip")
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in reversed(archive.namelist())}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("__MACOSX/training/._0001.jpg", b"x")
            for name, data in members.items():
                archive.writestr(unicodedata.normalize("NFD", name), data)
        assert [item.known for item in items(path)] == list(photo_set.photos)


def as_version_1(photo_set: PhotoSet, home: Path) -> PhotoSet:
    """The same photos as an early PawTune kept them: one pack, and nothing of the origins."""
    told = json.loads((photo_set.folder / "manifest.json").read_bytes())
    told["version"], pack = 1, b""
    for index, entry in enumerate(told["photos"]):
        del entry["origin"]
        jpeg = photo_set.jpeg(index)
        entry["offset"], entry["length"] = len(pack), len(jpeg)
        pack += jpeg
    data = json.dumps(told).encode()
    folder = home / "photo_sets" / manifest_id(data)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes(data)
    (folder / "photos.pack").write_bytes(pack)
    return PhotoSet.open(folder)


class TestEarlySets:
    def test_saved_it_comes_back_with_the_same_photos(
        self, photo_set: PhotoSet, other: Workspace, tmp_path: Path
    ) -> None:
        old = as_version_1(photo_set, tmp_path / "early")
        result = bring(other, save_to(old, tmp_path / "file.zip"))
        assert result["rejected"] == []
        again = PhotoSets(other).open(result["photo_set"])
        assert again.photos == old.photos
        assert again.content.places is None, "as sets are kept today, so its id is another one"
        path = save_to(again, tmp_path / "again.zip")
        assert bring(other, path)["photo_set"] == again.id

    def test_backed_up_it_comes_back_as_it_is(
        self, photo_set: PhotoSet, workspace: Workspace, other: Workspace, tmp_path: Path
    ) -> None:
        old = as_version_1(photo_set, workspace.home)
        PhotoSets(workspace).add(Imported(old, len(old.photos), ()), "Early", "somewhere")
        assert back_up(workspace, tmp_path / "b.zip", silent)["left_out"] == []
        assert restore(other, tmp_path / "b.zip", silent)["left_out"] == []
        assert PhotoSets(other).open(old.id).check() == []
        assert examine(other)["healthy"]


class TestNotAsItWas:
    """One file after another that has come to harm; accepted and rejected add up to received."""

    @pytest.fixture
    def path(self, photo_set: PhotoSet, tmp_path: Path) -> Path:
        return save_to(photo_set, tmp_path / "set.zip")

    def test_a_missing_photo(self, path: Path, photo_set: PhotoSet, other: Workspace) -> None:
        names = member_names(photo_set.content)
        result = bring(other, remake(path, lambda members: members.pop(names[2])))
        (one,) = result["rejected"]
        assert one["name"] == photo_set.photos[2].name
        assert "missing from the saved photo set" in one["reason"]
        assert result["accepted"] + 1 == result["received"] == len(names)
        assert result["photo_set"] != photo_set.id
        again = PhotoSets(other).open(result["photo_set"])
        without = RemovePhotos((2,)).apply(photo_set.content)
        assert again.content == without, "the others are as they were"

    def test_a_photo_that_is_none_any_more(
        self, path: Path, photo_set: PhotoSet, other: Workspace
    ) -> None:
        names = member_names(photo_set.content)

        def harm(members: dict[str, bytes]) -> None:
            members[names[0]] = b"nothing"
            members[names[1]] = members[names[1]][:-100]

        result = bring(other, remake(path, harm))
        assert [one["name"] for one in result["rejected"]] == [
            photo.name for photo in photo_set.photos[:2]
        ]
        assert result["accepted"] + 2 == result["received"]

    def test_a_damaged_member(self, path: Path, photo_set: PhotoSet) -> None:
        data = bytearray(path.read_bytes())
        at = data.index(photo_set.jpeg(3)) + 400
        data[at] ^= 0xFF
        path.write_bytes(data)
        with pytest.raises(PhotoError, match="damaged inside the zip") as error:
            items(path)[3].read()  # type: ignore[union-attr]
        assert error.value.name == photo_set.photos[3].name

    def test_another_photo_in_its_place(
        self, path: Path, photo_set: PhotoSet, other: Workspace
    ) -> None:
        names = member_names(photo_set.content)
        result = bring(
            other, remake(path, lambda members: members.update({names[0]: jpeg((1, 2, 3))}))
        )
        assert result["rejected"] == []
        assert result["photo_set"] != photo_set.id
        assert result["notes"][0].startswith("1 photo is not as it was")
        first = PhotoSets(other).open(result["photo_set"]).photos[0]
        was = photo_set.photos[0]
        assert (first.name, first.class_index, first.split) == (
            was.name,
            was.class_index,
            was.split,
        )
        assert first.sha256 != was.sha256

    def test_a_list_that_lies_about_hashes(
        self, path: Path, photo_set: PhotoSet, other: Workspace
    ) -> None:
        def lie(told: dict[str, Any]) -> None:
            for photo in told["manifest"]["photos"]:
                photo["sha256"], photo["note"] = "0" * 64, "It is a lie."

        result = bring(other, relist(path, lie))
        assert result["accepted"] == len(photo_set.photos)
        assert result["notes"][0].startswith(f"{len(photo_set.photos)} photos are not")
        again = PhotoSets(other).open(result["photo_set"])
        assert again.check() == []
        assert not any(photo.note == "It is a lie." for photo in again.photos)

    def test_a_photo_that_the_list_does_not_know(
        self, path: Path, photo_set: PhotoSet, other: Workspace
    ) -> None:
        result = bring(
            other, remake(path, lambda members: members.update({"training/red/new.jpg": b"x"}))
        )
        (one,) = result["rejected"]
        assert one["name"] == "training/red/new.jpg"
        assert "not in the list" in one["reason"]
        assert result["photo_set"] == photo_set.id
        assert result["accepted"] + 1 == result["received"]

    def test_two_photos_in_one_member_are_read_once(self, path: Path, photo_set: PhotoSet) -> None:
        def share(told: dict[str, Any]) -> None:
            told["members"] = [told["members"][0]] * len(told["members"])

        found = items(relist(path, share))
        assert sum(isinstance(one, Incoming) for one in found) == 1
        assert len(found) == 2 * len(photo_set.photos) - 1

    def test_the_list_itself_is_no_photo(self, path: Path) -> None:
        def point(told: dict[str, Any]) -> None:
            told["members"][0] = "pawtune.json"

        assert isinstance(items(relist(path, point))[0], PhotoError)

    @pytest.mark.parametrize(
        "change",
        [
            lambda told: told.update(format="Other"),
            lambda told: told.update(version=2),
            lambda told: told.update(extra=1),
            lambda told: told.pop("name"),
            lambda told: told.update(name=7),
            lambda told: told.update(name="\ud800"),
            lambda told: told.update(name="x" * 10_000),
            lambda told: told.update(members=told["members"][1:]),
            lambda told: told.update(members=[7] * len(told["members"])),
            lambda told: told["manifest"].update(seed=2**64),
            lambda told: told["manifest"].update(seed=-1),
            lambda told: told["manifest"].update(version=1),
            lambda told: told["manifest"].update(classes=["a", "b"]),
            lambda told: told["manifest"].update(classes=["Red", "red", "green"]),
            lambda told: told["manifest"].update(classes=["a", "b", "c" * 65]),
            lambda told: told["manifest"].update(classes=["a", "b", "c\n"]),
            lambda told: told["manifest"].update(classes=[f"{i}" for i in range(1001)]),
            lambda told: told["manifest"].update(photos=[]),
            lambda told: told["manifest"]["photos"][0].update(split="other"),
            lambda told: told["manifest"]["photos"][0].update(width=10**30),
            lambda told: told["manifest"]["photos"][0].update(note="x" * 2000),
            lambda told: told["manifest"]["photos"][0].update(note="\udfff"),
            lambda told: told["manifest"]["photos"][0].update(name=None),
        ],
    )
    def test_a_list_that_is_not_ours_makes_an_ordinary_zip(
        self, path: Path, photo_set: PhotoSet, change: Callable[[dict[str, Any]], None]
    ) -> None:
        with open_archive(relist(path, change)) as opened:
            assert opened.saved is None
            assert opened.title == "set"
            found = {
                item.name: (item.class_name, item.split)
                for item in opened.photos
                if isinstance(item, Incoming)
            }
        assert found["training/red/0001.jpg"] == ("red", "training")
        assert len(found) == len(photo_set.photos) + 1, "the list is looked at as a file, too"

    @pytest.mark.parametrize(
        "data",
        [b"", b"[" * 100_000, b"[[],[]]", b"\xff\xfe\x00", b"1" * 5000, b"{}", b"NaN"],
        ids=len,
    )
    def test_a_damaged_list_makes_an_ordinary_zip(self, path: Path, data: bytes) -> None:
        remake(path, lambda members: members.update({"pawtune.json": data}))
        with open_archive(path) as opened:
            assert opened.saved is None

    @pytest.mark.parametrize("before", [b"", b'{"members":', b'{"manifest":', b'{"more":'])
    def test_a_list_of_empty_lists_costs_no_memory(self, before: bytes) -> None:
        data = before + b"[" + b"[]," * 10**7 + b"[]]"
        tracemalloc.start()
        try:
            with pytest.raises(ValueError):
                set_file_list.from_bytes(data)
            assert tracemalloc.get_traced_memory()[1] < 2**20
        finally:
            tracemalloc.stop()

    def test_paths_in_names_lead_nowhere(
        self, path: Path, other: Workspace, tmp_path: Path
    ) -> None:
        def climb(told: dict[str, Any]) -> None:
            told["manifest"]["photos"][0]["name"] = "../../../etc/passwd"
            told["members"][1] = "../../../etc/passwd"

        before = {entry for entry in tmp_path.rglob("*") if "other" not in entry.parts}
        result = bring(other, relist(path, climb))
        assert {entry for entry in tmp_path.rglob("*") if "other" not in entry.parts} == before
        assert result["accepted"] + len(result["rejected"]) == result["received"]
        assert len(result["rejected"]) == 2, "the photo without a member, the member without one"

    @given(data=st.data())
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_garbled_anywhere_only_plain_errors_come_out(
        self, path: Path, tmp_path: Path, data: st.DataObject
    ) -> None:
        content = bytearray(path.read_bytes())
        if data.draw(st.booleans()):
            del content[data.draw(st.integers(0, len(content))) :]
        for _ in range(data.draw(st.integers(1, 5))):
            if content:
                content[data.draw(st.integers(0, len(content) - 1))] ^= 0x41
        garbled = tmp_path / "garbled.zip"
        garbled.write_bytes(content)
        try:
            found = items(garbled)
        except SourceError:
            return
        for item in found:
            if isinstance(item, Incoming):
                try:
                    item.read()
                except PhotoError as error:
                    assert str(error.why).endswith(".")
