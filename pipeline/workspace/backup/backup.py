"""A whole workspace in one file.

A backup holds all photo sets in all their versions, all finished runs, and SQLite's own copy of
the rows that tell of them; nothing that can be made again (`cache`, `downloads`, `uploads`). It is
a zip: `backup.json` lists the files (`listing`), equal ones are in it once, and nothing is
compressed, because photos and networks hardly shrink.

It is for its owner. Every file and row is checked on its way back, so accidents do no harm; but a
run's network is data that a library in C++ reads (`model.tflite`), and whoever makes a file on
purpose can also make its checksums. So a backup is restored by its owner from the owner's own
file, and not where strangers could bring one.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.errors import WorkspaceError
from pipeline.files.atomic import STAGING_MARK, staged_file
from pipeline.files.disk_errors import expect_free, plain_disk_errors, plain_file_errors
from pipeline.photos.set_file import member
from pipeline.progress import Report
from pipeline.workspace.backup import listing, snapshot
from pipeline.workspace.backup.listing import (
    DATABASE_BYTES,
    DATABASE_NAME,
    LIST_BYTES,
    LIST_NAME,
    MOST_FILES,
    PHOTO_SETS,
    RUNS,
    ListedFile,
    Listing,
    is_allowed,
)
from pipeline.workspace.backup.rows import Rows, leave_out, sizes
from pipeline.workspace.exports_folder import check_target
from pipeline.workspace.home import Workspace

_CHUNK_BYTES: Final = 2**20


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
        WorkspaceError: If there is such a file already, it cannot be written, or the database is
            damaged or a server's.
        Stopped: From `report`; nothing is left behind.
    """
    check_target(workspace, target, WorkspaceError)
    source = snapshot.file_of(workspace)
    if target.exists():
        raise WorkspaceError(
            f"There is a file at {target} already, and it is not written over. Choose another name."
        )
    with (
        plain_disk_errors(workspace.home),
        tempfile.TemporaryDirectory(prefix=STAGING_MARK, dir=workspace.home) as place,
        plain_file_errors(target, WorkspaceError),
        staged_file(target) as staged,
    ):
        copied = snapshot.take(source, Path(place))
        try:
            rows, bad = snapshot.read(Path(place), source)
        except ValueError as error:
            raise WorkspaceError(
                f"PawTune's database is damaged ({error}). Start PawTune again, which mends it, "
                "and back up then."
            ) from error
        files = _files(workspace, rows, bad)
        num_bytes = copied.stat().st_size + _room(workspace.home, files)
        expect_free(staged.parent, num_bytes, "The backup")
        with zipfile.ZipFile(staged, "w", zipfile.ZIP_STORED) as archive:
            packer = _Packer(archive, report, num_bytes)
            packed = packer.pack(workspace.home, files, bad)
            listed = Listing(packer.copy(copied, DATABASE_NAME), packed)
            archive.writestr(member(LIST_NAME), _list(listed))
    rest, left_out = leave_out(rows, bad)
    return {
        "file": str(target),
        "bytes": target.stat().st_size,
        **sizes(rest),
        "left_out": left_out,
    }


def _files(workspace: Workspace, rows: Rows, bad: Collection[str]) -> dict[str, str | None]:
    """Paths with the SHA-256 that the database vouches for; None for a log, a run cut off."""
    found: dict[str, str | None] = {
        row["path"]: row["sha256"] for row in rows["files"] if row["owner"] not in bad
    }
    for kind in (PHOTO_SETS, RUNS):
        for owner in (row["id"] for row in rows[kind] if row["id"] not in bad):
            for entry in sorted((workspace.home / kind / owner).rglob("*")):
                path = entry.relative_to(workspace.home).as_posix()
                ours = entry.is_file() and not entry.is_symlink() and STAGING_MARK not in path
                if ours and is_allowed(path):
                    found.setdefault(path, None)
    return found


def _room(home: Path, files: Mapping[str, str | None]) -> int:
    """How many bytes they take together, equal ones once; missing ones are told later."""
    different = {sha256 or path: home / path for path, sha256 in files.items()}
    return sum(path.stat().st_size for path in different.values() if path.is_file())


class _Unreadable(Exception):  # noqa: N818 - it describes the file
    """A file of the workspace is missing, or the disk does not give it."""


class _Packer:
    """Copies files into the zip, each content once."""

    def __init__(self, archive: zipfile.ZipFile, report: Report, total_bytes: int) -> None:
        self._archive, self._report, self._total_bytes = archive, report, total_bytes
        self._done_bytes = 0
        self._lengths: dict[str, int] = {}  # of what was copied, by its SHA-256

    def pack(
        self, home: Path, files: Mapping[str, str | None], bad: dict[str, str]
    ) -> list[ListedFile]:
        """Copy what is whole; of the rest, `bad` is told the owner and the reason."""
        packed = []
        for path, sha256 in files.items():
            _, owner, *_, name = path.split("/")
            if owner in bad:
                continue
            if sha256 is not None and sha256 in self._lengths:
                packed.append(ListedFile(path, self._lengths[sha256], sha256))
                continue
            try:
                file = self.copy(home / path, path)
            except _Unreadable:
                bad[owner] = f"Its file {name} is missing, or cannot be read."
                continue
            if sha256 in (None, file.sha256):
                packed.append(file)
                self._lengths[file.sha256] = file.bytes
            else:
                bad[owner] = f"Its file {name} is damaged: it is not what was kept."
        return packed

    def copy(self, path: Path, name: str) -> ListedFile:
        """Copy one file."""
        digest, length = hashlib.sha256(), 0
        with self._archive.open(member(name), "w", force_zip64=True) as out:
            for piece in _pieces(path):
                self._report("Backing up", self._done_bytes, self._total_bytes, "bytes")
                out.write(piece)
                digest.update(piece)
                length += len(piece)
                self._done_bytes += len(piece)
        return ListedFile(name, length, digest.hexdigest())


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK_BYTES):
                yield piece
    except OSError as error:
        raise _Unreadable from error


def _list(listed: Listing) -> bytes:
    """The list as it is written.

    Raises:
        WorkspaceError: If there is more than `restore` would read.
    """
    data = listing.to_bytes(listed)
    if (
        len(data) > LIST_BYTES
        or len(listed.files) + 2 > MOST_FILES  # with the database and this list
        or listed.database.bytes > DATABASE_BYTES
    ):
        raise WorkspaceError(
            "This workspace has more files than one backup takes. Forget earlier versions of your "
            "photo sets, on the Photos page under Keep, then back up again."
        )
    return data
