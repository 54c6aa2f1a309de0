"""Brings a database of an earlier version up to date, whenever it is opened."""

from __future__ import annotations

from sqlalchemy import Connection, insert, inspect, select, text

from pipeline.workspace.tables import AlbumRecord, Base, PhotoSetRecord, VersionRecord


def upgrade(connection: Connection) -> None:
    """Make the tables and columns that are missing, in the caller's transaction."""
    # Only once: later, a set without an album is one that its owner deleted while it was in use,
    # and an album that nobody owns would show it to everybody.
    had_albums = inspect(connection).has_table(AlbumRecord.__tablename__)
    Base.metadata.create_all(connection)
    _add_new_columns(connection)
    if not had_albums:
        _give_albums(connection)


def _add_new_columns(connection: Connection) -> None:
    """Give tables of an earlier version the columns that came since; their rows hold NULL there.

    Only columns that may be NULL can be added so; a greater change needs a migration of its own.
    """
    known = inspect(connection)
    for table in Base.metadata.sorted_tables:
        present = {column["name"] for column in known.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                assert column.nullable, f"{table.name}.{column.name} cannot be added"
                name = connection.dialect.identifier_preparer.quote(column.name)
                kind = column.type.compile(connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {name} {kind}"))


def _give_albums(connection: Connection) -> None:
    """Make an album for each photo set of a workspace from before there were versions."""
    sets = PhotoSetRecord.__table__
    without = select(sets).where(sets.c.id.not_in(select(VersionRecord.photo_set_id)))
    for row in connection.execute(without).mappings().all():
        album_id = f"album-{row['id']}"
        album = {key: row[key] for key in ("name", "source", "created_at")}
        connection.execute(insert(AlbumRecord).values(id=album_id, **album))
        version = {key: row[key] for key in ("received", "rejected", "notes", "created_at")}
        connection.execute(
            insert(VersionRecord).values(
                album_id=album_id, photo_set_id=row["id"], change="Imported", **version
            )
        )
