"""Deletes what visitors of the demo brought and made, when its hours are over.

What is public stays, and so does what is running. On one's own computer nothing is swept.
"""

from __future__ import annotations

import contextlib
import time
from typing import Final

import filelock
from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from pipeline.errors import PhotoSetError, RunError
from pipeline.jobs.executors.local import log_path
from pipeline.settings import mode
from pipeline.workspace import exports_folder, photo_set_rows
from pipeline.workspace.exports_folder import wanted_sources
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import ACTIVE
from pipeline.workspace.tables import (
    AlbumRecord,
    BaselineRecord,
    JobRecord,
    RunRecord,
    SweepRecord,
    VersionRecord,
)
from pipeline.workspace.visitors import Owned

EVERY_S: Final = 600.0
_STAMP: Final = "swept"


def sweep_if_due(workspace: Workspace) -> None:
    """Sweep, at most every ten minutes and in one process at a time. Cheap; call it often."""
    if mode.current().hours_kept is None:
        return
    stamp = workspace.jobs_folder / _STAMP
    try:
        if abs(time.time() - stamp.stat().st_mtime) < EVERY_S:
            return
    except FileNotFoundError:
        pass
    lock = filelock.FileLock(workspace.jobs_folder / "sweep.lock")
    with contextlib.suppress(filelock.Timeout), lock.acquire(timeout=0):
        stamp.touch()
        sweep(workspace)


def sweep(workspace: Workspace) -> None:
    """Delete visitors' work that is older than this server keeps it."""
    hours = mode.current().hours_kept
    if hours is None:
        return
    before = time.time() - hours * 3600
    _runs(workspace, before)
    _albums(workspace, before)
    _jobs(workspace, before)
    _baselines(workspace, before)
    _sweeps(workspace, before)
    _files(workspace, before)
    workspace.database.shrink()


def _is_old(kind: type[Owned], before: float) -> ColumnElement[bool]:
    """A visitor's rows from before a time."""
    return and_(kind.visitor.is_not(None), kind.created_at < before)


def _runs(workspace: Workspace, before: float) -> None:
    with workspace.database.reading() as session:
        old = session.scalars(
            select(RunRecord.id).where(_is_old(RunRecord, before), RunRecord.state.not_in(ACTIVE))
        ).all()
    for run_id in old:
        with contextlib.suppress(RunError):  # somebody deleted it, or went on with it
            Runs(workspace).delete(run_id)


def _albums(workspace: Workspace, before: float) -> None:
    """An album is as old as its newest version."""
    with workspace.database.reading() as session:
        albums = session.scalars(select(AlbumRecord.id).where(_is_old(AlbumRecord, before))).all()
    for album_id in albums:
        with workspace.database.writing() as session, contextlib.suppress(PhotoSetError):
            _delete_if_old(session, album_id, before)
    with workspace.database.writing() as session:
        gone = photo_set_rows.drop_unused(session, workspace)
    photo_set_rows.remove(workspace, gone)


def _delete_if_old(session: Session, album_id: str, before: float) -> None:
    album = session.get(AlbumRecord, album_id)
    newest = select(func.max(VersionRecord.created_at)).where(VersionRecord.album_id == album_id)
    if album is None or (session.scalar(newest) or 0) >= before:
        return
    photo_set_rows.expect_no_import_into(session, album_id)
    photo_set_rows.delete_album(session, album, album.visitor)


def _jobs(workspace: Workspace, before: float) -> None:
    with workspace.database.writing() as session:
        old = session.scalars(
            select(JobRecord).where(_is_old(JobRecord, before), JobRecord.state.not_in(ACTIVE))
        ).all()
        logs = [log_path(workspace, job) for job in old if job.run_id is None]
        for job in old:
            session.delete(job)
    for log in logs:
        log.unlink(missing_ok=True)


def _baselines(workspace: Workspace, before: float) -> None:
    """What visitors pinned; a pinned run of everybody's would keep its row for good."""
    with workspace.database.writing() as session:
        old = (BaselineRecord.visitor != "", BaselineRecord.created_at < before)
        session.execute(delete(BaselineRecord).where(*old))


def _sweeps(workspace: Workspace, before: float) -> None:
    """What held runs together that are gone by now."""
    with workspace.database.writing() as session:
        session.execute(delete(SweepRecord).where(_is_old(SweepRecord, before)))


def _files(workspace: Workspace, before: float) -> None:
    """Uploads that nobody asked for in the end, and saved sets that were to be downloaded."""
    for folder in (workspace.uploads_folder, workspace.exports_folder):
        exports_folder.sweep_folder(folder, before, wanted_sources(workspace))
