"""The room that is kept for a full disk, on a small disk that is really full."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import WorkspaceError
from pipeline.workspace import reserve
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.startup import start
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB; skips where none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount a disk of its own")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path) -> Path:
    """Take every byte that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    stream.write(os.urandom(size) if size > 1 else b"1")
            except OSError:
                continue
    assert shutil.disk_usage(disk).free == 0
    return filler


@pytest.mark.thorough
def test_the_app_starts_on_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    home = small_disk / "home"
    workspace, _ = start(home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    add_run(workspace, row.id, "Kept")
    filler = fill(small_disk)

    again, notices = start(home)
    assert notices == ()
    assert [run.name for run in Runs(again).list()] == ["Kept"]
    assert PhotoSets(again).open(row.id).check() == []
    assert examine(again)["healthy"]
    with pytest.raises(WorkspaceError):
        Runs(again).rename(Runs(again).list()[0].id, "x" * 3 * reserve.BYTES)
    assert not (home / reserve.RESERVE).exists()

    filler.unlink()
    third, _ = start(home)
    assert (home / reserve.RESERVE).stat().st_size == reserve.BYTES
    assert [run.name for run in Runs(third).list()] == ["Kept"]
    assert examine(third)["healthy"]


@pytest.mark.thorough
def test_a_command_starts_on_it_as_well(small_disk: Path) -> None:
    home = small_disk / "home"
    start(home)
    fill(small_disk)
    assert Runs(open_workspace(home)).list() == ()


def test_where_there_is_room_nothing_is_given_up(tmp_path: Path) -> None:
    reserve.set_aside(tmp_path)
    assert not reserve.give_up(tmp_path)
    assert (tmp_path / reserve.RESERVE).exists()


def test_where_there_is_little_nothing_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 2**20))
    reserve.set_aside(tmp_path)
    assert [*tmp_path.iterdir()] == []
