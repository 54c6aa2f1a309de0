"""What a visitor of the demo may bring and ask for; who is no visitor has no quotas.

Whoever keeps an upload, submits work or records photos asks here first. Each refusal says what
the limit is and what to do.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from pipeline.errors import JobError, QuotaError
from pipeline.files.sizes import size
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources.opened import READY_SETS
from pipeline.settings import mode
from pipeline.workspace import photo_set_rows
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import ACTIVE
from pipeline.workspace.tables import (
    AlbumRecord,
    FileRecord,
    JobRecord,
    PhotoSetRecord,
    VersionRecord,
)

_ACTIVE = JobRecord.state.in_(ACTIVE)
_BY_ITSELF: Final = ("timing", "prepare")


def time_limit_s(visitor: str | None) -> float | None:
    """How long a job may work, in seconds; None is for ever."""
    minutes = mode.DEMO.minutes_per_job if visitor is not None else None
    return None if minutes is None else minutes * 60


def expect_room_for_upload(
    workspace: Workspace, visitor: str | None, num_bytes: int, photos: int = 0
) -> None:
    """Refuse an upload that is too much, before it is written to the disk.

    Args:
        workspace: Where it will lie.
        visitor: Who brings it.
        num_bytes: Its size.
        photos: How many wait then to be imported, where that is known before.

    Raises:
        QuotaError: If this visitor, or all together, would have more than allowed.
    """
    if visitor is None:
        return
    _expect_photos(photos)
    with workspace.database.reading() as session:
        _expect_own_room(session, workspace, visitor, num_bytes)
        _expect_shared_room(session, workspace, num_bytes)


def expect_source(workspace: Workspace, source: str, data_dir: Path | None) -> None:
    """Refuse paths on the server where they are no way to bring photos.

    Raises:
        JobError: If `source` is neither a ready set nor a file that was uploaded.
    """
    if mode.current().paths_as_sources:
        return
    is_ready = source in [ready.source for ready in READY_SETS]
    if data_dir is not None or not (is_ready or photo_set_rows.is_upload(workspace, Path(source))):
        raise JobError(
            "This demo opens no files of the computer that it runs on. Drop your photos or a zip "
            "of them on the Photos page, or take a ready set."
        )


def expect_kind(kind: str) -> None:
    """Refuse work that writes or reads a file anywhere on the server.

    Raises:
        JobError: If this server does not do it.
    """
    if kind in ("backup", "restore") and not mode.current().backups:
        raise JobError("This demo makes no backups and restores none. Save a photo set instead.")


def expect_may_queue(
    session: Session, workspace: Workspace, visitor: str | None, kind: str
) -> None:
    """Refuse one more job, in the transaction that would queue it.

    Raises:
        JobError: If too many wait or work already.
        QuotaError: If the workspace is full.
    """
    if visitor is None:
        return
    of_all = session.scalar(_count(_ACTIVE, JobRecord.visitor.is_not(None))) or 0
    if mode.DEMO.waiting_jobs is not None and of_all >= mode.DEMO.waiting_jobs:
        raise JobError(
            f"The queue of this demo is full: {of_all} pieces of work wait or run. Try again in "
            "some minutes."
        )
    # What comes and goes by itself while somebody looks at the Train page counts on its own.
    by_itself = JobRecord.kind.in_(_BY_ITSELF)
    alike = JobRecord.kind == kind if kind in _BY_ITSELF else ~by_itself
    mine = session.scalar(_count(_ACTIVE, JobRecord.visitor == visitor, alike)) or 0
    if mode.DEMO.visitor_waiting_jobs is not None and mine >= mode.DEMO.visitor_waiting_jobs:
        raise JobError(
            f"{mine} pieces of your work wait or run already, and that is the most at a time in "
            "this demo. Wait until one is done, or stop one."
        )
    _expect_shared_room(session, workspace, 0)


def expect_may_prepare(visitor: str | None, photos: int) -> None:
    """Refuse to prepare more for tuning than a visitor may have at a time.

    Args:
        visitor: Who tunes.
        photos: How many photos would be looked at, each view counted.

    Raises:
        QuotaError: If that is too many.
    """
    limit = mode.DEMO.prepared_photos if visitor is not None else None
    if limit is not None and photos > limit:
        raise QuotaError(
            f"To try these settings at once, {photos:,} photos would have to be looked at, each "
            f"view counted, and in this demo {limit:,} may be. Choose fewer views, or press Start."
        )


def expect_may_import(
    session: Session, workspace: Workspace, visitor: str | None, source: str, into: str | None
) -> None:
    """Refuse an import that would be too much in the end, before anything is read.

    Raises:
        QuotaError: If this visitor has as many sets, photos or bytes as allowed.
    """
    if visitor is None:
        return
    coming = session.scalars(
        select(JobRecord).where(_ACTIVE, JobRecord.visitor == visitor, JobRecord.kind == "import")
    )
    sets = len(_heads(session, visitor)) + sum(not job.request.get("into") for job in coming)
    if into is None:
        _expect_sets(sets + 1)
    ready = sum(ready.photos or 0 for ready in READY_SETS if ready.source == source)
    _expect_photos(sum(_photos(session, _heads(session, visitor))) + max(1, ready))
    upload = [Path(source)] if photo_set_rows.is_upload(workspace, Path(source)) else []
    _expect_own_room(session, workspace, visitor, _size(upload))


def expect_may_keep(
    workspace: Workspace, visitor: str | None, made: PhotoSet, base_id: str | None
) -> None:
    """Refuse what came of an import, before it is recorded.

    Args:
        workspace: Where it lies already.
        visitor: Whose it would be.
        made: The photo set.
        base_id: The one that it would replace, if it did not begin anew.

    Raises:
        QuotaError: If this visitor, or all together, would have more than allowed.
    """
    if visitor is None:
        return
    with workspace.database.reading() as session:
        others = {*_heads(session, visitor)} - {base_id, made.id}
        if base_id is None:
            _expect_sets(len(others) + 1)
        _expect_photos(sum(_photos(session, others)) + len(made.photos))
        known = set(session.scalars(select(FileRecord.sha256).where(_of(visitor))))
        new = [
            path.stat().st_size
            for path in made.folder.iterdir()
            if made.packs.sha256.get(path.name) not in known
        ]
        is_there = session.get(PhotoSetRecord, made.id) is not None
        # It lies there already, and other visitors may have brought the same photos.
        _expect_own_room(session, workspace, visitor, sum(new))
        _expect_shared_room(session, workspace, 0 if is_there else sum(new))


def expect_may_show(
    session: Session, visitor: str | None, photo_set_id: str, instead_of: str
) -> None:
    """Refuse to bring photos back, with Undo or Redo, where that would be too many.

    Args:
        session: The transaction that would do it.
        visitor: Whose they are.
        photo_set_id: The version that is to be the newest.
        instead_of: The one that is so now.

    Raises:
        QuotaError: If photos come back, and this visitor would have more than allowed.
    """
    if visitor is None:
        return
    photos = sum(_photos(session, [photo_set_id]))
    if photos > sum(_photos(session, [instead_of])):
        others = {*_heads(session, visitor)} - {photo_set_id, instead_of}
        _expect_photos(sum(_photos(session, others)) + photos)


def _expect_own_room(session: Session, workspace: Workspace, visitor: str, num_bytes: int) -> None:
    mine = _bytes(session, _of(visitor))
    mine += _size(_uploads_of(session, workspace, visitor)) + num_bytes
    limit = mode.DEMO.visitor_bytes
    if limit is not None and mine > limit:
        raise QuotaError(
            f"With this your photos would take {size(mine)}, and in this demo they may "
            f"take {size(limit)}. Bring fewer photos, or delete a set that you do not "
            "need any more."
        )


def _expect_shared_room(session: Session, workspace: Workspace, num_bytes: int) -> None:
    everything = _bytes(session) + num_bytes + _size(workspace.uploads_folder.iterdir())
    everything += _size(workspace.exports_folder.iterdir())
    everything += _size(workspace.home.glob("pawtune.sqlite*"))  # names of files can be long
    if mode.DEMO.workspace_bytes is not None and everything > mode.DEMO.workspace_bytes:
        raise QuotaError(
            f"The {size(mode.DEMO.workspace_bytes)} that all visitors of this demo share "
            "are used up. Try again tomorrow, or run PawTune on your own computer."
        )


def _expect_sets(sets: int) -> None:
    limit = mode.DEMO.visitor_photo_sets
    if limit is not None and sets > limit:
        raise QuotaError(
            f"You may have {limit} photo sets at a time in this demo. Delete one, or add the "
            "photos to one that you have."
        )


def _expect_photos(photos: int) -> None:
    limit = mode.DEMO.visitor_photos
    if limit is not None and photos > limit:
        raise QuotaError(
            f"With this you would have {photos:,} photos, and in this demo you may have "
            f"{limit:,} at a time. Bring fewer, or delete a set that you do not need any more."
        )


def _heads(session: Session, visitor: str) -> list[str]:
    """The photo set that is the newest version of each of a visitor's albums."""
    albums = session.scalars(select(AlbumRecord.id).where(AlbumRecord.visitor == visitor))
    return [photo_set_rows.head(session, album_id).photo_set_id for album_id in albums.all()]


