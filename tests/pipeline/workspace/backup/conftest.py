"""A workspace with history, its backup, and ways to harm it."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Stopped
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from pipeline.progress import silent
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import LOG, Runs
from pipeline.workspace.versions import Versions
from tests.pages.conftest import finished_run
from tests.workspaces import add_photo_set, add_run, class_folders

ALL = {"albums": 2, "photo_sets": 4, "runs": 3}


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with history: two albums, one with three versions, and three runs."""
    place = tmp_path_factory.mktemp("original")
    workspace = open_workspace(place / "home")
    folder = class_folders(place / "photos", photos=8)
    (folder / "blue" / "notes.jpg").write_text("no photo at all", encoding="utf-8")
    first = add_photo_set(workspace, folder, "Colours")
    finished_run(workspace, first, "First try")
    second = Versions(workspace).edit(first.id, MovePhotos((0, 1), "green"))
    third = Versions(workspace).edit(second.id, RemovePhotos((2,)))
    Versions(workspace).undo(third.id)
    other = add_photo_set(workspace, class_folders(place / "more", 5, ("cats", "dogs")), "Pets")
    add_run(workspace, other.id, "Second try")
    cut_off = add_run(workspace, second.id, "Cut off", state="interrupted")
    (cut_off.folder / LOG).write_text("It was dark.", encoding="utf-8")
    Runs(workspace).hide_example(True)
    workspace.database.close()
    for folder in (workspace.cache_folder, workspace.downloads_folder, workspace.uploads_folder):
        (folder / "again.bin").write_bytes(b"can be made or fetched again")
    return workspace.home


@pytest.fixture
def workspace(original: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(original, tmp_path / "full")
    return open_workspace(tmp_path / "full")


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "empty")


@pytest.fixture(scope="session")
def packed(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("stick") / "backup.zip"
    assert back_up(open_workspace(original), target, silent)["left_out"] == []
    return target


@pytest.fixture
def backup(packed: Path, tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return Path(shutil.copy(packed, tmp_path / "stick"))


def shape(workspace: Workspace) -> dict[str, Any]:
    """Everything that people see of a workspace, but for when and where."""
    photo_sets = PhotoSets(workspace)
    return {
        "rows": photo_sets.list(),
        "histories": [Versions(workspace).history(row.id) for row in photo_sets.list()],
        "contents": {
            row.id: (photo_sets.open(row.id).content, photo_sets.open(row.id).check())
            for row in photo_sets.list()
        },
        "runs": [
            {name: getattr(run, name) for name in run.__slots__ if name != "folder"}
            for run in Runs(workspace).list()
        ],
        "logs": [Runs(workspace).log(run.id) for run in Runs(workspace).list()],
    }


def tree(workspace: Workspace) -> set[str]:
    """Every file but the database's."""
    return {
        entry.relative_to(workspace.home).as_posix()
        for entry in workspace.home.rglob("*")
        if "sqlite" not in entry.name
    }


def adds_up(result: dict[str, Any]) -> bool:
    """Whether everything in the backup is accounted for."""
    return all(
        count == result["restored"][kind] + sum(one["kind"] == kind for one in result["left_out"])
        for kind, count in result["in_backup"].items()
    )


def names_of(result: dict[str, Any]) -> set[tuple[str, str]]:
    """What was left out: kind and name."""
    return {(one["kind"], one["name"]) for one in result["left_out"]}


def remake(path: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """Change the members of a zip, in place."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def swap(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Change a file in a backup, in place."""

    def edit_it(members: dict[str, bytes]) -> None:
        entry = next(entry for entry in members if entry.endswith(name))
        members[entry] = change(members[entry])

    return remake(path, edit_it)


def edit(file: Path, *statements: str) -> None:
    """Change a database as somebody would who means harm."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            connection.execute(statement)


def rewrite(path: Path, *statements: str) -> Path:
    """Change the database in a backup, in place."""

    def change(data: bytes) -> bytes:
        file = path.with_name("edited.sqlite")
        file.write_bytes(data)
        edit(file, *statements)
        changed = file.read_bytes()
        file.unlink()
        return changed

    return swap(path, "pawtune.sqlite", change)


def stopping(moment: int) -> Callable[..., None]:
    """A report that stops the work once it was called so many times."""
    count = 0

    def report(*_: object) -> None:
        nonlocal count
        if count == moment:
            raise Stopped("Stopped.")
        count += 1

    return report


def no_space(*_: object) -> None:
    """What the system raises where the disk is full."""
    raise OSError(errno.ENOSPC, "No space left on device")


def twice(backup: Path, table: str) -> Path:
    """Repeat a row in a table that is no longer told to have it once."""
    return rewrite(
        backup,
        f"CREATE TABLE copy AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE copy RENAME TO {table}",
        f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1",
    )


def files_of(backup: Path, kind: str) -> list[str]:
    """Paths of the photo sets' or the runs' files, or of all."""
    with zipfile.ZipFile(backup) as archive:
        return [name for name in archive.namelist() if name.startswith(kind)]
