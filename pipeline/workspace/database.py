"""The workspace's database, and the two ways to talk to it.

SQLite beside the files by default; `PAWTUNE_DATABASE_URL` may name a PostgreSQL database that
holds the rows instead. Files and workers are this machine's, so a database has one workspace of
one machine.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, func, select
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from pipeline.errors import DiskFullError, SettingError, WorkspaceError
from pipeline.workspace import migrations
from pipeline.workspace.engines import BUSY_TIMEOUT_S, open_engine, sqlite_address

KEEP_TRYING_S = 120.0  # what must not be lost
_WORTH_PAGES = 500  # 2 MB
_LONGEST_PATH = 500  # SQLite takes 512, and writes files of longer names beside it
_PAUSE_S = 1.0  # between two tries, where a try does not wait by itself
_ALONE: Final = int.from_bytes(b"pawalone", "big") >> 1  # PostgreSQL's locks have numbers, no names
_ON_THE_DISK: Final = "Free some space on the disk and see that it may be written, then try again."
_PASSING: Final = OperationalError, InterfaceError  # it may be well again the next moment


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
            SettingError: If its path is too long.
        """
        own = sqlite_address(folder / "pawtune.sqlite")
        self._engine = open_engine(url or os.environ.get("PAWTUNE_DATABASE_URL") or own)
        file = self._engine.url.database
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        self.sqlite_file = Path(file) if file and self._is_sqlite else None
        if self.sqlite_file and len(os.fsencode(self.sqlite_file)) > _LONGEST_PATH:
            raise SettingError(
                "The path of PawTune's folder is too long for its database. Set PAWTUNE_HOME to "
                f"one of less than {_LONGEST_PATH} letters."
            )
        looking = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._looking = self._engine.execution_options(**looking)
        self._fence: Callable[[Session], None] | None = None
        self._changing = self._engine.execution_options(immediate=True)
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
        self._wait_for_server()
        with _plain_words(), Session(self._looking) as session:
            yield session

    @contextmanager
    def writing(self, alone: bool = True) -> Iterator[Session]:
        """One transaction, kept whole or not at all.

        Args:
            alone: Nobody else writes from its first line to its last, so that what it looks at
                holds until it is kept. Without, others may write other rows meanwhile, where the
                database can do that.

        Raises:
            WorkspaceError: If the disk is full or read-only; everything is as before.
        """
        if alone:
            self._wait_for_server()
        opened = Session(self._changing, expire_on_commit=False)
        with _plain_words(), opened as session, session.begin():
            if alone and not self._is_sqlite:
                session.execute(select(func.pg_advisory_xact_lock(_ALONE)))
            if self._fence is not None:
                self._fence(session)
            yield session

    @contextmanager
    def fenced(self, expect: Callable[[Session], None]) -> Iterator[None]:
        """Ask something first in every transaction that writes; for a worker.

        Meanwhile a server that is being started again is waited for, but by writes that are not
        alone: those tell how far the work is, and must not keep it waiting.

        Args:
            expect: Raises where nothing may be written any more.
        """
        self._fence = expect
        try:
            yield
        finally:
            self._fence = None

    def _wait_for_server(self) -> None:
        """Give a worker's server two minutes to answer again."""
        if self._fence is None or self._is_sqlite:
            return
        until = time.monotonic() + KEEP_TRYING_S
        while True:
            try:
                self._engine.connect().close()
            except _PASSING:
                if time.monotonic() >= until:
                    return  # whoever asks next is told why
                time.sleep(_PAUSE_S)
            else:
                return

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
            except WorkspaceError as error:
                if not isinstance(error.__cause__, _PASSING) or time.monotonic() >= until:
                    raise
                time.sleep(_PAUSE_S)
            else:
                return

    def shrink(self) -> None:
        """Give room of rows that are gone back to the disk, where it is worth the while."""
        if self.sqlite_file is None:
            return
        with (
            contextlib.suppress(sqlite3.Error),  # it is busy, or there is no room: another time
            contextlib.closing(sqlite3.connect(self.sqlite_file, BUSY_TIMEOUT_S)) as connection,
        ):
            (free,) = connection.execute("PRAGMA freelist_count").fetchone()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            if free > _WORTH_PAGES and 4 * free > pages:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


@contextmanager
def _plain_words() -> Iterator[None]:
    """Say what the database cannot do, and what to do about it."""
    try:
        yield
    except DBAPIError as error:
        if type(error) is DatabaseError and isinstance(error.orig, sqlite3.Error):
            raise WorkspaceError(
                f"PawTune's database is damaged ({error.orig}). Start the app again: it brings "
                "back the copy of its last start, and says what is missing."
            ) from error
        said = str(error.orig).strip().split("\n")[0]
        kind: type[WorkspaceError] = WorkspaceError
        full = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        if full or getattr(error.orig, "sqlstate", None) == "53100":
            kind, advice = DiskFullError, _ON_THE_DISK
        elif not isinstance(error, _PASSING):
            advice = "Try again, and report it if it happens again."
        elif isinstance(error.orig, sqlite3.Error):
            advice = _ON_THE_DISK
        else:
            advice = "See that its server runs and answers, then try again."
        raise kind(
            f"PawTune's database cannot be used right now ({said}). What was kept before is "
            f"safe. {advice}"
        ) from error
