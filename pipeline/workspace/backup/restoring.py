"""Bringing a backup into an empty workspace: what is whole comes back, the rest is named.

Files are unpacked beside their places and checked; then, in one transaction, they get their
names and their rows. So whoever looks sees all of it or nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import SourceError, WorkspaceError
from pipeline.files.atomic import STAGING_MARK, sync_folder, write_atomically
from pipeline.files.disk_errors import expect_free, plain_disk_errors
from pipeline.photos.sources.layout import shown
from pipeline.photos.sources.members import Members, open_members
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.progress import Report
from pipeline.settings.limits import LIMITS
from pipeline.workspace import photo_set_rows
from pipeline.workspace.backup import rows, snapshot
from pipeline.workspace.backup.members import DATABASE_BYTES, DATABASE_NAME, MOST_FILES
from pipeline.workspace.backup.rows import Rows, leave_out, sizes
from pipeline.workspace.backup.unpacking import BrokenFile, Unpacker
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import AlbumRecord, HiddenRecord, PhotoSetRecord, RunRecord

_MOST_BYTES: Final = 2**50  # what files may cost, their lengths tell: they are looked at before
_NOTE: Final = "restoring.json"  # of folders that have their names, and perhaps no rows yet


def restore(workspace: Workspace, source: Path, report: Report) -> dict[str, Any]:
    """Fill an empty workspace with what is in a backup.

    Args:
        workspace: Empty, but for the drawn pets that PawTune itself puts into a new one; a
            backup takes their place.
        source: What `backup.back_up` made.
        report: Told how many bytes are done.

    Returns:
        `restored` and `in_backup`: how many `albums`, `photo_sets` and `runs` each; `left_out`, a
        list of `kind`, `id`, `name` and `reason` of what is damaged.

    Raises:
        SourceError: If the file is no whole backup, or one of another version.
        WorkspaceError: If the workspace is not empty, or the files cannot be kept.
        Stopped: From `report`; nothing is left behind.
    """
    own = snapshot.file_of(workspace)
    with workspace.database.reading() as session:
        _expect_empty(session)
        there = set(session.scalars(select(PhotoSetRecord.id)))
    undo_cut_off(workspace)
    with ExitStack() as stack:
        members = _opened(source, stack)
        _expect_backup(members)
        stack.enter_context(plain_disk_errors(workspace.home))
        num_bytes = sum(member.file_size for member in members.files)
        expect_free(workspace.home, num_bytes, "Restoring the backup")
        place, *staging = (
            Path(stack.enter_context(TemporaryDirectory(prefix=STAGING_MARK, dir=folder)))
            for folder in (workspace.home, workspace.photo_sets_folder, workspace.runs_folder)
        )
        places = {folder.parent.name: (folder, folder.parent) for folder in staging}
        unpacker = Unpacker(members, report)
        try:
            unpacker.write(DATABASE_NAME, place / DATABASE_NAME)
            found, bad = snapshot.read(place, own)
        except (BrokenFile, ValueError) as error:
            raise _damaged(members.title) from error
        bad |= unpacker.unpack(found, places, there | bad.keys())
        rest, left_out = leave_out(found, bad)
        # A photo set that is there already is the very same: its id is made of its content.
        new = {
            name: [row for row in of_table if row.get("owner", row.get("id")) not in there]
            for name, of_table in rest.items()
        }
        put = stack.enter_context(_placing(workspace, places, new))
        with workspace.database.writing() as session:
            _make_room(session)
            try:
                for table in rows.TABLES:
                    if new[table.name]:
                        session.execute(insert(table), new[table.name])
            except IntegrityError as error:
                raise _damaged(members.title) from error
            put()
    return {
        "file": str(source),
        "in_backup": sizes(found),
        "restored": sizes(rest),
        "left_out": left_out,
    }


def undo_cut_off(workspace: Workspace) -> None:
    """Take away what a restore had placed when it was killed, before its rows were kept."""
    note = workspace.jobs_folder / _NOTE
    if not note.exists():
        return
    with workspace.database.reading() as session:
        kept = {*session.scalars(select(PhotoSetRecord.id)), *session.scalars(select(RunRecord.id))}
    for name in json.loads(note.read_bytes()):
        if name.split("/")[1] not in kept:
            shutil.rmtree(workspace.home / name, ignore_errors=True)
    note.unlink()


@contextmanager
def _placing(
    workspace: Workspace, places: Mapping[str, tuple[Path, Path]], new: Rows
) -> Iterator[Callable[[], None]]:
    """Hand out what gives unpacked folders their names; an error in the block takes them back."""
    note = workspace.jobs_folder / _NOTE
    placed = []

    def put() -> None:
        names = [f"{kind}/{row['id']}" for kind in places for row in new[kind]]
        write_atomically(note, json.dumps(names).encode())
        for kind, (staging, final) in places.items():
            for row in new[kind]:
                (staging / row["id"]).rename(final / row["id"])
                placed.append(final / row["id"])
            sync_folder(final)

    try:
        yield put
    except BaseException:
        for final in placed:
            shutil.rmtree(final, ignore_errors=True)
        raise
    finally:
        note.unlink(missing_ok=True)


def _expect_empty(session: Session) -> list[AlbumRecord]:
    """The drawn pets, if they are there and as they came.

    Raises:
        WorkspaceError: If there is anything else.
    """
    albums = list(session.scalars(select(AlbumRecord)))
    runs = session.scalar(select(func.count()).select_from(RunRecord)) or 0
    own = [
        album
        for album in albums
        if album.source != DRAWN_PETS
        or len(photo_set_rows.versions(session, album.id, undone=True)) > 1
    ]
    if own or runs:
        raise WorkspaceError(
            "A backup is restored into an empty workspace, and this one has photo sets or runs of "
            "its own. Let PAWTUNE_HOME name a new folder, start PawTune and restore there. To "
            "bring a single photo set over, save it as one file and add that."
        )
    return albums


def _make_room(session: Session) -> None:
    """Forget the drawn pets and what is hidden; the backup tells of both."""
    for album in _expect_empty(session):
        session.delete(album)
    session.execute(delete(HiddenRecord))


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


def _expect_backup(members: Members) -> None:
    """Look at the names alone.

    Raises:
        SourceError: If there is no database, or PawTune 0.1.0 made the file.
    """
    names = {members.name(member).casefold() for member in members.files}
    if DATABASE_NAME not in names and "backup.json" in names:
        raise SourceError(
            f"{members.title} was made by PawTune 0.1.0. Restore it with that version, then open "
            "the workspace with this one and back up again."
        )
    if DATABASE_NAME not in names:
        raise SourceError(
            f"{members.title} is no backup of PawTune. Choose the file that Back up has made; "
            "photos and saved photo sets are brought in on the Photos page."
        )
    lengths = [one.file_size for one in members.files if members.name(one) == DATABASE_NAME]
    # Some disks tell no small letters from large ones.
    if len(names) < len(members.files) or max(lengths, default=0) > DATABASE_BYTES:
        raise _damaged(members.title)


def _damaged(title: str) -> SourceError:
    return SourceError(
        f"{title} is damaged, or a later version of PawTune made it. Nothing was restored. Copy "
        "the file again, update PawTune, or take another backup."
    )
