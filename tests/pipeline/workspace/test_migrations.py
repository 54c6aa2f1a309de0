"""The tables of every version become those of this one: on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from textwrap import dedent
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from pipeline.errors import WorkspaceError
from pipeline.workspace import migrations
from pipeline.workspace.database import Database
from pipeline.workspace.home import open_workspace
from pipeline.workspace.migrations import HEAD, SCHEMA_TABLE, chain
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import Base
from tests.conftest import REPOSITORY
from tests.workspaces import wait_for

pytestmark = pytest.mark.thorough

OLD = REPOSITORY / "tests" / "fixtures"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which `open_workspace` finds."""
    own_home.mkdir()
    if request.param == "sqlite":
        return f"sqlite:///{own_home / 'pawtune.sqlite'}"
    address: str = request.getfixturevalue("postgres").new_database()
    monkeypatch.setenv("PAWTUNE_DATABASE_URL", address)
    return address


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The same database without PawTune."""
    engine = create_engine(url, poolclass=NullPool)
    yield engine
    engine.dispose()


def open_and_close(home: Path) -> None:
    Database(home).close()


@pytest.fixture
def old(engine: Engine) -> Engine:
    """The database as PawTune 0.1 left it."""
    statements = (OLD / f"version_0_1.{engine.dialect.name}.sql").read_text(encoding="utf-8")
    with closing(engine.raw_connection()) as connection:
        if engine.dialect.name == "sqlite":
            connection.executescript(statements)
        else:
            connection.execute(statements)
            connection.commit()
    return engine


def schema(engine: Engine) -> dict[str, Any]:
    """All that the database knows of its tables, but for the order of their columns."""
    with engine.connect() as connection:
        known = inspect(connection)
        return {
            name: {
                "columns": {
                    column.pop("name"): {key: str(value) for key, value in column.items()}
                    for column in map(dict, known.get_columns(name))
                },
                "primary key": known.get_pk_constraint(name),
                "foreign keys": sorted(known.get_foreign_keys(name), key=str),
                "unique": sorted(known.get_unique_constraints(name), key=str),
                "indexes": sorted(known.get_indexes(name), key=str),
            }
            for name in known.get_table_names()
        }


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            name: sorted(
                map(dict, connection.execute(text(f"SELECT * FROM {name}")).mappings()), key=str
            )
            for name in inspect(connection).get_table_names()
            if name != SCHEMA_TABLE
        }


def revisions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text(f"SELECT version_num FROM {SCHEMA_TABLE}")))


def connections(engine: Engine) -> int:
    """How many there are to this database, with the one that asks."""
    with engine.connect() as connection:
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        return int(connection.scalar(text(count)))


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(text(f"DROP TABLE {table.name}"))
        connection.execute(text(f"DROP TABLE {SCHEMA_TABLE}"))


# === Two ways to the same tables ===


def test_the_chain_of_revisions_leads_to_the_tables_of_the_code(engine: Engine) -> None:
    with engine.begin() as connection:
        chain.upgrade(connection, None, SCHEMA_TABLE)
    migrated = schema(engine)
    empty(engine)
    with engine.begin() as connection:
        migrations._make(connection)
    assert len(migrated) == len(Base.metadata.tables) + 1
    assert migrated == schema(engine)


def test_a_fresh_database_is_at_the_newest_revision(engine: Engine, own_home: Path) -> None:
    open_and_close(own_home)
    assert revisions(engine) == [HEAD]
    assert chain.scripts().get_heads() == [HEAD]


# === Earlier databases ===


def test_a_database_of_0_1_is_brought_up_to_date(old: Engine, own_home: Path) -> None:
    before = rows(old)
    assert all(before.values()), "each table has rows"
    open_and_close(own_home)
    assert revisions(old) == [HEAD]
    after = rows(old)
    for name, were in before.items():
        assert [{key: row[key] for key in were[0]} for row in after[name]] == were
    upgraded = schema(old)
    empty(old)
    open_and_close(own_home)
    assert upgraded == schema(old), "the same as a fresh one"


def test_the_pages_find_what_was_there(old: Engine, own_home: Path) -> None:
    workspace = open_workspace(own_home)
    assert {row.name for row in PhotoSets(workspace).list()} == {
        "Katzen & Hunde",
        "It's 50 % “blue”",
        "猫と犬",
    }
    run = next(run for run in Runs(workspace).list() if run.id == "run-0")
    assert (run.note, run.tags, run.is_baseline) == ("worth\nkeeping", ("good",), True)
    workspace.database.close()


def as_before_versions(engine: Engine) -> None:
    """Take away what the first workspaces did not have."""
    with engine.begin() as connection:
        for name in ("versions", "albums", "baselines"):
            connection.execute(text(f"DROP TABLE {name}"))
        for name in ("runs", "jobs"):
            connection.execute(text(f"DROP INDEX ix_{name}_visitor"))
            connection.execute(text(f"ALTER TABLE {name} DROP COLUMN visitor"))
        for name in ("note", "tags", "moved"):
            connection.execute(text(f"ALTER TABLE runs DROP COLUMN {name}"))


def test_a_database_of_the_first_days_gets_all_that_came_since(old: Engine, own_home: Path) -> None:
    as_before_versions(old)
    open_and_close(own_home)
    after = rows(old)
    assert {row["id"] for row in after["albums"]} == {"album-set-0", "album-set-1", "album-set-2"}
    assert len(after["versions"]) == 3
    assert len(after["runs"]) == 3
    upgraded = schema(old)
    empty(old)
    open_and_close(own_home)
    assert upgraded == schema(old), "the same as a fresh one"


def test_a_deleted_album_does_not_come_back(old: Engine, own_home: Path) -> None:
    as_before_versions(old)
    open_and_close(own_home)
    with old.begin() as connection:
        connection.execute(text("DELETE FROM versions WHERE album_id = 'album-set-1'"))
        connection.execute(text("DELETE FROM albums WHERE id = 'album-set-1'"))
    open_and_close(own_home)
    assert len(rows(old)["albums"]) == 2


def test_a_database_of_a_newer_pawtune_is_refused_and_stays_as_it_is(
    old: Engine, own_home: Path
) -> None:
    open_and_close(own_home)
    with old.begin() as connection:
        connection.execute(text(f"UPDATE {SCHEMA_TABLE} SET version_num = 'later'"))
    before = rows(old)
    with pytest.raises(WorkspaceError, match=r"newer PawTune.*PAWTUNE_HOME"):
        open_workspace(own_home)
    assert (revisions(old), rows(old)) == (["later"], before)
    if old.dialect.name == "postgresql":
        wait_for(lambda: connections(old) == 1, "the refused connection's end")


# === Revisions to come ===

ALTERING = dedent("""
    from alembic import op
    from sqlalchemy import Column, Integer, Text

    revision = "next"
    down_revision = "0001"

    def upgrade():
        with op.batch_alter_table("runs") as runs:
            runs.add_column(Column("attempt", Integer, nullable=False, server_default="1"))
            runs.alter_column("name", new_column_name="title", existing_type=Text)
            runs.alter_column("note", existing_type=Text, nullable=False, server_default="")
    """)


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for the revision after the newest."""
    folder = tmp_path / "later versions"
    folder.mkdir()
    monkeypatch.setattr(chain, "FOLDERS", (*chain.FOLDERS, folder))
    monkeypatch.setattr(migrations, "HEAD", "next")
    return folder / "next.py"


