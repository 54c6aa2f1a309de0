"""A restore whose process is killed: the empty workspace is empty, or all of it is there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.files.atomic import STAGING_MARK
from pipeline.progress import silent
from pipeline.workspace import startup
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.conftest import REPOSITORY
from tests.workspaces import add_photo_set, add_run, class_folders

pytestmark = pytest.mark.thorough

RESTORE = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.home import open_workspace

home, source, moment = sys.argv[1:]
workspace = open_workspace(Path(home))
calls = 0

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def report(*_):
    global calls
    calls += 1
    if str(calls) == moment:
        die()

if moment == "between names and rows":
    event.listen(workspace.database._engine, "commit", die)
if moment == "after the rows":
    real = Path.unlink
    Path.unlink = lambda path, **how: (die if path.name == "restoring.json" else real)(path, **how)
restore(workspace, Path(source), report)
"""


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    workspace = open_workspace(tmp_path / "full")
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    add_run(workspace, row.id, "Kept")
    back_up(workspace, tmp_path / "backup.zip", silent)
    return tmp_path / "backup.zip"


@pytest.mark.parametrize("moment", ["1", "4", "between names and rows", "after the rows"])
def test_killed_at_any_moment(own_home: Path, backup: Path, moment: str) -> None:
    open_workspace(own_home).database.close()
    done = subprocess.run(
        [sys.executable, "-c", RESTORE, str(own_home), str(backup), moment], cwd=REPOSITORY
    )
    assert done.returncode == -signal.SIGKILL
    left = [path for path in own_home.rglob("*") if STAGING_MARK in path.name]
    assert left, "it was killed in the middle"
    workspace, notices = startup.start(own_home)
    assert notices == ()
    health = examine(workspace)
    assert (health["problems"], health["leftovers"]) == ([], 0)
    is_there = moment == "after the rows"
    assert [run.name for run in Runs(workspace).list()] == (["Kept"] if is_there else [])
    assert len(PhotoSets(workspace).list()) == len(list((own_home / "photo_sets").iterdir()))
    assert len(PhotoSets(workspace).list()) == int(is_there)
    if not is_there:
        assert restore(workspace, backup, silent)["left_out"] == []
        assert [run.name for run in Runs(workspace).list()] == ["Kept"]
    assert examine(workspace)["healthy"]


def test_a_second_try_sees_to_it_as_well(own_home: Path, backup: Path) -> None:
    arguments = [str(own_home), str(backup), "between names and rows"]
    subprocess.run([sys.executable, "-c", RESTORE, *arguments], cwd=REPOSITORY)
    workspace = open_workspace(own_home)
    assert not examine(workspace)["healthy"], "folders without rows"
    assert restore(workspace, backup, silent)["left_out"] == []
    assert examine(workspace)["problems"] == []
