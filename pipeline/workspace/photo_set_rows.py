"""Rows and folders of photo sets, for those who change them; each call joins a transaction.

A photo set's files stay as long as a version or a run needs them, and go with the last one.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.errors import PhotoError, PhotoSetError, WorkspaceError
from pipeline.files.atomic import STAGING_MARK
from pipeline.files.cache import Cache
from pipeline.files.row_store import RowStore
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.names import ELLIPSIS
from pipeline.wording.numbers import plural
from pipeline.workspace import clock, unrecorded, visitors
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import ACTIVE, AT_WORK, JobState
from pipeline.workspace.studies import Studies
from pipeline.workspace.tables import (
    AlbumRecord,
    FileRecord,
    JobRecord,
    PhotoSetRecord,
    RunRecord,
    VersionRecord,
)

_NAME_LETTERS: Final = 500
_ASKED_FOR: Final = ("evaluate", "save")  # other work about a set alone ends with it


def keep(
    session: Session, workspace: Workspace, photo_set: PhotoSet, name: str, source: str
) -> None:
    """Record a photo set and its files, unless they are known."""
    unrecorded.unmark(session, photo_set.folder)
    if session.get(PhotoSetRecord, photo_set.id) is not None:
        return
    workspace.keep_files(session, photo_set.id, photo_set.folder, known=photo_set.packs.sha256)
    session.add(
        PhotoSetRecord(
            id=photo_set.id,
            name=name,
            source=source,
            classes=list(photo_set.classes),
            splits=photo_set.counts(),
            received=len(photo_set.photos),
            rejected=[],
            notes=[],
            bytes=sum(entry.stat().st_size for entry in photo_set.folder.iterdir()),
        )
    )
    session.flush()


def as_rows(rejected: Sequence[PhotoError]) -> list[dict[str, str]]:
    """Rejections as the database keeps them; a zip may have names of any length."""
    return [{"name": _bounded(error.name), **error.why._asdict()} for error in rejected]


def _bounded(name: str) -> str:
    """A name with its middle left out where no disk would take one as long."""
    if len(name) <= _NAME_LETTERS:
        return name
    return f"{name[: _NAME_LETTERS // 2]}{ELLIPSIS}{name[1 - _NAME_LETTERS // 2 :]}"


def versions(session: Session, album_id: str, undone: bool = False) -> list[VersionRecord]:
    """An album's versions, oldest first; with `undone`, also those that were taken back."""
    order = select(VersionRecord).where(VersionRecord.album_id == album_id)
    if not undone:
        order = order.where(VersionRecord.undone.is_(False))
    return list(session.scalars(order.order_by(VersionRecord.number)))


def head(session: Session, album_id: str) -> VersionRecord:
    """The version that people see."""
    return versions(session, album_id)[-1]


def next_undone(session: Session, version: VersionRecord) -> VersionRecord | None:
    """The change that comes back with Redo, after `version`."""
    return session.scalars(
        select(VersionRecord)
        .where(
            VersionRecord.album_id == version.album_id,
            VersionRecord.undone.is_(True),
            VersionRecord.number > version.number,
        )
        .order_by(VersionRecord.number)
        .limit(1)
    ).first()


def forget_import(session: Session, album_id: str, photo_set_id: str) -> None:
    """Take the row of an import away that is about to be recorded anew."""
    session.execute(
        delete(VersionRecord).where(
            VersionRecord.album_id == album_id, VersionRecord.photo_set_id == photo_set_id
        )
    )


def forget(session: Session, candidates: Collection[VersionRecord]) -> None:
    """Drop versions, but for those that runs were trained on."""
    used = set(session.scalars(select(RunRecord.photo_set_id)))
    for version in candidates:
        if version.photo_set_id not in used:
            session.delete(version)
    session.flush()


def album_name(session: Session, photo_set_id: str, visitor: str | None) -> str | None:
    """What a visitor calls a photo set; None where no album has it that this visitor sees."""
    return session.scalars(
        select(AlbumRecord.name)
        .join(VersionRecord, VersionRecord.album_id == AlbumRecord.id)
        .where(VersionRecord.photo_set_id == photo_set_id, visitors.seen_by(visitor, AlbumRecord))
        .order_by(AlbumRecord.visitor.is_(None), VersionRecord.undone, VersionRecord.number.desc())
        .limit(1)
    ).first()


def delete_album(session: Session, album: AlbumRecord, visitor: str | None) -> None:
    """Delete an album with its versions; `drop_unused` then finds what nobody needs any more.

    Raises:
        PhotoSetError: If runs or waiting work that this visitor sees still need it.
    """
    ids = {one.photo_set_id for one in versions(session, album.id, undone=True)}
    runs = session.scalars(
        select(RunRecord.name).where(
            RunRecord.photo_set_id.in_(ids), visitors.seen_by(visitor, RunRecord)
        )
    ).all()
    if runs and not _elsewhere(session, album.id, ids, visitor):
        raise PhotoSetError(
            f"{album.name} cannot be deleted: {plural(len(runs), 'run was', 'runs were')} trained "
            "on it. Delete those on the Runs page first."
        )
    about = JobRecord.request["photo_set"].as_string().in_(ids)
    wanted = JobRecord.state.in_(ACTIVE), JobRecord.kind.in_(_ASKED_FOR), about
    title = session.scalars(select(JobRecord.title).where(*wanted)).first()
    if title and not _elsewhere(session, album.id, ids, visitor):
        raise PhotoSetError(
            f"{album.name} is in use: {title}. Wait until that is done, or stop it first."
        )
    session.delete(album)
    session.flush()


