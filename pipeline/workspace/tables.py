"""The tables of the workspace's database.

Times are seconds since 1970 (UTC); order comes from `number`, never from a clock.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from pipeline.evaluation.learning_curve import Epoch
from pipeline.workspace.states import JobState, RunState

# More than 2 GiB; SQLite's whole numbers hold that anyway.
Bytes = BigInteger().with_variant(Integer, "sqlite")


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
    bytes: Mapped[int] = mapped_column(Bytes)
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
    state: Mapped[str] = mapped_column(String(20), index=True, default=JobState.QUEUED)
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    stage: Mapped[str] = mapped_column(Text, default="")  # a sentence, of earlier versions alone
    step: Mapped[str | None] = mapped_column(String(40), default=None)  # see `progress.Stage`
    about: Mapped[str | None] = mapped_column(Text, default=None)
    phase: Mapped[str | None] = mapped_column(String(20), default=None)
    epoch: Mapped[int | None] = mapped_column(Integer, default=None)
    epochs: Mapped[int | None] = mapped_column(Integer, default=None)
    done: Mapped[float] = mapped_column(default=0.0)
    total: Mapped[float | None] = mapped_column(default=None)
    unit: Mapped[str] = mapped_column(String(20), default="")
    speed: Mapped[float | None] = mapped_column(default=None)  # units per second
    fraction: Mapped[float | None] = mapped_column(default=None)  # of the whole job, 0..1
    seconds_left: Mapped[float | None] = mapped_column(default=None)
    run_id: Mapped[str | None] = mapped_column(String(40), default=None)
    visitor: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    executor: Mapped[str | None] = mapped_column(String(20), default=None)  # see `jobs.executors`
    host: Mapped[str | None] = mapped_column(String(255), default=None)  # the computer's name
    handle: Mapped[str | None] = mapped_column(Text, default=None)  # names the worker
    # How often it was started: what an earlier attempt still writes is refused, see `jobs.claims`.
    attempt: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    heartbeat_at: Mapped[float | None] = mapped_column(default=None)  # by the database's clock
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
    state: Mapped[str] = mapped_column(String(20), default=RunState.QUEUED)
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    parameters: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    initial: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    best_epoch: Mapped[int | None] = mapped_column(Integer, default=None)
    phase_seconds: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    stage_seconds: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    moved: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON, default=None)
    test: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    cross_validation: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    seconds: Mapped[float | None] = mapped_column(default=None)
    versions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    weights_sha256: Mapped[str | None] = mapped_column(String(64), default=None)
    can_answer: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    early_end: Mapped[dict[str, str] | None] = mapped_column(JSON, default=None)  # see `EarlyEnd`
    results: Mapped[str | None] = mapped_column(String(20), default=None)  # see `Run.results`
    # See `StartedFrom`; None where it started from what its settings say.
    started_from: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    note: Mapped[str | None] = mapped_column(Text, default=None)
    tags: Mapped[list[str] | None] = mapped_column(JSON, default=None)
    # See `sweeps.Place`; None for a run of no sweep.
    sweep: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    created_at: Mapped[float] = mapped_column(default=time.time)


class SweepRecord(Base):
    """Settings that are tried one after another; each try is a run, see `RunRecord.sweep`."""

    __tablename__ = "sweeps"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    photo_set_id: Mapped[str] = mapped_column(ForeignKey("photo_sets.id", ondelete="CASCADE"))
    job_id: Mapped[str] = mapped_column(String(40), index=True)
    visitor: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    # What came of it, once its runs are over.
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    seconds: Mapped[float] = mapped_column(default=0.0)  # that it has worked
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


class SealRecord(Base):
    """A sealed test: no score on an album's test photos is seen but the one that opened it."""

    __tablename__ = "seals"
    album_id: Mapped[str] = mapped_column(
        ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True
    )
    runs_before: Mapped[int] = mapped_column(Integer)  # judged before it was sealed
    runs: Mapped[int] = mapped_column(Integer)  # trained since, until it was opened
    # The run may be deleted; the test stays used, and its result stays here.
    run_id: Mapped[str | None] = mapped_column(String(40), default=None)
    test: Mapped[dict[str, float] | None] = mapped_column(JSON, default=None)
    opened_at: Mapped[float | None] = mapped_column(default=None)
    created_at: Mapped[float] = mapped_column(default=time.time)


class EpochRecord(Base):
    """A point of a run's curves, see `Epoch`."""

    __tablename__ = "epochs"
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    phase: Mapped[str] = mapped_column(String(20))
    loss: Mapped[float]
    accuracy: Mapped[float]
    val_loss: Mapped[float]
    val_accuracy: Mapped[float]
    seconds: Mapped[float]

    @staticmethod
    def of(run_id: str, point: Epoch) -> EpochRecord:
        """The row of a run's point."""
        return EpochRecord(run_id=run_id, **asdict(point))

    @property
    def point(self) -> Epoch:
        """What the row holds."""
        return Epoch(**{column: getattr(self, column) for column in Epoch.__slots__})


class FileRecord(Base):
    """A kept file and its checksum; artefacts never change after they are made."""

    __tablename__ = "files"
    path: Mapped[str] = mapped_column(Text, primary_key=True)  # relative to the workspace
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(Bytes)
    owner: Mapped[str] = mapped_column(String(40), index=True)  # id of a set or a run


class TimingRecord(Base):
    """How fast this machine trained a few timed batches, for the time estimate."""

    __tablename__ = "timings"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    measured: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[float] = mapped_column(default=time.time)
