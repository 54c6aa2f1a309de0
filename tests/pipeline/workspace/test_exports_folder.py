"""Files to take away are swept, and what is running is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.files.atomic import STAGING_MARK
from pipeline.workspace import exports_folder
from pipeline.workspace.home import Workspace, open_workspace


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


def test_what_a_killed_export_left_is_swept(workspace: Workspace) -> None:
    folder = workspace.exports_folder / f"{STAGING_MARK}killed"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(bytes(1000))
    exports_folder.sweep(workspace)
    assert folder.exists()  # it may be at work
    os.utime(folder, (1, 1))
    exports_folder.sweep(workspace)
    assert not folder.exists()
