"""A whole workspace in one file: what is in it, what is named, what is left out."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.__main__ import main
from pipeline.errors import DiskFullError, Stopped, WorkspaceError
from pipeline.files.atomic import STAGING_MARK
from pipeline.jobs.queue import Jobs
from pipeline.progress import silent
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.tables import AlbumRecord, FileRecord, RunRecord, VersionRecord
from tests.pipeline.workspace.backup.conftest import (
    ALL,
    adds_up,
    files_of,
    names_of,
    no_space,
    stopping,
    tree,
)
from tests.workspaces import finished


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
        assert "still running" in one["reason"]
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

    def test_what_later_versions_count_of_a_test_comes_along(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path
    ) -> None:
        with workspace.database.writing() as session:
            run = session.scalars(select(RunRecord).where(RunRecord.name == "Second try")).one()
            counted = run.test = {**(run.test or {}), "counted_by_a_later_version": 7.0}
        assert back_up(workspace, tmp_path / "b.zip", silent)["left_out"] == []
        restore(empty, tmp_path / "b.zip", silent)
        assert counted in [run.test for run in Runs(empty).list()]

    @pytest.mark.parametrize("harm", [{"loss": "high"}, {"loss": 0.5}])
    def test_a_damaged_row_keeps_the_others_restorable(
        self, workspace: Workspace, empty: Workspace, tmp_path: Path, harm: Any
    ) -> None:
        with workspace.database.writing() as session:
            run = session.scalars(select(RunRecord).where(RunRecord.name == "Cut off")).one()
            run.test = harm
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
