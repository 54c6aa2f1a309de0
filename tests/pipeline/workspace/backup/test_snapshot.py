"""The database in a backup: refused, or what it lies about is left out."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.progress import silent
from pipeline.workspace.backup import snapshot
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.backup.rows import Rows, leave_out, sizes
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.pipeline.workspace.backup.conftest import (
    ALL,
    adds_up,
    edit,
    rewrite,
    shape,
    swap,
    tree,
    twice,
)
from tests.workspaces import BEFORE_REVISIONS

Alone = Callable[[str], tuple[Rows, dict[str, str]]]


@pytest.fixture
def alone(original: Path, packed: Path, tmp_path: Path) -> Alone:
    """Changes the database of a backup, then reads it as `restore` would."""

    def read(statement: str) -> tuple[Rows, dict[str, str]]:
        with zipfile.ZipFile(packed) as archive:
            (tmp_path / "pawtune.sqlite").write_bytes(archive.read("pawtune.sqlite"))
        edit(tmp_path / "pawtune.sqlite", statement)
        return snapshot.read(tmp_path, original / "pawtune.sqlite")

    return read


class TestDatabase:
    """Whatever lies in the database's place: refused, or what it lies about is left out."""

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TRIGGER t AFTER INSERT ON albums BEGIN DELETE FROM runs; END",
            "CREATE TRIGGER t AFTER DELETE ON jobs BEGIN SELECT load_extension('x'); END",
            "CREATE VIEW v AS SELECT 1",
            "CREATE INDEX i ON runs (id || name)",
            "UPDATE sqlite_master SET sql = replace(sql, 'note TEXT', 'note TEXT CHECK (0)')",
            "CREATE INDEX i ON runs (id) WHERE length(printf('%.*c', 100000000, 'x')) < 0",
            "CREATE TABLE later (id INTEGER)",
            "CREATE VIRTUAL TABLE later USING fts5(x)",
            "ALTER TABLE runs ADD COLUMN later TEXT",
            "ALTER TABLE runs RENAME COLUMN note TO later",
            "DROP TABLE photo_sets",
            "UPDATE sqlite_master SET sql = 'CREATE TABLE runs (id TEXT)' WHERE name = 'runs'",
            "UPDATE sqlite_master SET sql = replace(sql, 'note TEXT', 'note AS (name)')",
            "UPDATE sqlite_master SET rootpage = 2 WHERE type = 'table'",
            "UPDATE runs SET id = '../x' WHERE number = 1",
            "UPDATE runs SET id = x'00' WHERE number = 1",
            "UPDATE runs SET id = 'starter' WHERE number = 1",
            "UPDATE runs SET photo_set_id = 'ffffffffffffffff'",
            "UPDATE albums SET id = hex(randomblob(21))",
            "INSERT INTO baselines VALUES ('', 'run-0', 1.0)",
            "INSERT INTO hidden_runs VALUES ('../x')",
        ],
    )
    def test_another_database_is_refused_whole(self, alone: Alone, statement: str) -> None:
        with pytest.raises(ValueError):
            alone(statement)

    def test_nothing_of_it_is_restored(self, empty: Workspace, backup: Path) -> None:
        before = tree(empty)
        rewrite(backup, "CREATE TRIGGER t AFTER INSERT ON albums BEGIN DELETE FROM runs; END")
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, backup, silent)
        assert tree(empty) == before
        assert examine(empty)["healthy"]

    def test_untouched_nothing_is_wrong_with_it(self, alone: Alone) -> None:
        rows, bad = alone("PRAGMA user_version = 0")
        assert (sizes(rows), bad) == (ALL, {})

    def test_files_that_are_there_twice(self, empty: Workspace, backup: Path) -> None:
        result = restore(empty, twice(backup, "files"), silent)
        assert any("is damaged in the backup" in one["reason"] for one in result["left_out"])
        assert adds_up(result)
        assert examine(empty)["healthy"]

    def test_rows_that_are_there_twice(self, empty: Workspace, backup: Path) -> None:
        """Where the file's own table does not mind, ours does."""
        twice(backup, "epochs")
        before = tree(empty)
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, backup, silent)
        assert tree(empty) == before
        assert examine(empty)["healthy"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda data: b"",
            lambda data: b"no database at all",
            lambda data: data[:5000],
            lambda data: data[:100] + bytes(4000) + data[4100:],
            lambda data: data.replace(b"CREATE TABLE runs", b"CREATE TABLE rums"),
        ],
    )
    def test_a_damaged_database(
        self, empty: Workspace, backup: Path, change: Callable[[bytes], bytes]
    ) -> None:
        before = tree(empty)
        with pytest.raises(SourceError, match="Nothing was restored"):
            restore(empty, swap(backup, "pawtune.sqlite", change), silent)
        assert tree(empty) == before

    @pytest.mark.parametrize(
        "change",
        [
            "runs SET created_at = 1e300",
            "runs SET created_at = 9e999",
            "runs SET test = '{\"loss\": 1}'",
            "runs SET test = '{\"loss\": NaN}'",
            "runs SET name = 'a' || char(0)",
            "runs SET name = x'00ff'",
            "runs SET best_epoch = 9223372036854775807",
            "runs SET best_epoch = 'two'",
            "runs SET tags = '\"good\"'",
            'runs SET tags = \'["x", "\\ud800"]\'',
            'runs SET tags = \'["good", "Good"]\'',
            'runs SET tags = \'["", "good"]\'',
            "runs SET tags = '[\"good, cats\"]'",
            "runs SET tags = 7",
            "runs SET note = 7.5e0 || x'00'",
            f"runs SET note = '{'x' * 2001}'",
            f"runs SET tags = '{json.dumps([f'tag {number}' for number in range(13)])}'",
            f"runs SET tags = '{json.dumps(['x' * 31])}'",
            f"runs SET config = '{'[' * 10**5}'",
            "runs SET config = '{'",
            'runs SET moved = \'[{"block": "stem"}]\'',
            'runs SET moved = \'[{"block":"x","weights":1,"changed":1,"distance":0}]\'',
            f'runs SET initial = \'{{"loss": 1{"0" * 400}, "accuracy": 0.5}}\'',
            "runs SET phase_seconds = '{\"x\": 1.0}'",
            'runs SET parameters = \'{"total": 1, "trainable": {"x": 1}}\'',
            "runs SET state = 'resting'",
            "runs SET started_from = '{}'",
            "runs SET started_from = 7",
            "runs SET number = -number",
            "epochs SET phase = 'x'",
            "epochs SET loss = 9e999",
            "albums SET name = x'00ff'",
            "albums SET visitor = hex(randomblob(33))",
            'versions SET rejected = \'[{"name": "x"}]\'',
            "photo_sets SET splits = '{\"x\": {}}'",
            "photo_sets SET splits = json_remove(splits, '$.test')",
            "photo_sets SET splits = json_set(splits, '$.more', json('{}'))",
            "photo_sets SET splits = json_set(splits, '$.test', json('[]'))",
            "photo_sets SET splits = json_set(splits, '$.test.unknown', 3)",
            "photo_sets SET splits = json_set(splits, '$.test.blue', -1, '$.test.cats', -1)",
            "photo_sets SET splits = json_set(splits, '$.test.blue', 0.5, '$.test.cats', 0.5)",
            "files SET path = '../../evil' || rowid",
            "files SET path = 'cache/x' || rowid",
            "files SET sha256 = 'x'",
            "files SET bytes = -1",
        ],
    )
    def test_a_value_that_cannot_be_costs_its_owner(self, alone: Alone, change: str) -> None:
        rows, bad = alone(f"UPDATE {change}")
        assert bad
        rest, left_out = leave_out(rows, bad)
        assert {one["id"] for one in left_out} >= bad.keys()
        assert all(type(one["name"]) is str for one in left_out)
        assert sizes(rest) != sizes(rows)

    @pytest.mark.parametrize(
        "change",
        [
            "runs SET config = json('{\"epochs\": -3}')",
            "runs SET config = json('{\"epochs\": [1]}')",
            "runs SET tags = json('[\"good, cats\"]')",
            "runs SET name = x'00ff'",
            "albums SET name = x'00ff'",
            "files SET path = '../../evil' || rowid",
        ],
    )
    def test_the_rest_is_restored(self, empty: Workspace, backup: Path, change: str) -> None:
        result = restore(empty, rewrite(backup, f"UPDATE {change}"), silent)
        assert result["left_out"] != []
        assert result["restored"] != result["in_backup"]
        assert adds_up(result)
        health = examine(empty)
        assert (health["problems"], health["leftovers"]) == ([], 0)

    def test_what_photos_say_goes_before_what_rows_say(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        more = "UPDATE photo_sets SET splits = json_set(splits, '$.test.blue', 999)"
        rewrite(backup, f"{more} WHERE json_type(splits, '$.test.blue') IS NOT NULL")
        restore(empty, backup, silent)
        assert PhotoSets(empty).list() == PhotoSets(workspace).list()

    def test_a_snapshot_of_an_earlier_version_is_brought_up_to_date(
        self, workspace: Workspace, empty: Workspace, backup: Path
    ) -> None:
        without = ("DROP TABLE baselines", "ALTER TABLE runs DROP COLUMN moved")
        rewrite(backup, *without, *BEFORE_REVISIONS)
        assert restore(empty, backup, silent)["left_out"] == []
        assert shape(empty) == shape(workspace)
        assert examine(empty)["healthy"]
