"""The workspace's database, and the two ways to talk to it.

SQLite beside the files by default; `PAWTUNE_DATABASE_URL` may name a PostgreSQL database that
holds the rows instead. Files and workers are this machine's, so a database has one workspace of
one machine.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from pipeline.errors import DiskFullError, WorkspaceError
from pipeline.workspace import migrations

BUSY_TIMEOUT_S = 15.0
KEEP_TRYING_S = 120.0  # what must not be lost
_PAUSE_S = 1.0  # between two tries, where a try does not wait by itself


class Database:
    """Sessions on the workspace's database; safe to share between threads.

    Attributes:
        sqlite_file: Where it lies; None if it is a server's.
    """

    def __init__(self, folder: Path, url: str | URL | None = None) -> None:
        """Open a database, and bring it up to date.

        Args:
            folder: Where its file is, or will be.
            url: Another one; unless given, the one that `PAWTUNE_DATABASE_URL` names, if any.

        Raises:
            WorkspaceError: If it cannot be opened, or a newer PawTune has changed its tables.
        """
        own = sqlite_address(folder / "pawtune.sqlite")
        address = make_url(url or os.environ.get("PAWTUNE_DATABASE_URL") or own)
        is_sqlite = address.get_backend_name() == "sqlite"
        if is_sqlite:
            # A file is opened in a fraction of a millisecond; nothing is held open in between.
            self._engine = create_engine(address, poolclass=NullPool)
            _tame_sqlite(self._engine)
        else:
            self._engine = create_engine(address, pool_pre_ping=True)
        self.sqlite_file = Path(address.database) if address.database and is_sqlite else None
        try:
            with _plain_words():
                migrations.upgrade(self._engine)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; sees one moment, keeps nobody waiting.

        Raises:
            WorkspaceError: If the database cannot be read.
        """
        with _plain_words(), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, kept whole or not at all; on SQLite alone from its first line.

        On PostgreSQL others may write at the same time; rows are locked as they are changed.

        Raises:
            WorkspaceError: If the disk is full or read-only; everything is as before.
        """
        engine = self._engine.execution_options(immediate=True)
        with _plain_words(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def keep(self, change: Callable[[Session], object]) -> None:
        """Make a change that must not be lost, as one transaction; wait for it if need be.

        Args:
            change: What to write; may be called again where the database was busy.

        Raises:
            WorkspaceError: If the disk is full, or nothing can be written for two minutes.
        """
        until = time.monotonic() + KEEP_TRYING_S
        while True:
            try:
                with self.writing() as session:
                    change(session)
            except DiskFullError:
                raise
            except WorkspaceError:
                if time.monotonic() >= until:
                    raise
                time.sleep(_PAUSE_S)
            else:
                return

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def sqlite_address(file: Path) -> URL:
    """The address of a file; written out, a `?` or `#` in a folder's name would count."""
    return URL.create("sqlite", database=str(file))


@contextmanager
def _plain_words() -> Iterator[None]:
    """Say what the database cannot do, and what to do about it."""
    try:
        yield
    except OperationalError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        kind = DiskFullError if code == sqlite3.SQLITE_FULL else WorkspaceError
        raise kind(
            f"PawTune's database cannot be used right now ({error.orig}). What was kept before is "
            "safe. Free some space on the disk and see that it may be written, then try again."
        ) from error


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log; where two do so at once, SQLite refuses one without waiting."""
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _tame_sqlite(engine: Engine) -> None:
    """WAL, waiting instead of failing, keys that are checked, transactions that we begin."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin too late, and not IMMEDIATE
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}").close()
        _write_ahead(connection)
        for pragma in (
            "synchronous = FULL",
            "foreign_keys = ON",
            "trusted_schema = OFF",  # what a file from outside defines is no code of ours
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("altering_tables"):
            # SQLite changes a table by dropping the old one: what refers to it would go, too.
            # Within a transaction it is too late to say so; the connection is closed after it.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("immediate") else "BEGIN")
