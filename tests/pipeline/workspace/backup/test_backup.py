"""A whole workspace in one file, and what comes back of it, whatever happened to the file."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from pipeline.__main__ import main
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import DiskFullError, SourceError, Stopped, WorkspaceError
from pipeline.files.atomic import STAGING_MARK
from pipeline.jobs.queue import Jobs
from pipeline.photos.editing import MovePhotos, RemovePhotos
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.progress import silent
from pipeline.workspace.backup import snapshot
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.members import is_allowed
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.backup.rows import Rows, leave_out, sizes
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import LOG, Runs, find
from pipeline.workspace.tables import (
    AlbumRecord,
    FileRecord,
    JobRecord,
    RunRecord,
    TimingRecord,
    VersionRecord,
)
from pipeline.workspace.versions import Versions
from tests.pages.conftest import finished_run
from tests.toy_litert import SIDE_PX
from tests.workspaces import BEFORE_REVISIONS, add_photo_set, add_run, class_folders, finished

ALL = {"albums": 2, "photo_sets": 4, "runs": 3}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with history: two albums, one with three versions, and three runs."""
    place = tmp_path_factory.mktemp("original")
    workspace = open_workspace(place / "home")
    folder = class_folders(place / "photos", photos=8)
    (folder / "blue" / "notes.jpg").write_text("no photo at all", encoding="utf-8")
    first = add_photo_set(workspace, folder, "Colours")
    finished_run(workspace, first, "First try")
    second = Versions(workspace).edit(first.id, MovePhotos((0, 1), "green"))
    third = Versions(workspace).edit(second.id, RemovePhotos((2,)))
    Versions(workspace).undo(third.id)
    other = add_photo_set(workspace, class_folders(place / "more", 5, ("cats", "dogs")), "Pets")
    add_run(workspace, other.id, "Second try")
    cut_off = add_run(workspace, second.id, "Cut off", state="interrupted")
    (cut_off.folder / LOG).write_text("It was dark.", encoding="utf-8")
    Runs(workspace).hide_example(True)
    workspace.database.close()
    for folder in (workspace.cache_folder, workspace.downloads_folder, workspace.uploads_folder):
        (folder / "again.bin").write_bytes(b"can be made or fetched again")
    return workspace.home


@pytest.fixture
def workspace(original: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(original, tmp_path / "full")
    return open_workspace(tmp_path / "full")


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "empty")


