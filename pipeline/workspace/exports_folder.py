"""Files that people take away: where they may be written, and how long they stay."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path
from typing import Final

from sqlalchemy import select

from pipeline.errors import PawTuneError, PhotoSetError
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import ACTIVE
from pipeline.workspace.tables import JobRecord

KEPT_S: Final = 24 * 3600.0


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


def sweep_uploads(workspace: Workspace) -> None:
    """Delete files that were brought a day ago and that nobody wanted to have imported."""
    before = time.time() - KEPT_S
    sweep_folder(workspace.uploads_folder, before, wanted_sources(workspace))


def wanted_sources(workspace: Workspace) -> frozenset[str]:
    """Paths of the files that work in the queue reads."""
    with workspace.database.reading() as session:
        active = session.scalars(select(JobRecord).where(JobRecord.state.in_(ACTIVE)))
        return frozenset(str(job.request.get("source")) for job in active)


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
