"""A whole workspace in one file, and what comes back of it, whatever happened to the file."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable
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
from pipeline.progress import silent
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.listing import is_allowed
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import LOG, Runs, find
from pipeline.workspace.tables import AlbumRecord, FileRecord, RunRecord, VersionRecord
from pipeline.workspace.versions import Versions
from tests.pages.conftest import finished_run
from tests.toy_litert import SIDE_PX
from tests.workspaces import add_photo_set, add_run, class_folders, finished

NOTHING = {"albums": 0, "photo_sets": 0, "runs": 0}


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


@pytest.fixture
def backup(workspace: Workspace, tmp_path: Path) -> Path:
    target = tmp_path / "stick" / "backup.zip"
    assert back_up(workspace, target, silent)["left_out"] == []
    return target


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
        count
        == result["restored"][kind]
        + result["there"][kind]
        + sum(one["kind"] == kind for one in result["left_out"])
        for kind, count in result["in_backup"].items()
    )


def remake(path: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """Change the members of a zip, in place."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def relist(path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """Change `backup.json`, in place."""

    def edit(members: dict[str, bytes]) -> None:
        told = json.loads(members["backup.json"])
        change(told)
        members["backup.json"] = json.dumps(told).encode()

    return remake(path, edit)


class TestThereAndBack:
    def test_into_an_empty_workspace(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        result = restore(empty, backup, silent)
        assert result["restored"] == {"albums": 2, "photo_sets": 4, "runs": 3}
        assert (result["there"], result["left_out"]) == (NOTHING, [])
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
        assert {name.split("/")[0] for name in names} == {"backup.json", "photo_sets", "runs"}

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

    def test_all_is_there_already(self, workspace: Workspace, backup: Path) -> None:
        before, files = shape(workspace), tree(workspace)
        result = restore(workspace, backup, silent)
        assert result["there"] == result["in_backup"]
        assert (result["restored"], result["left_out"]) == (NOTHING, [])
        assert shape(workspace) == before
        assert tree(workspace) == files

    def test_into_a_workspace_in_use(self, empty: Workspace, backup: Path, tmp_path: Path) -> None:
        own = add_photo_set(empty, class_folders(tmp_path / "own", 5, ("a", "b")), "Own")
        run = add_run(empty, own.id, "Own run")
        result = restore(empty, backup, silent)
        assert result["restored"] == result["in_backup"]
        assert {row.name for row in PhotoSets(empty).list()} == {"Own", "Colours", "Pets"}
        assert Runs(empty).get(run.id) == run
        with empty.database.reading() as session:
            ordered = session.scalars(select(RunRecord.name).order_by(RunRecord.number)).all()
        assert ordered == ["Own run", "First try", "Second try", "Cut off"]
        assert examine(empty)["healthy"]

    def test_a_set_that_went_other_ways_comes_back_beside_it(
        self, workspace: Workspace, backup: Path
    ) -> None:
        colours = next(row for row in PhotoSets(workspace).list() if row.name == "Colours")
        changed = Versions(workspace).edit(colours.id, RemovePhotos((5,)))
        result = restore(workspace, backup, silent)
        assert result["restored"] == {"albums": 1, "photo_sets": 1, "runs": 0}, "what was undone"
        rows = {row.name: row for row in PhotoSets(workspace).list()}
        assert rows["Colours"].id == changed.id
        assert rows["Colours (restored)"].id == colours.id
        assert examine(workspace)["healthy"]
        again = restore(workspace, backup, silent)
        assert again["there"] == again["in_backup"]

    def test_what_was_deleted_comes_back(self, workspace: Workspace, backup: Path) -> None:
        before = shape(workspace)
        run = next(run for run in Runs(workspace).list() if run.name == "Second try")
        Runs(workspace).delete(run.id)
        pets = next(row for row in PhotoSets(workspace).list() if row.name == "Pets")
        PhotoSets(workspace).delete(pets.id)
        result = restore(workspace, backup, silent)
        assert result["restored"] == {"albums": 1, "photo_sets": 1, "runs": 1}
        after = shape(workspace)
        assert sorted(after["rows"], key=lambda row: row.id) == sorted(
            before["rows"], key=lambda row: row.id
        )
        assert len(after["runs"]) == 3
        assert examine(workspace)["healthy"]


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

    def test_a_run_at_work_is_named(self, workspace: Workspace, tmp_path: Path) -> None:
        run = Runs(workspace).list()[0]
        with workspace.database.writing() as session:
            find(session, run.id).state = "running"
        result = back_up(workspace, tmp_path / "b.zip", silent)
        (one,) = result["left_out"]
        assert (one["kind"], one["id"], one["name"]) == ("runs", run.id, run.name)
        assert "still at work" in one["reason"]
        assert result["runs"] == 2

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
        assert {(one["kind"], one["name"]) for one in result["left_out"]} == {
            ("albums", "Pets"),
            ("photo_sets", "Pets"),
            ("runs", "Second try"),
            ("runs", "Cut off"),
        }
        assert all(one["reason"].endswith(".") for one in result["left_out"])
        assert restore(empty, tmp_path / "b.zip", silent)["left_out"] == []
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
        names = {(one["kind"], one["name"]) for one in result["left_out"]}
        assert ("runs", "Cut off") in names
        assert ("albums", "Pets") in names
        assert restore(empty, tmp_path / "b.zip", silent)["left_out"] == []
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
        relist(backup, lambda told: told["albums"][0].update(name="x" * 100_000))

        @event.listens_for(empty.database._engine, "connect")
        def limit(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA max_page_count = 1").close()

        with pytest.raises(WorkspaceError, match="database cannot be used"):
            restore(empty, backup, silent)
        assert tree(empty) == before
        assert examine(open_workspace(empty.home))["healthy"]

    def test_killed_between_names_and_rows_it_goes_on(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        for folder in ("photo_sets", "runs"):
            shutil.copytree(workspace.home / folder, empty.home / folder, dirs_exist_ok=True)
        assert not examine(empty)["healthy"]
        result = restore(empty, backup, silent)
        assert result["restored"] == result["in_backup"]
        assert shape(empty) == shape(workspace)
        assert examine(empty)["healthy"]

    def test_what_is_in_the_way_stays(self, empty: Workspace, backup: Path) -> None:
        with zipfile.ZipFile(backup) as archive:
            told = json.loads(archive.read("backup.json"))
        run_id = told["runs"][0]["id"]
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

    def test_a_whole_backup_brings_the_rest_later(
        self, workspace: Workspace, empty: Workspace, backup: Path, tmp_path: Path
    ) -> None:
        harmed = shutil.copy(backup, tmp_path / "harmed.zip")
        remake(harmed, lambda members: [members.pop(name) for name in list(members)[:9]])
        assert restore(empty, harmed, silent)["left_out"] != []
        result = restore(empty, backup, silent)
        assert result["left_out"] == []
        assert {run.id for run in Runs(empty).list()} == {run.id for run in Runs(workspace).list()}
        assert examine(empty)["healthy"]

    def test_a_bundle_that_was_swapped(self, empty: Workspace, backup: Path) -> None:
        """Checksums of its own make the list agree; the bundle's own seal does not."""

        def swap(members: dict[str, bytes]) -> None:
            told = json.loads(members["backup.json"])
            for file in told["files"]:
                if file["path"].endswith("model.tflite"):
                    members[file["member"]] = b"another network"
                    file["bytes"] = len(b"another network")
                    file["sha256"] = hashlib.sha256(b"another network").hexdigest()
            members["backup.json"] = json.dumps(told).encode()

        result = restore(empty, remake(backup, swap), silent)
        (one,) = result["left_out"]
        assert "model.tflite has changed" in one["reason"]
        assert adds_up(result)

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

    @pytest.mark.parametrize(
        "change",
        [
            lambda told: told.update(format="PawTune photo set file"),
            lambda told: told.update(version=2),
            lambda told: told.update(more=1),
            lambda told: told.pop("epochs"),
            lambda told: told.update(runs={}),
            lambda told: told["files"][0].update(path="../../evil"),
            lambda told: told["files"][0].update(path="/etc/passwd"),
            lambda told: told["files"][0].update(path="photo_sets\\x\\manifest.json"),
            lambda told: told["files"][0].update(owner="other"),
            lambda told: told["files"][0].update(bytes=-1),
            lambda told: told["files"][0].update(bytes=10**30),
            lambda told: told["files"][0].update(bytes=True),
            lambda told: told["files"][0].update(sha256="x" * 64),
            lambda told: told["files"].append(told["files"][0]),
            lambda told: told["runs"][0].update(id="../x"),
            lambda told: told["runs"][0].update(id="starter"),
            lambda told: told["runs"][0].update(state="running"),
            lambda told: told["runs"][0].update(photo_set_id="f" * 16),
            lambda told: told["runs"][0].update(created_at=1e300),
            lambda told: told["runs"][0].update(test={"loss": 1}),
            lambda told: told["runs"][0].update(name="\ud800"),
            lambda told: told["runs"][0].update(best_epoch=2**70),
            lambda told: told["runs"].append(told["runs"][0]),
            lambda told: told["albums"][0].update(name=7),
            lambda told: told["albums"][0].update(id="x" * 41),
            lambda told: told["albums"][0].pop("source"),
            lambda told: told["versions"][0].update(rejected=[{"name": "x"}]),
            lambda told: told["versions"][0].update(number=7),
            lambda told: told["epochs"][0].update(loss=float("inf")),
            lambda told: told["photo_sets"][0].update(id="x"),
            lambda told: told["runs"][0].update(tags="good"),
            lambda told: told["runs"][0].update(note=7),
            lambda told: told["runs"][0].update(note="x" * 2001),
            lambda told: told["runs"][0].update(tags=[f"tag {number}" for number in range(13)]),
            lambda told: told["runs"][0].update(tags=["x" * 31]),
            lambda told: told["runs"][0].update(tags=["good", "Good"]),
            lambda told: told["runs"][0].update(tags=["", "good"]),
            lambda told: told["runs"][0].update(tags=["good, cats"]),
            lambda told: told["runs"][0].update(moved=[block("[click](https://evil.example)")]),
            lambda told: told["runs"][0].update(moved=[block("stem"), block("stem")]),
            lambda told: told["runs"][0].update(moved=[block("stem", weights=10**400)]),
            lambda told: told["runs"][0].update(initial={"loss": 10**400, "accuracy": 0.5}),
            lambda told: told["runs"][0].update(phase_seconds={"x": 1.0}),
            lambda told: told["runs"][0]["parameters"].update(trainable={"x": 1}),
            lambda told: told["epochs"][0].update(phase="x"),
            lambda told: told["photo_sets"][0].update(splits={"x": {}}),
            lambda told: told["photo_sets"][0]["splits"].pop("test"),
            lambda told: told["photo_sets"][0]["splits"].update(more={}),
            lambda told: told["photo_sets"][0]["splits"].update(test=[]),
            lambda told: told["photo_sets"][0]["splits"].update(test={"unknown": 3}),
            lambda told: told["photo_sets"][0]["splits"]["test"].update(blue=-1),
            lambda told: told["photo_sets"][0]["splits"]["test"].update(blue=0.5),
            lambda told: told["baselines"].append({"visitor": "", "run_id": "run-0"}),
            lambda told: told.update(baselines=[pin_on(told["runs"][0])] * 2),
        ],
    )
    def test_a_list_that_was_edited_is_refused_whole(
        self, empty: Workspace, backup: Path, change: Callable[[dict[str, Any]], Any]
    ) -> None:
        before = tree(empty)
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, relist(backup, change), silent)
        assert tree(empty) == before
        assert examine(empty)["healthy"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda told: told["runs"][0].update(config={"epochs": -3}),
            lambda told: told["runs"][0].update(config={"epochs": [1]}),
            lambda told: [told["files"].remove(file) for file in files_of(told, "runs")],
            lambda told: [file.update(bytes=file["bytes"] + 1) for file in files_of(told, "runs")],
            lambda told: [file.update(sha256="0" * 64) for file in files_of(told, "photo_sets")],
            lambda told: [file.update(member="backup.json") for file in files_of(told, "runs")],
            lambda told: [told["files"].remove(file) for file in files_of(told, "photo_sets")],
        ],
    )
    def test_a_list_that_lies_costs_only_what_it_lies_about(
        self, empty: Workspace, backup: Path, change: Callable[[dict[str, Any]], Any]
    ) -> None:
        result = restore(empty, relist(backup, change), silent)
        assert result["left_out"] != []
        assert adds_up(result)
        health = examine(empty)
        assert (health["problems"], health["leftovers"]) == ([], 0)

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


def block(name: str, **values: Any) -> dict[str, Any]:
    return {"block": name, "weights": 10, "changed": 10, "distance": 0.5} | values


def pin_on(run: dict[str, Any]) -> dict[str, Any]:
    return {"visitor": "", "run_id": run["id"], "created_at": 1.0}


def files_of(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Files of the first set or run in a backup's list."""
    owner = told[kind][0]["id"]
    return [file for file in told["files"] if file["owner"] == owner]


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
        assert (code, told["restored"]) == (0, {"albums": 2, "photo_sets": 4, "runs": 3})
        code, health = run("doctor")
        assert (code, health["problems"]) == (0, [])
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
