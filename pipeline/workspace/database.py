"""The workspace's database: its tables, and the two ways to talk to it.

SQLite beside the files by default; `PAWTUNE_DATABASE_URL` points at PostgreSQL where
several machines share one. Times are seconds since 1970 (UTC); order comes from
`number`, never from a clock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Engine,
    ForeignKey,
    Integer,
    String,
    Text,
    create_engine,
    event,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool

from pipeline.errors import WorkspaceError

BUSY_TIMEOUT_S = 15.0


class Base(DeclarativeBase):
    """The parent of every table."""


class PhotoSetRecord(Base):
    """The photos of one version or more; they lie in `photo_sets/ID`."""

    __tablename__ = "photo_sets"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    classes: Mapped[list[str]] = mapped_column(JSON)
    splits: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)
    received: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    bytes: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[float] = mapped_column(default=time.time)


class AlbumRecord(Base):
    """What people call a photo set: the versions that it went through."""

    __tablename__ = "albums"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    visitor: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    created_at: Mapped[float] = mapped_column(default=time.time)


class VersionRecord(Base):
    """One version of an album; the newest that is not undone is what people see."""

    __tablename__ = "versions"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    album_id: Mapped[str] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"), index=True)
    photo_set_id: Mapped[str] = mapped_column(ForeignKey("photo_sets.id"), index=True)
    change: Mapped[str] = mapped_column(Text)  # what made it, in a sentence
    received: Mapped[int] = mapped_column(Integer)  # files, over all imports into the album
    rejected: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    undone: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[float] = mapped_column(default=time.time)


class JobRecord(Base):
    """One piece of work for a worker process, from the queue to its end."""

    __tablename__ = "jobs"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    lane: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True, default="queued")
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    stage: Mapped[str] = mapped_column(Text, default="")
    done: Mapped[float] = mapped_column(default=0.0)
    total: Mapped[float | None] = mapped_column(default=None)
    unit: Mapped[str] = mapped_column(String(20), default="")
    speed: Mapped[float | None] = mapped_column(default=None)  # units per second
    fraction: Mapped[float | None] = mapped_column(default=None)  # of the whole job, 0..1
    seconds_left: Mapped[float | None] = mapped_column(default=None)
    run_id: Mapped[str | None] = mapped_column(String(40), default=None)
    visitor: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    pid: Mapped[int | None] = mapped_column(Integer, default=None)
    pid_created: Mapped[float | None] = mapped_column(default=None)
    stop_requested_at: Mapped[float | None] = mapped_column(default=None)
    stopping: Mapped[bool] = mapped_column(default=False)  # the worker has heard it
    created_at: Mapped[float] = mapped_column(default=time.time)


class RunRecord(Base):
    """One training with its settings and scores; its files lie in `runs/ID`."""

    __tablename__ = "runs"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(Text)
    photo_set_id: Mapped[str] = mapped_column(ForeignKey("photo_sets.id"))
    job_id: Mapped[str] = mapped_column(String(40))
    visitor: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    parameters: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    initial: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    best_epoch: Mapped[int | None] = mapped_column(Integer, default=None)
    phase_seconds: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    stage_seconds: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    moved: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON, default=None)
    test: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    seconds: Mapped[float | None] = mapped_column(default=None)
    versions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    weights_sha256: Mapped[str | None] = mapped_column(String(64), default=None)
    can_answer: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    note: Mapped[str | None] = mapped_column(Text, default=None)
    tags: Mapped[list[str] | None] = mapped_column(JSON, default=None)
    created_at: Mapped[float] = mapped_column(default=time.time)


class HiddenRecord(Base):
    """A run that is left out of the lists: the example, where somebody wants it gone."""

    __tablename__ = "hidden_runs"
    run_id: Mapped[str] = mapped_column(String(40), primary_key=True)


class BaselineRecord(Base):
    """The run that its other runs are held against, for each visitor; `""` is the owner."""

    __tablename__ = "baselines"
    visitor: Mapped[str] = mapped_column(String(64), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[float] = mapped_column(default=time.time)


class EpochRecord(Base):
    """The scores after one epoch of a run."""

    __tablename__ = "epochs"
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    phase: Mapped[str] = mapped_column(String(20))
    loss: Mapped[float]
    accuracy: Mapped[float]
    val_loss: Mapped[float]
    val_accuracy: Mapped[float]
    seconds: Mapped[float]


class FileRecord(Base):
    """A kept file and its checksum; artefacts never change after they are made."""

    __tablename__ = "files"
    path: Mapped[str] = mapped_column(Text, primary_key=True)  # relative to the workspace
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(Integer)
    owner: Mapped[str] = mapped_column(String(40), index=True)  # id of a set or a run


class TimingRecord(Base):
    """How fast this machine trained a few timed batches, for the time estimate."""

    __tablename__ = "timings"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    measured: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[float] = mapped_column(default=time.time)


class Database:
    """Sessions on the workspace's database; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open the database in `folder`, or the one that `PAWTUNE_DATABASE_URL` names."""
        from pipeline.workspace import upgrading  # it needs the tables above

        url = os.environ.get("PAWTUNE_DATABASE_URL") or f"sqlite:///{folder / 'pawtune.sqlite'}"
        if url.startswith("sqlite"):
            # A file is opened in a fraction of a millisecond; nothing is held open in between.
            self._engine = create_engine(url, poolclass=NullPool)
            _tame_sqlite(self._engine)
        else:
            self._engine = create_engine(url, pool_pre_ping=True)
        with (
            _plain_words(),
            self._engine.execution_options(immediate=True).begin() as connection,
        ):
            upgrading.upgrade(connection)

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
        """One transaction, alone from its first line; kept whole or not at all.

        Raises:
            WorkspaceError: If the disk is full or read-only; everything is as before.
        """
        engine = self._engine.execution_options(immediate=True)
        with (
            _plain_words(),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


@contextmanager
def _plain_words() -> Iterator[None]:
    """Say what the database cannot do, and what to do about it."""
    try:
        yield
    except OperationalError as error:
        raise WorkspaceError(
            f"PawTune's database cannot be used right now ({error.orig}). What was kept before is "
            "safe. Free some space on the disk and see that it may be written, then try again."
        ) from error


def _tame_sqlite(engine: Engine) -> None:
    """WAL, waiting instead of failing, foreign keys, and transactions that we begin."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin too late, and not IMMEDIATE
        for pragma in (
            f"busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
