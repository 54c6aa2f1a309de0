"""The database in a backup: one moment of a workspace's own, and whatever came in its place."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from pipeline.errors import WorkspaceError
from pipeline.workspace.backup import rows
from pipeline.workspace.backup.members import DATABASE_NAME, PHOTO_SETS, RUNS
from pipeline.workspace.backup.rows import NOT_KEPT, Rows
from pipeline.workspace.database import Database
from pipeline.workspace.engines import sqlite_address
from pipeline.workspace.home import Workspace

# What may be in it; so no trigger, no view, and nothing that SQLite would compute.
_PLAIN: Final = {
    "table": re.compile(r"CREATE TABLE(?!.*\bCHECK\b).*", re.IGNORECASE | re.DOTALL),
    "index": re.compile(r'CREATE (UNIQUE )?INDEX "?\w+"? ON "?\w+"? \([\w", ]+\)'),
}


def file_of(workspace: Workspace) -> Path:
    """The file of the workspace's database.

    Raises:
        WorkspaceError: If it lies on a server.
    """
    file = workspace.database.sqlite_file
    if file is None:
        raise WorkspaceError(
            "The database of this workspace lies on a server, and a backup of PawTune holds "
            "SQLite alone. Save it with the server's own tools (pg_dump for PostgreSQL), and copy "
            f"the folders photo_sets and runs in {workspace.home}."
        )
    return file


def take(source: Path, folder: Path) -> Path:
    """Write one moment of a database into `folder`, without what belongs to one machine.

    Raises:
        WorkspaceError: If the database is damaged or the disk full.
    """
    target = folder / DATABASE_NAME
    try:
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            for table in NOT_KEPT:
                connection.execute(f"DELETE FROM {table}")
            connection.execute("VACUUM")  # else what was deleted would still lie between the rows
    except sqlite3.Error as error:
        raise WorkspaceError(
            f"PawTune's database cannot be copied ({error}). Free some space on the disk, start "
            "PawTune again, which mends its database, and back up then."
        ) from error
    return target


def read(folder: Path, source: Path) -> tuple[Rows, dict[str, str]]:
    """The rows of a snapshot, which may come from anywhere; an earlier one is brought up to date.

    Args:
        folder: Where it lies; nothing else is in there.
        source: The database of the workspace, which tells what one of this version holds.

    Returns:
        As `rows.read`.

    Raises:
        ValueError: If it is damaged, no database of PawTune, or one of a later version.
    """
    file = folder / DATABASE_NAME
    try:
        _check(file, source)
        database = Database(folder, sqlite_address(file))
        with closing(database), database.reading() as session:
            return rows.read(session)
    except Exception as error:  # whatever a file from outside leads to is its own fault
        if isinstance(error, MemoryError) or _is_full(error):
            raise
        raise ValueError(str(error)) from error


def _check(file: Path, source: Path) -> None:
    """Refuse what a database of PawTune does not have, before anything of it is used.

    Raises:
        ValueError: If there is more in it than in ours, or it does not hold together.
    """
    with closing(sqlite3.connect(source)) as connection:
        known = _columns(connection)
    address = f"{file.absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON"):
            connection.execute(f"PRAGMA {pragma}")
        for kind, table, sql in connection.execute("SELECT type, tbl_name, sql FROM sqlite_master"):
            plain = kind in _PLAIN and (sql is None or _PLAIN[kind].fullmatch(sql))
            if not plain or table not in known:
                raise ValueError(f"It holds something else: {kind} {table}.")
        columns = _columns(connection)
        more = [table for table in columns if not columns[table] <= known[table]]
        if more or not columns.keys() >= {PHOTO_SETS, RUNS}:
            raise ValueError("It has other tables or columns.")
        whole = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        if not whole or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise ValueError("Its rows do not hold together.")


def _columns(connection: sqlite3.Connection) -> dict[str, set[tuple[str, int]]]:
    """The columns of each table; a column that is computed is not the one of this name."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    told = "SELECT name, hidden FROM pragma_table_xinfo(?)"
    return {table: set(connection.execute(told, (table,))) for (table,) in tables}


def _is_full(error: Exception) -> bool:
    """Whether it was the disk, which no file from outside can fill: its length is known."""
    cause = getattr(error.__cause__, "orig", error)
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
