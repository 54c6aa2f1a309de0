"""The tables of PawTune 0.1, also where its first workspaces lack some of them.

What is here never changes: later revisions start from it, whatever the tables are by then.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)

revision = "0001"
down_revision = None

TABLES = MetaData()


def _kept(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *more, nullable=False, **options)


photo_sets = Table(
    "photo_sets",
    TABLES,
    Column("id", String(40), primary_key=True),
    _kept("name", Text),
    _kept("source", Text),
    _kept("classes", JSON),
    _kept("splits", JSON),
    _kept("received", Integer),
    _kept("rejected", JSON),
    _kept("notes", JSON),
    _kept("bytes", Integer),
    _kept("created_at", Float),
)
albums = Table(
    "albums",
    TABLES,
    Column("id", String(40), primary_key=True),
    _kept("name", Text),
    _kept("source", Text),
    Column("visitor", String(64), index=True),
    _kept("created_at", Float),
)
versions = Table(
    "versions",
    TABLES,
    Column("number", Integer, primary_key=True),
    _kept("album_id", String(40), ForeignKey("albums.id", ondelete="CASCADE"), index=True),
    _kept("photo_set_id", String(40), ForeignKey("photo_sets.id"), index=True),
    _kept("change", Text),
    _kept("received", Integer),
    _kept("rejected", JSON),
    _kept("notes", JSON),
    _kept("undone", Boolean),
    _kept("created_at", Float),
)
Table(
    "jobs",
    TABLES,
    Column("number", Integer, primary_key=True),
    _kept("id", String(40), unique=True),
    _kept("kind", String(20)),
    _kept("lane", String(20), index=True),
    _kept("title", Text),
    _kept("state", String(20), index=True),
    _kept("request", JSON),
    _kept("result", JSON),
    Column("error", Text),
    _kept("stage", Text),
    _kept("done", Float),
    Column("total", Float),
    _kept("unit", String(20)),
    Column("speed", Float),
    Column("fraction", Float),
    Column("seconds_left", Float),
    Column("run_id", String(40)),
    Column("visitor", String(64), index=True),
    Column("pid", Integer),
    Column("pid_created", Float),
    Column("stop_requested_at", Float),
    _kept("stopping", Boolean),
    _kept("created_at", Float),
)
Table(
    "runs",
    TABLES,
    Column("number", Integer, primary_key=True),
    _kept("id", String(40), unique=True),
    _kept("name", Text),
    _kept("photo_set_id", String(40), ForeignKey("photo_sets.id")),
    _kept("job_id", String(40)),
    Column("visitor", String(64), index=True),
    _kept("state", String(20)),
    _kept("config", JSON),
    Column("parameters", JSON),
    Column("initial", JSON),
    Column("best_epoch", Integer),
    _kept("phase_seconds", JSON),
    Column("stage_seconds", JSON),
    Column("moved", JSON),
    Column("test", JSON),
    Column("seconds", Float),
    _kept("versions", JSON),
    Column("weights_sha256", String(64)),
    _kept("can_answer", Boolean),
    Column("error", Text),
    Column("note", Text),
    Column("tags", JSON),
    _kept("created_at", Float),
)
Table("hidden_runs", TABLES, Column("run_id", String(40), primary_key=True))
Table(
    "baselines",
    TABLES,
    Column("visitor", String(64), primary_key=True),
    _kept("run_id", String(40), ForeignKey("runs.id", ondelete="CASCADE"), index=True),
    _kept("created_at", Float),
)
Table(
    "epochs",
    TABLES,
    Column("run_id", String(40), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    _kept("phase", String(20)),
    _kept("loss", Float),
    _kept("accuracy", Float),
    _kept("val_loss", Float),
    _kept("val_accuracy", Float),
    _kept("seconds", Float),
)
Table(
    "files",
    TABLES,
    Column("path", Text, primary_key=True),
    _kept("sha256", String(64)),
    _kept("bytes", Integer),
    _kept("owner", String(40), index=True),
)
Table(
    "timings",
    TABLES,
    Column("key", String(80), primary_key=True),
    _kept("measured", JSON),
    _kept("created_at", Float),
)


def upgrade() -> None:
    """Make the tables, columns and indexes that are missing."""
    connection = op.get_bind()
    # Only once: later, a set without an album is one that its owner deleted while it was in use,
    # and an album that nobody owns would show it to everybody.
    had_albums = inspect(connection).has_table(albums.name)
    TABLES.create_all(connection)
    _add_new_columns()
    if not had_albums:
        _give_albums()


def _add_new_columns() -> None:
    """Give tables of the first workspaces what came since; their rows hold NULL there."""
    connection = op.get_bind()
    known = inspect(connection)
    for table in TABLES.sorted_tables:
        present = {column["name"] for column in known.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                op.add_column(
                    table.name, Column(column.name, column.type, nullable=column.nullable)
                )
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _give_albums() -> None:
    """Make an album for each photo set of a workspace from before there were versions."""
    connection = op.get_bind()
    for row in connection.execute(select(photo_sets)).mappings().all():
        album_id = f"album-{row['id']}"
        album = {key: row[key] for key in ("name", "source", "created_at")}
        connection.execute(insert(albums).values(id=album_id, **album))
        version = {key: row[key] for key in ("received", "rejected", "notes", "created_at")}
        connection.execute(
            insert(versions).values(
                album_id=album_id,
                photo_set_id=row["id"],
                change="Imported",
                undone=False,
                **version,
            )
        )
