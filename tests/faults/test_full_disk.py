"""No room, or no right to write: a sentence, and everything earlier as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from pipeline.errors import DiskFullError, WorkspaceError
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.workspaces import add_photo_set, add_run, class_folders


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
