"""A whole workspace in one file, and back.

A backup holds all photo sets in all their versions, all finished runs, and the rows that
tell of them; nothing that can be made again (`cache`, `downloads`, `uploads`). It is a zip:
`backup.json` lists rows and files (`backup_list`), equal files are in it once, and nothing is
compressed, because photos and networks hardly shrink.

It is for its owner. Every file is checked on its way back, so accidents do no harm; but a
run's network is data that a library in C++ reads (`model.tflite`), and whoever makes a file on
purpose can also make its checksums. So a backup is restored by its owner from the owner's own
file, and not where strangers could bring one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import WorkspaceError
from pipeline.files.atomic import STAGING_MARK, staged_file
from pipeline.files.disk_errors import expect_free, plain_file_errors
from pipeline.photos.set_file import member
from pipeline.progress import Report
from pipeline.workspace.backup import listing
from pipeline.workspace.backup.listing import (
    LIST_BYTES,
    LIST_NAME,
    MOST_FILES,
    RUNS,
    BackedUpFile,
    BackupList,
    LeftOut,
    is_allowed,
    is_sound,
    leave_out,
)
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.exports_folder import check_target
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import UNFINISHED
from pipeline.workspace.tables import (
    AlbumRecord,
    BaselineRecord,
    EpochRecord,
    FileRecord,
    HiddenRecord,
    PhotoSetRecord,
    RunRecord,
    VersionRecord,
)

__all__ = ["back_up", "restore"]

_CHUNK_BYTES: Final = 2**20
_DAMAGED_ROW: Final = "What the database knows of it is damaged."
_AT_WORK: Final = "It is still at work. Back up again when it has ended."


def back_up(workspace: Workspace, target: Path, report: Report) -> dict[str, Any]:
    """Write everything that cannot be made again into one new file.

    Args:
        workspace: What is backed up; it may be used meanwhile.
        target: The file; it appears whole, or not at all.
        report: Told how many bytes are done.

    Returns:
        `file` and `bytes`; how many `albums`, `photo_sets` and `runs` are in it; `left_out`, a
        list of `kind`, `id`, `name` and `reason` of what is not.

    Raises:
        WorkspaceError: If there is such a file already, or it cannot be written; for a full
            disk it is a `DiskFullError`.
        Stopped: From `report`; nothing is left behind.
    """
    check_target(workspace, target, WorkspaceError)
    if target.exists():
        raise WorkspaceError(
            f"There is a file at {target} already, and it is not written over. Choose another name."
        )
    with workspace.database.reading() as session:
        found = _look(session, workspace)
    with plain_file_errors(target, WorkspaceError), staged_file(target) as staged:
        sizes = {file.sha256 or file.path: file.bytes for file in found.files}
        expect_free(staged.parent, sum(sizes.values()), "The backup")
        with zipfile.ZipFile(staged, "w", zipfile.ZIP_STORED) as archive:
            packer = _Packer(archive, workspace.home, report, sum(sizes.values()))
            found.listed.files = packer.pack(found.files, found.bad)
            rest, left_out = leave_out(found.listed, found.bad)
            archive.writestr(member(LIST_NAME), _list(rest))
    return {
        "file": str(target),
        "bytes": target.stat().st_size,
        **rest.sizes(),
        "left_out": [dataclasses.asdict(one) for one in (*left_out, *found.at_work)],
    }


@dataclass(frozen=True, slots=True)
class _Item:
    """A file to be packed; `sha256` is None where the database does not vouch for it."""

    path: str
    bytes: int
    sha256: str | None
    owner: str


@dataclass(slots=True)
class _Found:
    """What is in the workspace: rows, files, what is damaged (and why), runs at work."""

    listed: BackupList
    files: list[_Item]
    bad: dict[str, str]
    at_work: list[LeftOut] = field(default_factory=list)


def _look(session: Session, workspace: Workspace) -> _Found:
    runs = list(session.scalars(select(RunRecord).order_by(RunRecord.number)))
    ended = [run for run in runs if run.state not in UNFINISHED]
    ids = {run.id for run in ended}
    epochs = session.scalars(select(EpochRecord).order_by(EpochRecord.run_id, EpochRecord.epoch))
    listed = BackupList(
        albums=list(session.scalars(select(AlbumRecord).order_by(AlbumRecord.created_at))),
        versions=list(session.scalars(select(VersionRecord).order_by(VersionRecord.number))),
        photo_sets=list(session.scalars(select(PhotoSetRecord).order_by(PhotoSetRecord.id))),
        runs=ended,
        epochs=[epoch for epoch in epochs if epoch.run_id in ids],
        hidden_runs=list(session.scalars(select(HiddenRecord))),
        baselines=[one for one in session.scalars(select(BaselineRecord)) if one.run_id in ids],
    )
    bad = {
        owner: _DAMAGED_ROW
        for owner, record in (
            *((album.id, album) for album in listed.albums),
            *((version.album_id, version) for version in listed.versions),
            *((photo_set.id, photo_set) for photo_set in listed.photo_sets),
            *((run.id, run) for run in listed.runs),
            *((epoch.run_id, epoch) for epoch in listed.epochs),
        )
        if not is_sound(record)
    }
    at_work = [LeftOut(RUNS, run.id, run.name, _AT_WORK) for run in runs if run.state in UNFINISHED]
    owners = {
        **{one.id: workspace.photo_sets_folder / one.id for one in listed.photo_sets},
        **{run.id: workspace.runs_folder / run.id for run in ended},
    }
    records = list(session.scalars(select(FileRecord).order_by(FileRecord.path)))
    files = list(_files(workspace, records, owners))
    return _Found(listed, files, bad, at_work)


def _files(
    workspace: Workspace, records: Iterable[FileRecord], owners: dict[str, Path]
) -> Iterator[_Item]:
    """What the database vouches for, then what else lies there: a log, a run cut off."""
    known = set()
    for record in records:
        if record.owner in owners:
            known.add(record.path)
            yield _Item(record.path, record.bytes, record.sha256, record.owner)
    for owner, folder in owners.items():
        for entry in sorted(folder.rglob("*")):
            path = entry.relative_to(workspace.home).as_posix()
            ours = entry.is_file() and not entry.is_symlink() and STAGING_MARK not in path
            if ours and path not in known and is_allowed(path):
                yield _Item(path, entry.stat().st_size, None, owner)


class _Unreadable(Exception):  # noqa: N818 - it describes the file
    """A file of the workspace is missing, or the disk does not give it."""


class _Packer:
    """Copies files into the zip, each content once."""

    def __init__(
        self, archive: zipfile.ZipFile, home: Path, report: Report, total_bytes: int
    ) -> None:
        self._archive, self._home = archive, home
        self._report, self._total_bytes = report, total_bytes
        self._done_bytes = 0
        self._members: dict[str, str] = {}  # by the content's SHA-256

    def pack(self, items: Iterable[_Item], bad: dict[str, str]) -> list[BackedUpFile]:
        """Copy what is whole; of the rest, `bad` is told the owner and the reason."""
        packed = []
        for item in items:
            if item.owner in bad:
                continue
            if not is_allowed(item.path):
                bad[item.owner] = f"Its file {item.path} has a name that no backup takes."
                continue
            name = Path(item.path).name
            try:
                file = self._copied(item)
            except _Unreadable:
                bad[item.owner] = f"Its file {name} is missing, or cannot be read."
                continue
            if item.sha256 in (None, file.sha256):
                packed.append(file)
            else:
                bad[item.owner] = f"Its file {name} is damaged: it is not what was kept."
        return packed

    def _copied(self, item: _Item) -> BackedUpFile:
        recorded = item.sha256 is not None
        if item.sha256 and (there := self._members.get(item.sha256)):
            return BackedUpFile(item.path, item.bytes, item.sha256, item.owner, recorded, there)
        digest, length = hashlib.sha256(), 0
        entry = member(item.path)
        entry.file_size = item.bytes  # tells early whether the zip needs 64 bits for it
        with self._archive.open(entry, "w") as out:
            for piece in _pieces(self._home / item.path):
                self._report("Backing up", self._done_bytes, self._total_bytes, "bytes")
                out.write(piece)
                digest.update(piece)
                length += len(piece)
                self._done_bytes += len(piece)
        sha256 = digest.hexdigest()
        self._members.setdefault(sha256, item.path)
        return BackedUpFile(item.path, length, sha256, item.owner, recorded, item.path)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK_BYTES):
                yield piece
    except OSError as error:
        raise _Unreadable from error


def _list(listed: BackupList) -> bytes:
    """The list as it is written.

    Raises:
        WorkspaceError: If it is longer than `restore` would read.
    """
    data = listing.to_bytes(listed)
    if len(data) > LIST_BYTES or len(listed.files) >= MOST_FILES:
        raise WorkspaceError(
            "This workspace has more files than one backup takes. Forget earlier versions of your "
            "photo sets, on the Photos page under Keep, then back up again."
        )
    return data
