"""Bringing a backup into a workspace: what is there stays, what is whole is added.

Files are unpacked beside their places and checked; then, in one transaction, they get their
names and their rows. So whoever looks sees all of it or nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import PhotoError, SourceError
from pipeline.files.disk_errors import expect_free, plain_disk_errors
from pipeline.photos.sources.layout import shown
from pipeline.photos.sources.members import Members, name_of, open_members
from pipeline.progress import Report
from pipeline.settings.limits import LIMITS
from pipeline.workspace import photo_set_rows
from pipeline.workspace.backup import listing
from pipeline.workspace.backup.listing import (
    LIST_BYTES,
    LIST_NAME,
    MOST_FILES,
    BackupList,
    leave_out,
)
from pipeline.workspace.backup.unpacking import Unpacking
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import (
    AlbumRecord,
    BaselineRecord,
    FileRecord,
    HiddenRecord,
    PhotoSetRecord,
    RunRecord,
    VersionRecord,
)

_MOST_BYTES: Final = 2**50  # what files may cost, the list tells: it is looked at before


def restore(workspace: Workspace, source: Path, report: Report) -> dict[str, Any]:
    """Add what a backup has and this workspace has not; see `pipeline.workspace.backup.backup`.

    A photo set that went other ways since then comes back beside the one that is there.

    Args:
        workspace: Empty or in use.
        source: The backup.
        report: Told how many bytes are done.

    Returns:
        `restored`, `there` (before) and `in_backup`: how many `albums`, `photo_sets` and `runs`
        each; `left_out`, a list of `kind`, `id`, `name` and `reason` of what is damaged.

    Raises:
        SourceError: If the file is no whole backup.
        WorkspaceError: If the files cannot be kept; for a full disk it is a `DiskFullError`.
        Stopped: From `report`; nothing is left behind.
    """
    with ExitStack() as stack:
        members = _opened(source, stack)
        listed = _read(members)
        with workspace.database.reading() as session:
            wanted, there = _missing_here(session, listed)
        with (
            plain_disk_errors(workspace.home),
            Unpacking(workspace, members, report) as unpacking,
        ):
            expect_free(workspace.home, _bytes(wanted), "Restoring the backup")
            bad = unpacking.unpack(wanted)
            rest, left_out = leave_out(wanted, bad)
            with workspace.database.writing() as session:
                unpacking.place(rest)
                _add(session, rest)
            unpacking.keep()
    return {
        "file": str(source),
        "in_backup": listed.sizes(),
        "there": there,
        "restored": rest.sizes(),
        "left_out": [dataclasses.asdict(one) for one in left_out],
    }


def _opened(source: Path, stack: ExitStack) -> Members:
    """The backup, open until the stack is left.

    Raises:
        SourceError: If there is no such file, or no whole zip.
    """
    title = shown(source.name)
    limits = replace(LIMITS, zip_entries=MOST_FILES, zip_bytes=_MOST_BYTES)
    if not source.exists():
        raise SourceError(f"There is no file at {source}. Check the spelling, or choose it again.")
    try:
        return stack.enter_context(open_members(source, title, limits))
    except SourceError as error:
        raise SourceError(
            f"{title} is no backup of PawTune, or it was damaged or cut off on its way. Choose the "
            "file that Back up has made, or copy it again."
        ) from error


def _read(members: Members) -> BackupList:
    """The backup's list.

    Raises:
        SourceError: If there is none, or it is damaged.
    """
    member = next((one for one in members.files if name_of(one) == LIST_NAME), None)
    if member is None:
        raise SourceError(
            f"{members.title} is no backup of PawTune. Choose the file that Back up has made; "
            "photos and saved photo sets are brought in on the Photos page."
        )
    try:
        if members.flaw(member, LIST_BYTES) is None:
            return listing.from_bytes(members.read(member, LIST_NAME))
    except (PhotoError, ValueError) as error:
        raise _damaged(members.title) from error
    raise _damaged(members.title)


def _damaged(title: str) -> SourceError:
    return SourceError(
        f"The list of what is in {title} is damaged, or was made by another version of PawTune. "
        "Nothing was restored. Copy the file again, or take an earlier backup."
    )


def _missing_here(session: Session, listed: BackupList) -> tuple[BackupList, dict[str, int]]:
    """What the workspace does not have yet, and how much of the backup it has."""
    photo_sets = set(session.scalars(select(PhotoSetRecord.id)))
    runs = set(session.scalars(select(RunRecord.id)))
    hidden = set(session.scalars(select(HiddenRecord.run_id)))
    pinned = set(session.scalars(select(BaselineRecord.visitor)))
    albums, versions = _albums(session, listed)
    new = {one.id for one in listed.photo_sets if one.id not in photo_sets}
    new |= {run.id for run in listed.runs if run.id not in runs}
    wanted = BackupList(
        albums=albums,
        versions=versions,
        photo_sets=[one for one in listed.photo_sets if one.id in new],
        runs=[run for run in listed.runs if run.id in new],
        epochs=[epoch for epoch in listed.epochs if epoch.run_id in new],
        files=[file for file in listed.files if file.owner in new],
        hidden_runs=[one for one in listed.hidden_runs if one.run_id not in hidden],
        baselines=[
            one for one in listed.baselines if one.run_id in new and one.visitor not in pinned
        ],
    )
    sizes = wanted.sizes()
    return wanted, {kind: size - sizes[kind] for kind, size in listed.sizes().items()}


def _albums(session: Session, listed: BackupList) -> tuple[list[AlbumRecord], list[VersionRecord]]:
    """Albums that are not there, or not with all their versions; those under another id."""
    wanted: list[AlbumRecord] = []
    versions: list[VersionRecord] = []
    for album in listed.albums:
        own = [version for version in listed.versions if version.album_id == album.id]
        photo_sets = [version.photo_set_id for version in own]
        if session.get(AlbumRecord, album.id) is not None:
            held = photo_set_rows.versions(session, album.id, undone=True)
            if set(photo_sets) <= {version.photo_set_id for version in held}:
                continue
            # The same id each time, so that a second restore finds the first one's.
            mark = hashlib.sha256(" ".join([album.id, *photo_sets]).encode()).hexdigest()[:10]
            album.id, album.name = f"album-{mark}", f"{album.name} (restored)"
            if session.get(AlbumRecord, album.id) is not None:
                continue
        for version in own:
            version.album_id = album.id
        wanted.append(album)
        versions += own
    return wanted, versions


def _bytes(wanted: BackupList) -> int:
    return sum({file.sha256: file.bytes for file in wanted.files}.values())


def _add(session: Session, rest: BackupList) -> None:
    """Write the rows; their numbers are given anew, in the same order."""
    new = {run.id for run in rest.runs}
    for photo_set in rest.photo_sets:
        if session.get(PhotoSetRecord, photo_set.id) is None:  # else it was made meanwhile
            session.add(photo_set)
            new.add(photo_set.id)
    session.add_all(rest.albums)
    session.flush()
    for numbered in (*rest.versions, *rest.runs):
        session.add(numbered)
        session.flush()  # one by one: the database counts them
    session.add_all(rest.epochs)
    for file in rest.files:
        if file.recorded and file.owner in new:
            values = {"sha256": file.sha256, "bytes": file.bytes, "owner": file.owner}
            session.merge(FileRecord(path=file.path, **values))
    session.add_all(rest.hidden_runs)
    for baseline in rest.baselines:
        if session.get(BaselineRecord, baseline.visitor) is None:  # else one was pinned meanwhile
            session.add(baseline)
