"""A workspace with a photo set of two colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.workspace import seal_rows
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def photo_set(workspace: Workspace, tmp_path: Path):
    return add_photo_set(workspace, class_folders(tmp_path / "photos"))


def trained(workspace: Workspace, photo_set_id: str, name: str = "A run") -> Run:
    """A run that ended, as a worker leaves it."""
    run = add_run(workspace, photo_set_id, name)
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.can_answer = True
        seal_rows.count(session, record)
    return Runs(workspace).get(run.id)
