"""What comes back of a backup, whatever happened to the file."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import DiskFullError, SourceError, Stopped, WorkspaceError
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.progress import silent
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import LOG, Runs
from pipeline.workspace.sweeps import Sweeps
from pipeline.workspace.tables import AlbumRecord, JobRecord, TimingRecord
from pipeline.workspace.versions import Versions
from tests.pipeline.workspace.backup.conftest import (
    ALL,
    adds_up,
    files_of,
    no_space,
    remake,
    rewrite,
    shape,
    stopping,
    swap,
    tree,
)
from tests.toy_litert import SIDE_PX
from tests.workspaces import add_photo_set, add_sweep, class_folders

pytestmark = pytest.mark.thorough


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

    def test_a_sweep_comes_along_with_its_runs(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        photo_set = PhotoSets(workspace).list()[0]
        plan = {"spaces": [{"name": "dropout", "low": 0.0, "high": 0.5}], "minutes": None}
        made = add_sweep(workspace, photo_set.id, 2, plan=plan)
        with workspace.database.writing() as session:
            Sweeps(workspace).find(session, made.id).outcome = {"seed_spread": None}
        restore(empty, Path(back_up(workspace, tmp_path / "sweep.zip", silent)["file"]), silent)
        found = Sweeps(empty).get(made.id)
        assert (found.plan, found.outcome) == (plan, {"seed_spread": None})
        assert [run.sweep for run in found.runs] == [run.sweep for run in made.runs]
        assert found.default is not None
        assert examine(empty)["problems"] == []

    def test_a_damaged_sweep_is_left_out_alone(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        photo_set = PhotoSets(workspace).list()[0]
        made = add_sweep(workspace, photo_set.id, 1, plan={"runs": 2})
        other = add_sweep(workspace, photo_set.id, 1, plan={"runs": 2})
        with workspace.database.writing() as session:
            Sweeps(workspace).find(session, made.id).seconds = float("inf")
        restore(empty, Path(back_up(workspace, tmp_path / "sweep.zip", silent)["file"]), silent)
        assert Sweeps(empty).ids(photo_set.id) == (other.id,)
        assert Runs(empty).get(made.runs[0].id).sweep == made.runs[0].sweep

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