def _photos(session: Session, photo_set_ids: Iterable[str]) -> Iterable[int]:
    found = select(PhotoSetRecord.splits).where(PhotoSetRecord.id.in_(set(photo_set_ids)))
    for splits in session.scalars(found):
        yield sum(sum(counts.values()) for counts in splits.values())


def _of(visitor: str) -> ColumnElement[bool]:
    """The files of a visitor's photo sets, in all their versions."""
    sets = (
        select(VersionRecord.photo_set_id)
        .join(AlbumRecord, VersionRecord.album_id == AlbumRecord.id)
        .where(AlbumRecord.visitor == visitor)
    )
    return FileRecord.owner.in_(sets)


def _bytes(session: Session, *which: ColumnElement[bool]) -> int:
    """Room of files on the disk; versions of a set share some, which count once."""
    once = select(FileRecord.sha256, FileRecord.bytes).where(*which).distinct().subquery()
    return int(session.scalar(select(func.sum(once.c.bytes))) or 0)


def _uploads_of(session: Session, workspace: Workspace, visitor: str) -> list[Path]:
    """Files of a visitor that wait for their import."""
    coming = select(JobRecord).where(_ACTIVE, JobRecord.visitor == visitor)
    sources = {Path(str(job.request.get("source"))) for job in session.scalars(coming)}
    return [source for source in sources if photo_set_rows.is_upload(workspace, source)]


def _size(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        with contextlib.suppress(OSError):  # it may just have been imported
            total += _size(path.iterdir()) if path.is_dir() else path.stat().st_size
    return total


def _count(*which: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(func.count()).select_from(JobRecord).where(*which)
