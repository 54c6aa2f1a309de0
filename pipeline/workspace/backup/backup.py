"""A whole workspace in one file.

A backup holds all photo sets in all their versions, all finished runs, and SQLite's own copy of
the rows that tell of them; nothing that can be made again (`cache`, `downloads`, `uploads`). It is
a zip: the database, whose table of files has their checksums, and the files, equal ones once;
nothing is compressed, because photos and networks hardly shrink.

It is for its owner. Every file and row is checked on its way back, so accidents do no harm; but a
run's network is data that a library in C++ reads (`model.tflite`), and whoever makes a file on
purpose can also make its checksums. So a backup is restored by its owner from the owner's own
file, and not where strangers could bring one.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.errors import WorkspaceError
from pipeline.files.atomic import STAGING_MARK, sha256_of, staged_file
from pipeline.files.disk_errors import expect_free, plain_disk_errors, plain_file_errors
from pipeline.photos.set_file import member
from pipeline.progress import Report, Stage, Step
from pipeline.workspace.backup import snapshot
from pipeline.workspace.backup.members import (
    DATABASE_BYTES,
    DATABASE_NAME,
    MOST_FILES,
    PHOTO_SETS,
    RUNS,
    is_allowed,
    owner_of,
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
        if len(files) >= MOST_FILES or copied.stat().st_size > DATABASE_BYTES:
            raise WorkspaceError(
                "This workspace has more files than one backup takes. Forget earlier versions of "
                "your photo sets, on the Photos page under Keep, then back up again."
            )
        different = {sha256 or path: workspace.home / path for path, sha256 in files.items()}
        to_copy = [copied, *(path for path in different.values() if path.is_file())]
        total_bytes, done_bytes = sum(path.stat().st_size for path in to_copy), 0
        expect_free(staged.parent, total_bytes, "The backup")

        def tell(num_bytes: int) -> None:
            nonlocal done_bytes
            report(Stage(Step.BACKING_UP), done_bytes, total_bytes, "bytes")
            done_bytes += num_bytes

        with zipfile.ZipFile(staged, "w", zipfile.ZIP_STORED) as archive:
            _copy(archive, copied, DATABASE_NAME, tell)
            _pack(archive, workspace.home, files, bad, tell)
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


def _pack(
    archive: zipfile.ZipFile,
    home: Path,
    files: Mapping[str, str | None],
    bad: dict[str, str],
    report: Callable[[int], None],
) -> None:
    """Copy what is whole, equal files once; of the rest, `bad` is told the owner and the reason."""
    there: set[str] = set()  # by SHA-256
    for path, sha256 in files.items():
        owner, name = owner_of(path), path.rpartition("/")[2]
        if owner in bad or sha256 in there:
            continue
        try:
            found = sha256_of(home / path)
        except OSError:
            bad[owner] = f"Its file {name} is missing, or cannot be read."
            continue
        if sha256 not in (None, found):
            bad[owner] = f"Its file {name} is damaged: it is not what was kept."
            continue
        if sha256 is not None:
            there.add(sha256)
        _copy(archive, home / path, path, report)


def _copy(archive: zipfile.ZipFile, path: Path, name: str, report: Callable[[int], None]) -> None:
    with archive.open(member(name), "w", force_zip64=True) as out, path.open("rb") as stream:
        while piece := stream.read(_CHUNK_BYTES):
            report(len(piece))
            out.write(piece)