def test_altering_a_table_keeps_its_rows_and_those_that_refer_to_them(
    old: Engine, own_home: Path, next_revision: Path
) -> None:
    """SQLite drops the old table on the way: with foreign keys on, every epoch would go too."""
    next_revision.write_text(ALTERING.replace("0001", HEAD), encoding="utf-8")
    with old.begin() as connection:
        connection.execute(text("UPDATE runs SET note = '' WHERE note IS NULL"))
    before, keys = rows(old), schema(old)["runs"]
    open_and_close(own_home)
    after = rows(old)
    assert revisions(old) == ["next"]
    assert {name: len(found) for name, found in after.items() if name in before} == {
        name: len(found) for name, found in before.items()
    }
    assert after["epochs"] == before["epochs"]
    altered = schema(old)["runs"]
    assert altered["columns"]["note"]["nullable"] == "False"
    assert {"attempt", "title"} <= altered["columns"].keys()
    for kind in ("primary key", "foreign keys", "indexes"):
        assert altered[kind] == keys[kind]
    with old.begin() as connection:
        if old.dialect.name == "sqlite":
            assert not connection.execute(text("PRAGMA foreign_key_check")).all()
        connection.execute(text("DELETE FROM baselines"))
    database = Database(own_home)
    with database.writing() as session:
        session.execute(text("DELETE FROM runs WHERE id = 'run-0'"))
    database.close()
    assert len(rows(old)["epochs"]) == 2, "foreign keys are at work again"


