"""The doctor sees what is missing, changed or a stranger's."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from pipeline.errors import WorkspaceError
from pipeline.photos.decoding import sandbox
from pipeline.workspace.doctor import examine
from pipeline.workspace.photo_sets import PhotoSets
from tests.workspaces import add_run


@pytest.mark.parametrize("damage", ["missing", "changed", "stranger"])
def test_the_doctor_sees(workspace, photo_set, damage: str) -> None:
    run = add_run(workspace, photo_set.id)
    assert examine(workspace) == {
        "healthy": True,
        "problems": [],
        "files": 7,
        "photo_sets": 1,
        "runs": 1,
        "jobs": 1,
        "leftovers": 0,
        "notes": list(sandbox.missing()),
    }
    pack = next(workspace.photo_sets_folder.rglob("*.pack"))
    if damage == "missing":
        (run.folder / "predictions.npz").unlink()
    elif damage == "changed":
        data = bytearray(pack.read_bytes())
        data[len(data) // 2] ^= 1
        pack.write_bytes(data)
    else:
        (workspace.runs_folder / "run-unknown").mkdir()
    found = examine(workspace)
    assert not found["healthy"]
    expected = {"missing": "is missing", "changed": "damaged", "stranger": "belongs to nothing"}
    assert any(expected[damage] in problem for problem in found["problems"])


def test_rows_of_the_cache_that_the_disk_forgot(workspace, photo_set) -> None:
    PhotoSets(workspace).open(photo_set.id).arrays(32, workspace.cache_folder)
    assert examine(workspace)["healthy"]
    (path,) = workspace.cache_folder.glob("sums-*")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (problem,) = examine(workspace)["problems"]
    assert problem.endswith("is damaged in 1 row, made anew when needed.")
    PhotoSets(workspace).open(photo_set.id).arrays(32, workspace.cache_folder)
    assert examine(workspace)["healthy"]


def test_a_database_that_sqlite_finds_damaged(workspace, photo_set) -> None:
    file = workspace.database.sqlite_file
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("CREATE INDEX beside ON albums (name)")
        connection.execute(
            "INSERT INTO albums (id, name, source, created_at) VALUES ('x','y','z',0)"
        )
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'name', 'source') WHERE name = 'beside'"
        )
        connection.commit()
    found = examine(workspace)
    assert any("database is damaged" in problem for problem in found["problems"])


def test_one_that_cannot_be_read_is_said(workspace, photo_set) -> None:
    file = workspace.database.sqlite_file
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(file.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    file.write_bytes(data)
    with pytest.raises(WorkspaceError, match=r"is damaged .* again"):
        examine(workspace)