@pytest.fixture(scope="module")
def packed(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("stick") / "backup.zip"
    assert back_up(open_workspace(original), target, silent)["left_out"] == []
    return target


@pytest.fixture
def backup(packed: Path, tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return Path(shutil.copy(packed, tmp_path / "stick"))


def shape(workspace: Workspace) -> dict[str, Any]:
    """Everything that people see of a workspace, but for when and where."""
    photo_sets = PhotoSets(workspace)
    return {
        "rows": photo_sets.list(),
        "histories": [Versions(workspace).history(row.id) for row in photo_sets.list()],
        "contents": {
            row.id: (photo_sets.open(row.id).content, photo_sets.open(row.id).check())
            for row in photo_sets.list()
        },
        "runs": [
            {name: getattr(run, name) for name in run.__slots__ if name != "folder"}
            for run in Runs(workspace).list()
        ],
        "logs": [Runs(workspace).log(run.id) for run in Runs(workspace).list()],
    }


def tree(workspace: Workspace) -> set[str]:
    """Every file but the database's."""
    return {
        entry.relative_to(workspace.home).as_posix()
        for entry in workspace.home.rglob("*")
        if "sqlite" not in entry.name
    }


def adds_up(result: dict[str, Any]) -> bool:
    """Whether everything in the backup is accounted for."""
    return all(
        count == result["restored"][kind] + sum(one["kind"] == kind for one in result["left_out"])
        for kind, count in result["in_backup"].items()
    )


def names_of(result: dict[str, Any]) -> set[tuple[str, str]]:
    """What was left out: kind and name."""
    return {(one["kind"], one["name"]) for one in result["left_out"]}


def remake(path: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """Change the members of a zip, in place."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def swap(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Change a file in a backup, in place."""

    def edit_it(members: dict[str, bytes]) -> None:
        entry = next(entry for entry in members if entry.endswith(name))
        members[entry] = change(members[entry])

    return remake(path, edit_it)


def edit(file: Path, *statements: str) -> None:
    """Change a database as somebody would who means harm."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            connection.execute(statement)


def rewrite(path: Path, *statements: str) -> Path:
    """Change the database in a backup, in place."""

    def change(data: bytes) -> bytes:
        file = path.with_name("edited.sqlite")
        file.write_bytes(data)
        edit(file, *statements)
        changed = file.read_bytes()
        file.unlink()
        return changed

    return swap(path, "pawtune.sqlite", change)


class TestThereAndBack:
    def test_into_an_empty_workspace(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        result = restore(empty, backup, silent)
        assert (result["restored"], result["in_backup"]) == (ALL, ALL)
        assert result["left_out"] == []
        assert shape(empty) == shape(workspace)
        assert Runs(empty).example_is_hidden()
        health = examine(empty)
        assert (health["problems"], health["leftovers"]) == ([], 0)
        assert health["files"] == examine(workspace)["files"]

    def test_a_change_that_was_taken_back_can_be_made_again(
        self, empty: Workspace, backup: Path
    ) -> None:
        restore(empty, backup, silent)
        colours = next(row for row in PhotoSets(empty).list() if row.name == "Colours")
        assert (colours.version, colours.can_undo, colours.can_redo) == (2, True, True)
        assert [entry["name"] for entry in colours.rejected] == ["blue/notes.jpg"]
        assert Versions(empty).redo(colours.id).accepted == 15
        assert examine(empty)["healthy"]

    def test_a_restored_run_answers(self, empty: Workspace, backup: Path) -> None:
        restore(empty, backup, silent)
        run = next(run for run in Runs(empty).list() if run.can_answer)
        classifier = Classifier(read_bundle(Runs(empty).bundle_folder(run.id)))
        blue = np.full((1, SIDE_PX, SIDE_PX, 3), (40, 40, 220), np.uint8)
        called = classifier.probabilities(blue).argmax(axis=1)
        assert [classifier.classes[index] for index in called] == ["blue"]
        assert len(Runs(empty).predictions(run.id).truth) == run.test["photos"]

    def test_what_can_be_made_again_is_not_in_it(self, backup: Path) -> None:
        with zipfile.ZipFile(backup) as archive:
            names = archive.namelist()
        assert {name.split("/")[0] for name in names} == {"pawtune.sqlite", "photo_sets", "runs"}

    def test_equal_photos_are_in_it_once_and_on_the_disk_once(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        with zipfile.ZipFile(backup) as archive:
            packs = [name for name in archive.namelist() if name.endswith(".pack")]
        there = list(workspace.photo_sets_folder.rglob("*.pack"))
        assert len(packs) < len(there)
        restore(empty, backup, silent)
        inodes = {path.stat().st_ino for path in empty.photo_sets_folder.rglob("*.pack")}
        assert len(inodes) == len(packs)

    def test_only_into_an_empty_workspace(self, workspace: Workspace, backup: Path) -> None:
        before, files = shape(workspace), tree(workspace)
        with pytest.raises(WorkspaceError, match="into an empty workspace"):
            restore(workspace, backup, silent)
        assert shape(workspace) == before
        assert tree(workspace) == files

    @pytest.mark.parametrize("in_backup", [False, True])
    def test_the_drawn_pets_of_a_new_workspace_give_way(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path, in_backup: bool
    ) -> None:
        folder = class_folders(tmp_path / "drawn", 5, ("cat", "dog"))
        drawn(empty, folder)
        if in_backup:
            drawn(workspace, folder)
        back_up(workspace, tmp_path / "b.zip", silent)
        result = restore(empty, tmp_path / "b.zip", silent)
        assert (result["restored"], result["left_out"]) == (result["in_backup"], [])
        assert shape(empty) == shape(workspace)
        assert examine(empty)["healthy"]

    def test_drawn_pets_that_were_worked_on_stay(
        self, empty: Workspace, backup: Path, tmp_path: Path
    ) -> None:
        pets = drawn(empty, class_folders(tmp_path / "drawn", 5, ("cat", "dog")))
        changed = Versions(empty).edit(pets.id, RemovePhotos((0,)))
        with pytest.raises(WorkspaceError, match="into an empty workspace"):
            restore(empty, backup, silent)
        assert [row.id for row in PhotoSets(empty).list()] == [changed.id]

    def test_a_workspace_that_was_filled_meanwhile_stays(
        self, empty: Workspace, backup: Path, tmp_path: Path
    ) -> None:
        def report(*_: object) -> None:
            if not PhotoSets(empty).list():
                add_photo_set(empty, class_folders(tmp_path / "own", 5, ("a", "b")), "Own")

        with pytest.raises(WorkspaceError, match="into an empty workspace"):
            restore(empty, backup, report)
        assert [row.name for row in PhotoSets(empty).list()] == ["Own"]
        assert examine(empty)["healthy"]

    def test_what_belongs_to_one_machine_stays_there(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        with workspace.database.writing() as session:
            session.add(TimingRecord(key="MARK-timing", measured={}))
            job = session.scalars(select(JobRecord)).first()
            assert job is not None
            job.title = "MARK-job"
        back_up(workspace, tmp_path / "b.zip", silent)
        with zipfile.ZipFile(tmp_path / "b.zip") as archive:
            assert b"MARK" not in archive.read("pawtune.sqlite")
        restore(empty, tmp_path / "b.zip", silent)
        with empty.database.reading() as session:
            assert session.scalars(select(JobRecord)).all() == []
            assert session.scalars(select(TimingRecord)).all() == []

    def test_visitors_work_stays_theirs(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        anna = "a" * 32
        add_photo_set(workspace, class_folders(tmp_path / "hers", 5, ("a", "b")), "Hers", anna)
        back_up(workspace, tmp_path / "b.zip", silent)
        restore(empty, tmp_path / "b.zip", silent)
        assert "Hers" in {row.name for row in PhotoSets(empty, anna).list()}
        assert "Hers" not in {row.name for row in PhotoSets(empty, "b" * 32).list()}

    def test_a_database_on_a_server_is_not_ours_to_save(
        self, workspace: Workspace, empty: Workspace, backup: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for one in (workspace, empty):
            monkeypatch.setattr(one.database, "sqlite_file", None)
        with pytest.raises(WorkspaceError, match="pg_dump"):
            back_up(workspace, backup.with_name("more.zip"), silent)
        with pytest.raises(WorkspaceError, match="pg_dump"):
            restore(empty, backup, silent)


def drawn(workspace: Workspace, folder: Path) -> PhotoSetRow:
    """Photos that are there as the drawn pets are: put there by PawTune itself."""
    row = add_photo_set(workspace, folder, "Drawn pets")
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, row.album_id).source = DRAWN_PETS
    return row


class TestBackingUp:
    def test_it_says_what_is_in_it(self, workspace: Workspace, tmp_path: Path) -> None:
        target = tmp_path / "b.zip"
        assert back_up(workspace, target, silent) == {
            "file": str(target),
            "bytes": target.stat().st_size,
            "albums": 2,
            "photo_sets": 4,
            "runs": 3,
            "left_out": [],
        }

    def test_a_file_is_not_written_over(self, workspace: Workspace, backup: Path) -> None:
        before = backup.read_bytes()
        with pytest.raises(WorkspaceError, match="not written over"):
            back_up(workspace, backup, silent)
        assert backup.read_bytes() == before

    def test_places_that_it_does_not_go_to(self, workspace: Workspace, tmp_path: Path) -> None:
        with pytest.raises(WorkspaceError, match="its own work"):
            back_up(workspace, workspace.runs_folder / "b.zip", silent)
        with pytest.raises(WorkspaceError, match="is a folder"):
            back_up(workspace, tmp_path, silent)
        (tmp_path / "file").write_text("x")
        with pytest.raises(WorkspaceError, match="Choose another place"):
            back_up(workspace, tmp_path / "file" / "b.zip", silent)
        assert examine(workspace)["healthy"]

    def test_a_run_at_work_is_named(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        run = Runs(workspace).list()[0]
        with workspace.database.writing() as session:
            find(session, run.id).state = "running"
        result = back_up(workspace, tmp_path / "b.zip", silent)
        (one,) = result["left_out"]
        assert (one["kind"], one["id"], one["name"]) == ("runs", run.id, run.name)
        assert "still at work" in one["reason"]
        assert result["runs"] == 2
        again = restore(empty, tmp_path / "b.zip", silent)
        assert again["left_out"] == result["left_out"]
        assert examine(empty)["healthy"]

    def test_what_is_damaged_is_named_and_the_rest_is_in_it(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        pets = next(row for row in PhotoSets(workspace).list() if row.name == "Pets")
        (pack,) = (workspace.photo_sets_folder / pets.id).glob("*.pack")
        data = bytearray(pack.read_bytes())
        data[100] ^= 1
        pack.write_bytes(data)
        cut_off = next(run for run in Runs(workspace).list() if run.name == "Cut off")
        (cut_off.folder / "predictions.npz").unlink()
        result = back_up(workspace, tmp_path / "b.zip", silent)
        assert names_of(result) == {
            ("albums", "Pets"),
            ("photo_sets", "Pets"),
            ("runs", "Second try"),
            ("runs", "Cut off"),
        }
        assert all(one["reason"].endswith(".") for one in result["left_out"])
        again = restore(empty, tmp_path / "b.zip", silent)
        assert names_of(again) == names_of(result)
        assert adds_up(again)
        assert [row.name for row in PhotoSets(empty).list()] == ["Colours"]
        assert examine(empty)["healthy"]

    def test_a_damaged_row_keeps_the_others_restorable(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        with workspace.database.writing() as session:
            run = session.scalars(select(RunRecord).where(RunRecord.name == "Cut off")).one()
            run.test = {"loss": "high"}  # type: ignore[dict-item]
            version = session.scalars(
                select(VersionRecord).join(AlbumRecord).where(AlbumRecord.name == "Pets")
            ).one()
            version.notes = [7]  # type: ignore[list-item]
        result = back_up(workspace, tmp_path / "b.zip", silent)
        assert {("runs", "Cut off"), ("albums", "Pets")} <= names_of(result)
        again = restore(empty, tmp_path / "b.zip", silent)
        assert again["left_out"] == result["left_out"]
        assert adds_up(again)
        assert "Colours" in {row.name for row in PhotoSets(empty).list()}

    @pytest.mark.parametrize("moment", range(6))
    def test_stopped_at_any_moment_nothing_is_left(
        self, workspace: Workspace, tmp_path: Path, moment: int
    ) -> None:
        (tmp_path / "out").mkdir()
        with pytest.raises(Stopped):
            back_up(workspace, tmp_path / "out" / "b.zip", stopping(moment))
        assert list((tmp_path / "out").iterdir()) == []

    def test_a_full_disk(
        self, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(zipfile._ZipWriteFile, "write", no_space)
        with pytest.raises(DiskFullError, match="is full"):
            back_up(workspace, tmp_path / "out" / "b.zip", silent)
        assert list((tmp_path / "out").iterdir()) == []

    def test_as_much_as_can_be_read_again_and_no_more(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path, monkeypatch
    ) -> None:
        made, read = "pipeline.workspace.backup.backup", "pipeline.workspace.backup.restoring"
        back_up(workspace, tmp_path / "b.zip", silent)
        with workspace.database.reading() as session:
            entries = len(session.scalars(select(FileRecord)).all())
        loose = [name for name in files_of(tmp_path / "b.zip", "runs") if "predictions" not in name]
        entries += len(loose) + 1
        monkeypatch.setattr(f"{made}.MOST_FILES", entries)
        monkeypatch.setattr(f"{read}.MOST_FILES", entries)
        back_up(workspace, tmp_path / "most.zip", silent)
        assert restore(empty, tmp_path / "most.zip", silent)["left_out"] == []
        for name, most in (("MOST_FILES", entries - 1), ("DATABASE_BYTES", 1000)):
            monkeypatch.setattr(f"{made}.{name}", most)
            with pytest.raises(WorkspaceError, match="more files than one backup takes"):
                back_up(workspace, tmp_path / "out" / "b.zip", silent)
        assert list((tmp_path / "out").iterdir()) == []


def stopping(moment: int) -> Callable[..., None]:
    count = 0

    def report(*_: object) -> None:
        nonlocal count
        if count == moment:
            raise Stopped("Stopped.")
        count += 1

    return report


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class TestInterrupted:
    """Whatever ends a restore: the workspace is as it was, or all of it is there."""

    @pytest.mark.parametrize("moment", [*range(8), 12, 16, 20])
    def test_stopped_at_any_moment(self, empty: Workspace, backup: Path, moment: int) -> None:
        before = tree(empty)
        with pytest.raises(Stopped):
            restore(empty, backup, stopping(moment))
        assert tree(empty) == before
        assert PhotoSets(empty).list() == ()
        assert restore(empty, backup, silent)["left_out"] == []
        assert examine(empty)["healthy"]

    def test_a_full_disk(
        self, empty: Workspace, backup: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = tree(empty)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", no_space)
            with pytest.raises(DiskFullError, match="is full"):
                restore(empty, backup, silent)
        assert tree(empty) == before
        assert examine(empty)["healthy"]

    def test_a_full_disk_for_the_rows(self, empty: Workspace, backup: Path) -> None:
        before = tree(empty)
        rewrite(backup, f"UPDATE albums SET name = '{'x' * 100_000}'")

        @event.listens_for(empty.database._engine, "connect")
        def limit(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA max_page_count = 1").close()

        with pytest.raises(WorkspaceError, match="database cannot be used"):
            restore(empty, backup, silent)
        assert tree(empty) == before
        assert examine(open_workspace(empty.home))["healthy"]

    def test_what_is_in_the_way_stays(self, empty: Workspace, backup: Path) -> None:
        run_id = files_of(backup, "runs")[0].split("/")[1]
        (empty.runs_folder / run_id).mkdir()
        (empty.runs_folder / run_id / "mine.txt").write_text("mine")
        result = restore(empty, backup, silent)
        (one,) = result["left_out"]
        assert (one["id"], "is in its way" in one["reason"]) == (run_id, True)
        assert (empty.runs_folder / run_id / "mine.txt").read_text() == "mine"
        assert adds_up(result)


class TestDamaged:
    """A backup that has come to harm: what is whole comes back, the rest is named."""

    def test_a_damaged_pack_leaves_its_set_and_its_runs_out(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        pets = next(row for row in PhotoSets(workspace).list() if row.name == "Pets")
        content = backup.read_bytes()
        (pack,) = (workspace.photo_sets_folder / pets.id).glob("*.pack")
        at = content.index(pack.read_bytes())
        backup.write_bytes(content[: at + 50] + b"\x00harm\x00" + content[at + 56 :])
        result = restore(empty, backup, silent)
        assert adds_up(result)
        reasons = {(one["kind"], one["name"]): one["reason"] for one in result["left_out"]}
        assert set(reasons) == {
            ("albums", "Pets"),
            ("photo_sets", "Pets"),
            ("runs", "Second try"),
        }
        assert f"{pack.name} is damaged" in reasons["photo_sets", "Pets"]
        assert [row.name for row in PhotoSets(empty).list()] == ["Colours"]
        health = examine(empty)
        assert (health["problems"], health["leftovers"]) == ([], 0)

    def test_a_missing_member(self, workspace: Workspace, empty: Workspace, backup: Path) -> None:
        run = next(run for run in Runs(workspace).list() if run.can_answer)
        remake(backup, lambda members: members.pop(f"runs/{run.id}/bundle/model.tflite"))
        result = restore(empty, backup, silent)
        (one,) = result["left_out"]
        assert (one["kind"], one["id"], one["name"]) == ("runs", run.id, run.name)
        assert "model.tflite is missing" in one["reason"]
        assert adds_up(result)
        assert examine(empty)["healthy"]
        assert not (empty.runs_folder / run.id).exists()

    def test_a_bundle_that_was_swapped(self, empty: Workspace, backup: Path) -> None:
        """Where the database does not vouch for it, the bundle's own seal does."""
        result = restore(empty, swap(backup, "model.tflite", lambda _: b"another network"), silent)
        (one,) = result["left_out"]
        assert "model.tflite has changed" in one["reason"]
        assert adds_up(result)

    @pytest.mark.parametrize("change", [lambda data: data[:-1] + b"x", lambda data: data + b"x"])
    @pytest.mark.parametrize("name", [".pack", "manifest.json", "predictions.npz"])
    def test_a_file_that_was_swapped(
        self, empty: Workspace, backup: Path, name: str, change: Callable[[bytes], bytes]
    ) -> None:
        """The zip's own sum agrees, the database's does not."""
        result = restore(empty, swap(backup, name, change), silent)
        reasons = {one["reason"] for one in result["left_out"]}
        assert any("is damaged in the backup" in reason for reason in reasons)
        assert adds_up(result)
        assert examine(empty)["healthy"]

    def test_a_checksum_that_was_swapped_with_its_file(
        self, empty: Workspace, backup: Path
    ) -> None:
        name = next(path for path in files_of(backup, "photo_sets") if path.endswith(".pack"))
        with zipfile.ZipFile(backup) as archive:
            data = archive.read(name)[:-1] + b"x"
        told = f"sha256 = '{hashlib.sha256(data).hexdigest()}', bytes = {len(data)}"
        swap(
            rewrite(backup, f"UPDATE files SET {told} WHERE path = '{name}'"), name, lambda _: data
        )
        result = restore(empty, backup, silent)
        reasons = {one["reason"] for one in result["left_out"]}
        assert "Its photos are not those that its own list names." in reasons
        assert adds_up(result)

    def test_a_log_is_not_vouched_for_and_comes_along(self, empty: Workspace, backup: Path) -> None:
        restore(empty, swap(backup, LOG, lambda _: b"It was light."), silent)
        assert [log for log in shape(empty)["logs"] if log] == ["It was light."]

    def test_more_members_do_no_harm(self, empty: Workspace, backup: Path, tmp_path: Path) -> None:
        def add(members: dict[str, bytes]) -> None:
            members["../../evil.txt"] = b"evil"
            members["photo_sets/0123456789abcdef/manifest.json"] = b"evil"
            members["runs/run-1/evil.sh"] = b"evil"

        before = {entry for entry in tmp_path.rglob("*") if "empty" not in entry.parts}
        result = restore(empty, remake(backup, add), silent)
        assert result["restored"] == result["in_backup"]
        assert {entry for entry in tmp_path.rglob("*") if "empty" not in entry.parts} == before
        assert not any("evil" in name for name in tree(empty))

    def test_a_file_in_the_place_of_a_folder(self, empty: Workspace, backup: Path) -> None:
        name = next(path for path in files_of(backup, "runs") if "/bundle/" in path)
        entry = {name.rpartition("/")[0]: b"no folder"}
        result = restore(empty, remake(backup, lambda members: members.update(entry)), silent)
        (one,) = result["left_out"]
        assert "is damaged in the backup" in one["reason"]
        assert examine(empty)["healthy"]

    def test_names_that_some_disk_takes_for_the_same(self, empty: Workspace, backup: Path) -> None:
        name = next(path for path in files_of(backup, "runs") if path.endswith("npz"))
        remake(backup, lambda members: members.update({name.replace("pred", "PRED"): b"x"}))
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, backup, silent)

    @pytest.mark.parametrize("part", ["runs/", "photo_sets/", "bundle/", ".pack", ".npz"])
    def test_missing_files_cost_only_what_needs_them(
        self, empty: Workspace, backup: Path, part: str
    ) -> None:
        gone = [name for name in files_of(backup, "") if part in name]
        remake(backup, lambda members: [members.pop(name) for name in gone])
        result = restore(empty, backup, silent)
        assert result["left_out"] != []
        assert adds_up(result)
        health = examine(empty)
        assert (health["problems"], health["leftovers"]) == ([], 0)

    def test_a_database_too_long_to_be_read(
        self, empty: Workspace, backup: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pipeline.workspace.backup.restoring.DATABASE_BYTES", 1000)
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, backup, silent)

    def test_a_backup_of_an_earlier_version_names_it(self, empty: Workspace, backup: Path) -> None:
        def as_before(members: dict[str, bytes]) -> None:
            del members["pawtune.sqlite"]
            members["backup.json"] = b'{"format":"PawTune backup","version":1}'

        with pytest.raises(SourceError, match=r"made by PawTune 0\.1\.0\. Restore it with that"):
            restore(empty, remake(backup, as_before), silent)
        assert examine(empty)["healthy"]

    @pytest.mark.parametrize(
        "data",
        [b"", b"PK\x05\x06" + bytes(18), b"\xff\xd8\xff photo", b"text"],
        ids=["empty", "no entries", "a photo", "text"],
    )
    def test_what_is_no_backup(self, empty: Workspace, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "backup.zip"
        path.write_bytes(data)
        with pytest.raises(SourceError, match=r"backup\.zip is no backup of PawTune"):
            restore(empty, path, silent)
        with pytest.raises(SourceError, match="There is no file"):
            restore(empty, tmp_path / "none.zip", silent)

    def test_cut_at_any_point_it_says_so(self, empty: Workspace, backup: Path) -> None:
        whole = backup.read_bytes()
        before = tree(empty)
        for end in range(0, len(whole), len(whole) // 40):
            backup.write_bytes(whole[:end])
            with pytest.raises(SourceError, match="Choose the file that Back up has made"):
                restore(empty, backup, silent)
        assert tree(empty) == before

    @given(data=st.data())
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_garbled_anywhere_the_workspace_stays_healthy(
        self, backup: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        home = open_workspace(tmp_path_factory.mktemp("garbled") / "home")
        content = bytearray(backup.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(content) - 1))
            content[at] ^= data.draw(st.integers(1, 255))
        garbled = home.home.parent / "garbled.zip"
        garbled.write_bytes(content)
        try:
            result = restore(home, garbled, silent)
        except SourceError:
            assert PhotoSets(home).list() == ()
        else:
            assert adds_up(result)
        health = examine(home)
        assert (health["problems"], health["leftovers"]) == ([], 0)
        home.database.close()


def twice(backup: Path, table: str) -> Path:
    """Repeat a row in a table that is no longer told to have it once."""
    return rewrite(
        backup,
        f"CREATE TABLE copy AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE copy RENAME TO {table}",
        f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1",
    )


def files_of(backup: Path, kind: str) -> list[str]:
    """Paths of the photo sets' or the runs' files, or of all."""
    with zipfile.ZipFile(backup) as archive:
        return [name for name in archive.namelist() if name.startswith(kind)]


Alone = Callable[[str], tuple[Rows, dict[str, str]]]


@pytest.fixture
def alone(original: Path, packed: Path, tmp_path: Path) -> Alone:
    """Changes the database of a backup, then reads it as `restore` would."""

    def read(statement: str) -> tuple[Rows, dict[str, str]]:
        with zipfile.ZipFile(packed) as archive:
            (tmp_path / "pawtune.sqlite").write_bytes(archive.read("pawtune.sqlite"))
        edit(tmp_path / "pawtune.sqlite", statement)
        return snapshot.read(tmp_path, original / "pawtune.sqlite")

    return read


class TestDatabase:
    """Whatever lies in the database's place: refused, or what it lies about is left out."""

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TRIGGER t AFTER INSERT ON albums BEGIN DELETE FROM runs; END",
            "CREATE TRIGGER t AFTER DELETE ON jobs BEGIN SELECT load_extension('x'); END",
            "CREATE VIEW v AS SELECT 1",
            "CREATE INDEX i ON runs (id || name)",
            "UPDATE sqlite_master SET sql = replace(sql, 'note TEXT', 'note TEXT CHECK (0)')",
            "CREATE INDEX i ON runs (id) WHERE length(printf('%.*c', 100000000, 'x')) < 0",
            "CREATE TABLE later (id INTEGER)",
            "CREATE VIRTUAL TABLE later USING fts5(x)",
            "ALTER TABLE runs ADD COLUMN later TEXT",
            "ALTER TABLE runs RENAME COLUMN note TO later",
            "DROP TABLE photo_sets",
            "UPDATE sqlite_master SET sql = 'CREATE TABLE runs (id TEXT)' WHERE name = 'runs'",
            "UPDATE sqlite_master SET sql = replace(sql, 'note TEXT', 'note AS (name)')",
            "UPDATE sqlite_master SET rootpage = 2 WHERE type = 'table'",
            "UPDATE runs SET id = '../x' WHERE number = 1",
            "UPDATE runs SET id = x'00' WHERE number = 1",
            "UPDATE runs SET id = 'starter' WHERE number = 1",
            "UPDATE runs SET photo_set_id = 'ffffffffffffffff'",
            "UPDATE albums SET id = hex(randomblob(21))",
            "INSERT INTO baselines VALUES ('', 'run-0', 1.0)",
            "INSERT INTO hidden_runs VALUES ('../x')",
        ],
    )
    def test_another_database_is_refused_whole(self, alone: Alone, statement: str) -> None:
        with pytest.raises(ValueError):
            alone(statement)

    def test_nothing_of_it_is_restored(self, empty: Workspace, backup: Path) -> None:
        before = tree(empty)
        rewrite(backup, "CREATE TRIGGER t AFTER INSERT ON albums BEGIN DELETE FROM runs; END")
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, backup, silent)
        assert tree(empty) == before
        assert examine(empty)["healthy"]

    def test_untouched_nothing_is_wrong_with_it(self, alone: Alone) -> None:
        rows, bad = alone("PRAGMA user_version = 0")
        assert (sizes(rows), bad) == (ALL, {})

    def test_files_that_are_there_twice(self, empty: Workspace, backup: Path) -> None:
        result = restore(empty, twice(backup, "files"), silent)
        assert any("is damaged in the backup" in one["reason"] for one in result["left_out"])
        assert adds_up(result)
        assert examine(empty)["healthy"]

    def test_rows_that_are_there_twice(self, empty: Workspace, backup: Path) -> None:
        """Where the file's own table does not mind, ours does."""
        twice(backup, "epochs")
        before = tree(empty)
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, backup, silent)
        assert tree(empty) == before
        assert examine(empty)["healthy"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda data: b"",
            lambda data: b"no database at all",
            lambda data: data[:5000],
            lambda data: data[:100] + bytes(4000) + data[4100:],
            lambda data: data.replace(b"CREATE TABLE runs", b"CREATE TABLE rums"),
        ],
    )
    def test_a_damaged_database(
        self, empty: Workspace, backup: Path, change: Callable[[bytes], bytes]
    ) -> None:
        before = tree(empty)
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, swap(backup, "pawtune.sqlite", change), silent)
        assert tree(empty) == before

    @pytest.mark.parametrize(
        "change",
        [
            "runs SET created_at = 1e300",
            "runs SET created_at = 9e999",
            "runs SET test = '{\"loss\": 1}'",
            "runs SET test = '{\"loss\": NaN}'",
            "runs SET name = 'a' || char(0)",
            "runs SET name = x'00ff'",
            "runs SET best_epoch = 9223372036854775807",
            "runs SET best_epoch = 'two'",
            "runs SET tags = '\"good\"'",
            'runs SET tags = \'["x", "\\ud800"]\'',
            'runs SET tags = \'["good", "Good"]\'',
            'runs SET tags = \'["", "good"]\'',
            "runs SET tags = '[\"good, cats\"]'",
            "runs SET tags = 7",
            "runs SET note = 7.5e0 || x'00'",
            f"runs SET note = '{'x' * 2001}'",
            f"runs SET tags = '{json.dumps([f'tag {number}' for number in range(13)])}'",
            f"runs SET tags = '{json.dumps(['x' * 31])}'",
            f"runs SET config = '{'[' * 10**5}'",
            "runs SET config = '{'",
            'runs SET moved = \'[{"block": "stem"}]\'',
            'runs SET moved = \'[{"block":"x","weights":1,"changed":1,"distance":0}]\'',
            f'runs SET initial = \'{{"loss": 1{"0" * 400}, "accuracy": 0.5}}\'',
            "runs SET phase_seconds = '{\"x\": 1.0}'",
            'runs SET parameters = \'{"total": 1, "trainable": {"x": 1}}\'',
            "runs SET state = 'resting'",
            "runs SET number = -number",
            "epochs SET phase = 'x'",
            "epochs SET loss = 9e999",
            "albums SET name = x'00ff'",
            "albums SET visitor = hex(randomblob(33))",
            'versions SET rejected = \'[{"name": "x"}]\'',
            "photo_sets SET splits = '{\"x\": {}}'",
            "photo_sets SET splits = json_remove(splits, '$.test')",
            "photo_sets SET splits = json_set(splits, '$.more', json('{}'))",
            "photo_sets SET splits = json_set(splits, '$.test', json('[]'))",
            "photo_sets SET splits = json_set(splits, '$.test.unknown', 3)",
            "photo_sets SET splits = json_set(splits, '$.test.blue', -1, '$.test.cats', -1)",
            "photo_sets SET splits = json_set(splits, '$.test.blue', 0.5, '$.test.cats', 0.5)",
            "files SET path = '../../evil' || rowid",
            "files SET path = 'cache/x' || rowid",
            "files SET sha256 = 'x'",
            "files SET bytes = -1",
        ],
    )
    def test_a_value_that_cannot_be_costs_its_owner(self, alone: Alone, change: str) -> None:
        rows, bad = alone(f"UPDATE {change}")
        assert bad
        rest, left_out = leave_out(rows, bad)
        assert {one["id"] for one in left_out} >= bad.keys()
        assert all(type(one["name"]) is str for one in left_out)
        assert sizes(rest) != sizes(rows)

    @pytest.mark.parametrize(
        "change",
        [
            "runs SET config = json('{\"epochs\": -3}')",
            "runs SET config = json('{\"epochs\": [1]}')",
            "runs SET tags = json('[\"good, cats\"]')",
            "runs SET name = x'00ff'",
            "albums SET name = x'00ff'",
            "files SET path = '../../evil' || rowid",
        ],
    )
    def test_the_rest_is_restored(self, empty: Workspace, backup: Path, change: str) -> None:
        result = restore(empty, rewrite(backup, f"UPDATE {change}"), silent)
        assert result["left_out"] != []
        assert result["restored"] != result["in_backup"]
        assert adds_up(result)
        health = examine(empty)
        assert (health["problems"], health["leftovers"]) == ([], 0)

    def test_what_photos_say_goes_before_what_rows_say(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        more = "UPDATE photo_sets SET splits = json_set(splits, '$.test.blue', 999)"
        rewrite(backup, f"{more} WHERE json_type(splits, '$.test.blue') IS NOT NULL")
        restore(empty, backup, silent)
        assert PhotoSets(empty).list() == PhotoSets(workspace).list()

    def test_a_snapshot_of_an_earlier_version_is_brought_up_to_date(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        without = ("DROP TABLE baselines", "ALTER TABLE runs DROP COLUMN moved")
        rewrite(backup, *without, *BEFORE_REVISIONS)
        assert restore(empty, backup, silent)["left_out"] == []
        assert shape(empty) == shape(workspace)
        assert examine(empty)["healthy"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("photo_sets/0123456789abcdef/manifest.json", True),
        ("photo_sets/0123456789abcdef/photos-0123456789abcdef.pack", True),
        ("runs/run-0123456789/bundle/model.tflite", True),
        ("runs/run-0123456789/log.txt", True),
        ("photo_sets/0123456789abcdef/a/b", False),
        ("photo_sets/0123456789abcde/x", False),
        ("photo_sets/0123456789abcdef/", False),
        ("photo_sets/0123456789abcdef/..", False),
        ("photo_sets/0123456789abcdef/CON", False),
        ("photo_sets/0123456789abcdef/nul.txt", False),
        ("photo_sets/0123456789abcdef/.hidden", False),
        ("photo_sets/0123456789abcdef/dot.", False),
        ("photo_sets/0123456789abcdef/a b", False),
        ("photo_sets/../runs", False),
        ("runs/../pawtune.sqlite", False),
        ("runs/run-0123456789/a/b/c", False),
        ("runs/run-0123456789", False),
        ("cache/x", False),
        ("pawtune.sqlite", False),
        ("", False),
        ("runs/run-0123456789/log.txt\n", False),
        ("photo_sets/0123456789abcdef\n/x", False),
    ],
)
def test_only_paths_of_sets_and_runs_are_allowed(path: str, allowed: bool) -> None:
    assert is_allowed(path) is allowed


class TestJobsAndCommands:
    @pytest.mark.slow
    def test_the_commands(
        self, capsys, own_home: Path, original: Path, tmp_path: Path, monkeypatch
    ) -> None:
        monkeypatch.chdir(tmp_path)

        def run(*arguments: str) -> tuple[int, dict[str, Any]]:
            code = main([*arguments, "--json"])
            return code, json.loads(capsys.readouterr().out)

        shutil.copytree(original, own_home)
        code, told = run("backup", "all.zip")
        assert (code, told["file"]) == (0, str(tmp_path / "all.zip"))
        assert (told["photo_sets"], told["runs"], told["left_out"]) == (4, 3, [])
        assert "not written over" in run("backup", "all.zip")[1]["error"]
        shutil.rmtree(own_home)
        code, told = run("restore", "all.zip")
        assert (code, told["restored"]) == (0, ALL)
        code, health = run("doctor")
        assert (code, health["problems"]) == (0, [])
        assert "an empty workspace" in run("restore", "all.zip")[1]["error"]
        shutil.rmtree(own_home)
        assert "There is no file" in run("restore", "none.zip")[1]["error"]

    @pytest.mark.slow
    def test_an_uploaded_backup_is_gone_after_it_was_read(
        self, own_home: Path, backup: Path
    ) -> None:
        home = open_workspace(own_home)
        uploaded = Path(shutil.copy(backup, home.uploads_folder / "upload.zip"))
        job = finished(home, Jobs(home).submit_restore(uploaded).id)
        assert (job.state, job.error) == ("done", None)
        assert job.result["restored"] == job.result["in_backup"]
        assert not uploaded.exists()
        assert not any(STAGING_MARK in name for name in tree(home))
        with home.database.reading() as session:
            assert session.scalars(select(FileRecord)).first() is not None
