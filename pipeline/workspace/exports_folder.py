"""Files that people take away: where they may be written, and how long they stay."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import time
from pathlib import Path
from typing import Any, Final

from pipeline.errors import PawTuneError, PhotoSetError, RunError
from pipeline.exporting import formats
from pipeline.exporting.formats import Format
from pipeline.photos.set_file import save
from pipeline.progress import Report
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.reporter import Reporter
from pipeline.workspace.run import UNFINISHED, Run
from pipeline.workspace.tables import JobRecord

KEPT_S: Final = 24 * 3600.0


def export_photo_set(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Save the photo set of a job's request as one file among the exports.

    Returns:
        The job's result: `photo_set`; `file`, its name in `exports_folder`; `bytes`, `photos`.

    Raises:
        PhotoSetError: If there is no such set, or it cannot be saved.
        Stopped: From `report`; nothing is left behind.
    """
    sweep(workspace)
    photo_sets = PhotoSets(workspace, job.visitor)
    row = photo_sets.get(job.request["photo_set"])
    # The name is in the file, so sets that are called differently get different files.
    name = f"{row.id}-{_short_hash(row.name)}.zip"
    drop_others(workspace, f"{row.id}-", name)
    told = save_photo_set(photo_sets, row.id, workspace.exports_folder / name, report)
    return {**told, "file": name}


def save_photo_set(
    photo_sets: PhotoSets, photo_set_id: str, target: Path, report: Report
) -> dict[str, Any]:
    """Save a photo set as one file, wherever the caller may write.

    Returns:
        `photo_set`, `file`, `bytes` and `photos`.

    Raises:
        PhotoSetError: If there is no such set, or it cannot be saved.
        Stopped: From `report`; nothing is left behind.
    """
    row = photo_sets.get(photo_set_id)
    photo_set = photo_sets.open(photo_set_id)
    num_bytes = save(photo_set, row.name, target, report)
    return {
        "photo_set": row.id,
        "file": str(target),
        "bytes": num_bytes,
        "photos": len(photo_set.photos),
    }


def expect_exportable(run: Run, name: str) -> Format:
    """The format of this name, if the run can be taken away so.

    Raises:
        RunError: If there is no such format, a package for it is missing, or the run has not
            got far enough.
    """
    form = formats.wanted(name)
    if run.state in UNFINISHED:
        raise RunError(f"{run.name} is still at work. Take it away when it has ended.")
    if run.state == "damaged":
        raise RunError(
            f"The settings of {run.name} cannot be read any more, so nothing true could be told of "
            "it. Choose another run, or restore a backup."
        )
    if form.is_network and not run.can_answer:
        raise RunError(
            f"{run.name} ended before a model was kept, so there is no network to take away. "
            "Choose another run, or train it again."
        )
    if form.name == formats.REPORT and not run.epochs:
        raise RunError(
            f"{run.name} ended before its first epoch, so there is nothing to report. Choose "
            "another run, or train it again."
        )
    return form


def mark(run: Run) -> str:
    """What changes when an export of the run would say something else: its names, its progress."""
    told = (run.name, run.photo_set_name, run.state, str(len(run.epochs)), str(run.test))
    return _short_hash("\n".join(told))


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def drop_others(workspace: Workspace, prefix: str, name: str) -> None:
    """Delete earlier exports of the same thing, which nobody is offered any more.

    Args:
        workspace: Where they lie.
        prefix: How their names begin.
        name: The one to keep.
    """
    for entry in workspace.exports_folder.glob(f"{prefix}*"):
        if entry.name != name:
            with contextlib.suppress(OSError):  # somebody is just taking it away
                entry.unlink()


def check_target(
    workspace: Workspace, target: Path, wrong: type[PawTuneError] = PhotoSetError
) -> None:
    """Keep a file that somebody named away from PawTune's own.

    Args:
        workspace: Whose files are not to be written over.
        target: What was named.
        wrong: What to raise.

    Raises:
        PawTuneError: If it is a folder, or lies inside the workspace.
    """
    if target.is_dir():
        raise wrong(f"{target} is a folder. Add the name of a file, such as {target / 'my.zip'}.")
    place = target.resolve()
    inside = place.is_relative_to(workspace.home.resolve())
    if inside and place.parent != workspace.exports_folder.resolve():
        raise wrong(
            f"{target} lies in the folder where PawTune keeps its own work. Choose another folder, "
            "best on another disk."
        )


def sweep(workspace: Workspace) -> None:
    """Delete exports that are older than a day; they can be made again."""
    sweep_folder(workspace.exports_folder, time.time() - KEPT_S)


def sweep_folder(folder: Path, before: float, wanted: frozenset[str] = frozenset()) -> None:
    """Delete what lies in a folder since a time, and what a killed worker left half made.

    Args:
        folder: One whose files come and go.
        before: Seconds since 1970; what is younger stays.
        wanted: Paths that stay in any case.
    """
    for entry in folder.iterdir():
        with contextlib.suppress(OSError):  # somebody is just taking it away
            if str(entry) not in wanted and entry.stat().st_mtime < before:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
