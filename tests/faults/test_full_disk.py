"""No room, or no right to write: a sentence, and everything earlier as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from pipeline.errors import DiskFullError, SettingError, WorkspaceError
from pipeline.progress import silent
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.database import Database
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.workspaces import add_photo_set, add_run, class_folders

pytestmark = pytest.mark.thorough


@pytest.fixture
def workspace(own_home: Path, tmp_path: Path) -> Workspace:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    add_run(workspace, row.id, "Kept")
    return workspace


def no_more_pages(workspace: Workspace) -> None:
    """From now on the database may not grow, as on a full disk."""

    @event.listens_for(workspace.database._engine, "connect")
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").close()


def test_a_full_disk_is_said_and_loses_nothing(workspace: Workspace) -> None:
    no_more_pages(workspace)
    (run,) = Runs(workspace).list()
    with pytest.raises(DiskFullError, match=r"full.*safe"):
        Runs(workspace).rename(run.id, "x" * 100_000)
    again = open_workspace(workspace.home)
    assert [run.name for run in Runs(again).list()] == ["Kept"]
    assert len(PhotoSets(again).list()) == 1
    assert examine(again)["healthy"]


def test_a_damaged_database_is_said_too(workspace: Workspace) -> None:
    other = workspace.home / "other"
    other.mkdir()
    (other / "pawtune.sqlite").mkdir()  # something that cannot be opened
    with pytest.raises(WorkspaceError, match="database cannot be used"):
        open_workspace(other)


def test_a_full_disk_for_a_backup_is_said(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def no_room(*_: object) -> None:
        raise OperationalError("INSERT", {}, full)

    back_up(workspace, tmp_path / "b.zip", silent)
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", Mock(side_effect=full))
        with pytest.raises(WorkspaceError, match=r"cannot be copied .*is full"):
            back_up(workspace, tmp_path / "more" / "b.zip", silent)
    assert list((tmp_path / "more").iterdir()) == []
    empty = open_workspace(tmp_path / "empty")
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.workspace.backup.rows.read", no_room)
        with pytest.raises(WorkspaceError, match=r"disk is full.* is safe"):
            restore(empty, tmp_path / "b.zip", silent)
    assert restore(empty, tmp_path / "b.zip", silent)["left_out"] == []
    assert examine(empty)["healthy"]


@pytest.mark.parametrize("url", ["nonsense", "mysql://a:SECRET@host/x", "nosuch://a:SECRET@h/x"])
def test_an_address_of_no_database_is_said_without_its_password(own_home: Path, url: str) -> None:
    with pytest.raises(WorkspaceError, match="PAWTUNE_DATABASE_URL") as found:
        Database(own_home, url)
    assert "SECRET" not in str(found.value)


def test_a_path_that_sqlite_does_not_take_is_no_full_disk(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="too long"):
        Database(tmp_path.joinpath(*["a" * 60] * 9))