def _elsewhere(
    session: Session, album_id: str, photo_set_ids: Collection[str], visitor: str | None
) -> bool:
    """Whether other albums that this visitor sees hold all of these sets, too."""
    held = session.scalars(
        select(VersionRecord.photo_set_id)
        .join(AlbumRecord, VersionRecord.album_id == AlbumRecord.id)
        .where(
            AlbumRecord.id != album_id,
            VersionRecord.photo_set_id.in_(photo_set_ids),
            visitors.seen_by(visitor, AlbumRecord),
        )
    )
    return set(held) >= set(photo_set_ids)


def importing(session: Session) -> bool:
    """Whether an import or a restore is running, which may be about to hand over known sets."""
    busy = select(JobRecord.id).where(
        JobRecord.kind.in_(("import", "restore")), JobRecord.state.in_(AT_WORK)
    )
    return session.scalars(busy).first() is not None


def expect_no_import_into(session: Session, album_id: str) -> None:
    """Keep an album as it is while photos are on their way into it.

    Raises:
        PhotoSetError: If there are.
    """
    active = select(JobRecord).where(JobRecord.kind == "import", JobRecord.state.in_(ACTIVE))
    album = session.get_one(AlbumRecord, album_id)
    for job in session.scalars(active.where(JobRecord.visitor == album.visitor)):
        into = job.request.get("into")
        if into and any(one.photo_set_id == into for one in versions(session, album_id)):
            raise PhotoSetError(
                "Photos are on their way into this set. Change it when they are in."
            )


def drop_unused(session: Session, workspace: Workspace) -> list[str]:
    """Forget photo sets that no version and no run needs; their ids, for `remove`.

    Work that is about them alone is asked to end.
    """
    if importing(session):
        return []  # the next change sees to it
    needed = {
        *session.scalars(select(VersionRecord.photo_set_id)),
        *session.scalars(select(RunRecord.photo_set_id)),
    }
    gone = [found for found in session.scalars(select(PhotoSetRecord.id)) if found not in needed]
    for photo_set_id in gone:
        unrecorded.about_to_go(workspace.photo_sets_folder / photo_set_id)
    session.execute(delete(FileRecord).where(FileRecord.owner.in_(gone)))
    session.execute(delete(PhotoSetRecord).where(PhotoSetRecord.id.in_(gone)))
    about_them = JobRecord.request["photo_set"].as_string().in_(gone)
    for job in session.scalars(select(JobRecord).where(JobRecord.state.in_(ACTIVE), about_them)):
        if job.state == JobState.QUEUED:
            job.state = JobState.STOPPED
        else:
            job.stop_requested_at = job.stop_requested_at or clock.now(session)
    return gone


def remove(workspace: Workspace, gone: Sequence[str]) -> None:
    """Delete the files of sets that the database has forgotten, after its transaction."""
    cache = Cache(workspace.cache_folder)
    lost = {digest for photo_set_id in gone for digest in _digests(workspace, photo_set_id)}
    for photo_set_id in gone:  # first: running jobs shall not decode them again
        shutil.rmtree(workspace.photo_sets_folder / photo_set_id, ignore_errors=True)
    _forget_photos(workspace, cache, lost)
    for photo_set_id in gone:
        cache.clear(photo_set_id)
        Studies(workspace).forget(photo_set_id)
        for export in workspace.exports_folder.glob(f"{photo_set_id}-*"):
            export.unlink(missing_ok=True)


def _forget_photos(workspace: Workspace, cache: Cache, lost: set[bytes]) -> None:
    """Overwrite what the cache has of photos, but for those that some set still holds."""

    def left() -> set[bytes]:
        newest_first = select(PhotoSetRecord.id).order_by(PhotoSetRecord.created_at.desc())
        with workspace.database.reading() as session:
            others = session.scalars(newest_first).all()
        for photo_set_id in others:
            if not lost:  # as when an old version goes: the newest has all of its photos
                break
            lost.difference_update(_digests(workspace, photo_set_id))
        return lost

    if lost:
        RowStore(cache).forget(left)


def _digests(workspace: Workspace, photo_set_id: str) -> list[bytes]:
    """SHA-256 of each of a set's photos; none where nobody can read it any more."""
    with contextlib.suppress(PhotoSetError):
        return PhotoSet.open(workspace.photo_sets_folder / photo_set_id).digests()
    return []


def remove_unrecorded(workspace: Workspace, photo_set_id: str) -> None:
    """Delete the files of a set that is not going to be recorded, unless others have it."""
    with contextlib.suppress(WorkspaceError):  # then the next start does it
        with workspace.database.reading() as session:
            known = session.get(PhotoSetRecord, photo_set_id) is not None
        if not known:
            remove(workspace, [photo_set_id])


def is_upload(workspace: Workspace, source: Path) -> bool:
    """Whether this is a file that a page kept, and nothing else in or out of the workspace."""
    ours = source.parent == workspace.uploads_folder and not source.name.startswith(STAGING_MARK)
    return ours and source.is_file() and not source.is_symlink()


def forget_upload(workspace: Workspace, source: Path) -> None:
    """Remove an uploaded file once it was read or refused; what was given by path stays."""
    if is_upload(workspace, source):
        source.unlink(missing_ok=True)
