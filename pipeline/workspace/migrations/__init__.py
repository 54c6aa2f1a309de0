"""Brings the database's tables up to date, whenever it is opened.

The table `pawtune_schema` names the revision that the tables are of. Mostly it is the newest, and
one look tells; only for a real change is Alembic loaded.

To change a table: change it in `pipeline.workspace.tables`, write `versions/vNNNN_what.py`
(with `op.batch_alter_table`: SQLite can alter little by itself), and raise `HEAD`. A test tells
where the two ways to the same tables differ.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    inspect,
    select,
    text,
)

from pipeline.workspace.tables import Base

HEAD: Final = "0009"
SCHEMA_TABLE: Final = "pawtune_schema"
_LOCK: Final = int.from_bytes(b"pawtune", "big")  # PostgreSQL's locks have numbers, no names

_schema = Table(  # as Alembic makes it
    SCHEMA_TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{SCHEMA_TABLE}_pkc"),
)


def upgrade(engine: Engine) -> None:
    """Make the tables, or change those of an earlier version; all of it or nothing.

    Raises:
        WorkspaceError: If a newer PawTune has changed them already.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.execution_options(immediate=True, altering_tables=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # the first may take long
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        revision = _revision(connection)  # another process may have been quicker
        if revision is None and not _has_tables(connection):
            _make(connection)
        else:
            from pipeline.workspace.migrations import chain  # Alembic: 0.2 s that few need

            chain.upgrade(connection, revision, SCHEMA_TABLE)


def _revision(connection: Connection) -> str | None:
    """The revision that the tables are of; None before there were revisions, or tables."""
    if not inspect(connection).has_table(SCHEMA_TABLE):
        return None
    revision: str | None = connection.scalar(select(_schema.c.version_num))
    return revision


def _has_tables(connection: Connection) -> bool:
    return not Base.metadata.tables.keys().isdisjoint(inspect(connection).get_table_names())


def _make(connection: Connection) -> None:
    """All tables at once, as the chain of revisions would leave them."""
    Base.metadata.create_all(connection)
    _schema.create(connection)
    connection.execute(_schema.insert().values(version_num=HEAD))