def test_a_revision_that_fails_leaves_everything_as_it_was(
    old: Engine, own_home: Path, next_revision: Path
) -> None:
    broken = ALTERING.replace("0001", HEAD) + '    op.execute("SELECT * FROM nowhere")\n'
    next_revision.write_text(broken, encoding="utf-8")
    with old.begin() as connection:
        connection.execute(text("UPDATE runs SET note = '' WHERE note IS NULL"))
    before, as_it_was = rows(old), schema(old)
    with pytest.raises((WorkspaceError, ProgrammingError)) as told:
        open_and_close(own_home)
    assert "nowhere" in str(told.value)
    assert (schema(old), rows(old)) == (as_it_was, before)


# === Several at once, and quickly ===

OPEN = """
import sys
from pathlib import Path
from pipeline.workspace.database import Database
print("ready", flush=True)
sys.stdin.readline()
Database(Path(sys.argv[1])).close()
Database(Path(sys.argv[1])).close()
print("alembic" in sys.modules)
"""


@pytest.mark.slow
def test_several_processes_make_a_database_at_once(engine: Engine, own_home: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, own_home],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[1] for process in started] == [""] * 4
    assert revisions(engine) == [HEAD]


@pytest.fixture
def side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sees what is to be done waits for a second one, who must not get as far."""
    barrier = Barrier(2)
    has_tables = migrations._has_tables

    def waiting(connection: Connection) -> bool:
        found = has_tables(connection)
        with contextlib.suppress(BrokenBarrierError):
            barrier.wait(0.5)
        return found

    monkeypatch.setattr(migrations, "_has_tables", waiting)


@pytest.mark.timeout(60)  # without turns, they may wait for each other for ever
@pytest.mark.usefixtures("side_by_side")
def test_two_at_once_make_a_database_one_after_the_other(engine: Engine, own_home: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(open_and_close, [own_home, own_home]))
    assert revisions(engine) == [HEAD]


def test_many_that_open_a_new_file_at_once_all_may(tmp_path: Path) -> None:
    for turn in range(20):  # where SQLite refused a second one the write-ahead log, one turn in ten
        home = tmp_path / str(turn)
        home.mkdir()
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(open_and_close, [home] * 8))


@pytest.mark.timeout(60)  # without turns, they may wait for each other for ever
@pytest.mark.usefixtures("side_by_side")
def test_two_at_once_upgrade_a_database_one_after_the_other(old: Engine, own_home: Path) -> None:
    as_before_versions(old)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(open_and_close, [own_home, own_home]))
    assert revisions(old) == [HEAD]
    assert len(rows(old)["albums"]) == 3


def test_opening_a_database_that_is_up_to_date_waits_for_nobody(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_home.mkdir()
    database = Database(own_home)
    monkeypatch.setattr("pipeline.workspace.engines.BUSY_TIMEOUT_S", 0.0)
    with database.writing() as session:
        session.execute(text("DELETE FROM jobs"))
        open_and_close(own_home)
    database.close()


def test_only_an_upgrade_loads_alembic(own_home: Path) -> None:
    own_home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", OPEN, own_home],
        cwd=REPOSITORY,
        input="now\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["ready", "False"]
