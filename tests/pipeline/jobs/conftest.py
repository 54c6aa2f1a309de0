"""What most tests of jobs begin with: a workspace in which no worker is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.jobs import dispatch
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture
def workspace(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """What is asked for waits: the test does the work itself, or asks for no more than the row."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    return open_workspace(own_home)


@pytest.fixture
def photos(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Thirty photos of each of two colours."""
    return add_photo_set(workspace, class_folders(tmp_path / "photos", 30))
