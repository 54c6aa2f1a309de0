"""A workspace with a photo set of two colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.workspace.home import Workspace, open_workspace
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def photo_set(workspace: Workspace, tmp_path: Path):
    return add_photo_set(workspace, class_folders(tmp_path / "photos"))
