"""The app's start: a damaged database, a crash's leftovers, a full disk."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.files.atomic import STAGING_MARK, staged_file
from pipeline.jobs.job import new_job
from pipeline.workspace import startup
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import AlbumRecord
from tests.workspaces import add_photo_set, add_run, class_folders

pytestmark = pytest.mark.thorough


@pytest.fixture
def lived_in(own_home: Path, tmp_path: Path) -> Path:
    """A workspace with a set and a run, started twice, so that its backup has both."""
    workspace, notices = startup.start(own_home)
    assert notices == ()
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    add_run(workspace, row.id, "Kept")
    workspace.database.close()
    again, notices = startup.start(own_home)
    assert notices == ()
    again.database.close()
    return own_home


def flip(path: Path, seed: int) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(200):
        data[random.Random(seed).randrange(16, 4096)] ^= 0xFF
    path.write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_database_comes_back_from_the_last_start(lived_in: Path, seed: int) -> None:
    flip(lived_in / "pawtune.sqlite", seed)
    workspace, notices = startup.start(lived_in)
    assert len(notices) == 1
    assert "copy from the last start" in notices[0]
    assert [run.name for run in Runs(workspace).list()] == ["Kept"]
    assert examine(workspace)["healthy"]
    (aside,) = (lived_in / "quarantine").iterdir()
    assert (aside / "pawtune.sqlite").exists()


def test_without_a_copy_the_photo_sets_are_found_again(lived_in: Path) -> None:
    flip(lived_in / "pawtune.sqlite", 1)
    (lived_in / "backup" / "pawtune.sqlite").write_bytes(b"nothing")
    workspace, notices = startup.start(lived_in)
    assert "found again" in notices[0]
    (row,) = PhotoSets(workspace).list()
    assert row.accepted == 40
    assert Runs(workspace).list() == ()


def test_a_busy_database_is_not_taken_for_a_damaged_one(
    lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr("pipeline.workspace.startup.sqlite3.connect", busy)
    assert startup._is_whole(lived_in / "pawtune.sqlite")
    assert not (lived_in / "quarantine").exists()


def test_what_a_crash_left_is_swept(lived_in: Path) -> None:
    leftovers = [
        lived_in / "photo_sets" / f"{STAGING_MARK}abc-new",
        lived_in / "cache" / f"{STAGING_MARK}abc-x.npy",
    ]
    leftovers[0].mkdir()
    (leftovers[0] / "photos.pack").write_bytes(b"half")
    leftovers[1].write_bytes(b"half")
    workspace, _ = startup.start(lived_in)
    assert not any(path.exists() for path in leftovers)
    assert examine(workspace)["leftovers"] == 0


def test_no_room_for_the_copy_keeps_nobody_from_starting(
    lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (lived_in / "backup" / "pawtune.sqlite").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.files.atomic.sync_file", full)
    workspace, _ = startup.start(lived_in)
    assert len(Runs(workspace).list()) == 1
    assert (lived_in / "backup" / "pawtune.sqlite").read_bytes() == before


def test_photos_that_a_run_alone_still_needs_are_no_problem(lived_in: Path) -> None:
    """Their album went, as when a visitor deletes a set that somebody else trained on."""
    workspace = open_workspace(lived_in)
    with workspace.database.writing() as session:
        session.delete(session.scalars(select(AlbumRecord)).one())
    assert examine(workspace)["problems"] == []


def test_what_a_killed_backup_left_beside_its_file_is_swept(
    lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "elsewhere" / "backup.zip"
    job = new_job("backup", "Back up", {"target": str(target)}, None)
    job.state = "interrupted"
    with open_workspace(lived_in).database.writing() as session:
        session.add(job)

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt), staged_file(target) as staged:
            staged.write_bytes(b"half")
            leave()
    other = target.with_name(".making-0123456789ab-other.zip")
    other.touch()
    assert len([*target.parent.iterdir()]) == 2
    startup.start(lived_in)
    assert [*target.parent.iterdir()] == [other]
