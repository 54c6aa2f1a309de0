"""How a database is reached: SQLite beside the files, or a PostgreSQL server."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from pipeline.errors import WorkspaceError

BUSY_TIMEOUT_S = 15.0
_CONNECT_S: Final = 10
_PAUSE_S: Final = 1.0  # between two tries, where a try does not wait by itself
# Whoever is cut off from the server must not keep everybody from writing: it is told after 25
# seconds that nobody is there, and ends what has stood still for ten minutes.
_SESSION: Final = {
    "tcp_keepalives_idle": "10s",
    "tcp_keepalives_interval": "5s",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "10min",
}


def sqlite_address(file: Any) -> URL:
    """The address of a file; written out, a `?` or `#` in a folder's name would count."""
    return URL.create("sqlite", database=str(file))


def open_engine(url: str | URL) -> Engine:
    """Be ready to talk to a database; nothing is asked of it yet.

    Raises:
        WorkspaceError: If it is none of ours, or what talks to it is not installed.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:  # not quoted: it may hold a password
        raise WorkspaceError(
            "PAWTUNE_DATABASE_URL is no address of a database. Write it as "
            "postgresql://USER:PASSWORD@HOST/NAME."
        ) from error
    kind = address.get_backend_name()
    if kind == "sqlite":
        # A file is opened in a fraction of a millisecond; nothing is held open in between.
        engine = create_engine(address, poolclass=NullPool, json_serializer=_json)
        _tame_sqlite(engine)
    elif kind in ("postgresql", "postgres"):
        engine = _postgresql(address)
    else:
        raise WorkspaceError(
            "PawTune keeps its rows in SQLite or PostgreSQL. Write PAWTUNE_DATABASE_URL as "
            f"postgresql://USER:PASSWORD@HOST/NAME. Received: {kind}."
        )

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def before_execute(*told: Any) -> tuple[str, Any]:
        statement, parameters = told[2:4]
        return statement, _without_nul(parameters, kind != "sqlite")

    return engine


def _postgresql(address: URL) -> Engine:
    if importlib.util.find_spec("psycopg") is None:
        raise WorkspaceError(
            "PAWTUNE_DATABASE_URL names a PostgreSQL database, and what talks to one is not "
            "installed. Install it: pip install -r requirements-cluster.txt"
        )
    asked = address.query.get("options", "")
    wishes = [asked] if isinstance(asked, str) else list(asked)
    waits = f"-c lock_timeout={BUSY_TIMEOUT_S:.0f}s"
    options = " ".join([*wishes, waits, *(f"-c {name}={what}" for name, what in _SESSION.items())])
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,  # the server may have been started again
        json_serializer=partial(_json, strict=True),
        connect_args={"connect_timeout": _CONNECT_S, "options": options},
    )


def _json(value: Any, strict: bool = False) -> str:
    """A value as JSON; `strict` as below."""
    text = json.dumps(value)
    if r"\u0000" in text or (strict and r"\ud" in text):
        return json.dumps(_without_nul(value, strict))
    return text


def _without_nul(value: Any, strict: bool) -> Any:
    """A value without the character NUL, which PostgreSQL keeps in no text, and SQLite cuts at.

    Args:
        value: One, or a list or dictionary of them.
        strict: Also without halves of characters, as a file's name may have them: PostgreSQL again.
    """
    if isinstance(value, str):
        clean = value.replace("\0", "")
        return clean.encode("utf-8", "replace").decode() if strict else clean
    if isinstance(value, Mapping):
        return {_without_nul(key, strict): _without_nul(one, strict) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return type(value)(_without_nul(one, strict) for one in value)  # type: ignore[call-arg]
    return value


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
