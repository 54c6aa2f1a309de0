"""What the app does once when it starts: check, mend, back up.

Nothing is deleted here but what a crash left half-made; a damaged database is moved
aside, never removed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import select

from pipeline.errors import PawTuneError, WorkspaceError
from pipeline.files.atomic import STAGING_MARK, staged_file, sweep_staged, sweep_staging
from pipeline.files.cache import Cache
from pipeline.photos.importing import Imported
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings import mode
from pipeline.settings.environment import workspace_home
from pipeline.workspace import exports_folder, reserve, unrecorded
from pipeline.workspace.backup.restoring import undo_cut_off
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.states import AT_WORK, JobState
from pipeline.workspace.tables import JobRecord, PhotoSetRecord

DATABASE: Final = "pawtune.sqlite"
BACKUP: Final = "backup/pawtune.sqlite"
QUARANTINE: Final = "quarantine"


def start(home: Path | None = None) -> tuple[Workspace, tuple[str, ...]]:
    """Open the workspace for a new start of the app.

    Returns:
        The workspace, and sentences about what had to be mended (usually none).

    Raises:
        PawTuneError: If the workspace cannot be opened.
    """
    home = home or workspace_home()
    notices = []
    reserve.give_up(home)  # before the database is looked at
    own_sqlite = not os.environ.get("PAWTUNE_DATABASE_URL")
    if own_sqlite and not _is_whole(home / DATABASE):
        notices.append(_put_aside(home))
    workspace = open_workspace(home)
    if notices and not mode.is_demo():  # nobody knows any more which visitor they belong to
        _take_in_orphans(workspace)
    if own_sqlite:
        _back_up(home)
    _sweep(workspace)
    reserve.set_aside(home)
    return workspace, tuple(notices)


def _is_whole(database: Path) -> bool:
    if not database.exists():
        return True
    try:
        with closing(sqlite3.connect(database)) as connection:
            answer: tuple[str] = connection.execute("PRAGMA quick_check").fetchone()
            return answer == ("ok",)
    except sqlite3.OperationalError:
        return True  # busy or not to be opened is not damaged; opening it will say so
    except sqlite3.DatabaseError:
        return False


def _put_aside(home: Path) -> str:
    """Move the damaged database away and bring back the last start's copy, if whole."""
    aside = home / QUARANTINE / time.strftime("%Y%m%d-%H%M%S")
    aside.mkdir(parents=True, exist_ok=True)
    for path in home.glob(f"{DATABASE}*"):  # with its -wal and -shm
        path.rename(aside / path.name)
    backup = home / BACKUP
    if backup.exists() and _is_whole(backup):
        shutil.copyfile(backup, home / DATABASE)
        return (
            "The list of your runs was damaged. The copy from the last start was brought back; "
            f"runs made since then are missing. The damaged file lies in {aside}."
        )
    return (
        "The list of your runs was damaged and there was no copy to bring back. Your photo sets "
        f"were found again; runs were not. The damaged file lies in {aside}."
    )


def _take_in_orphans(workspace: Workspace) -> None:
    """Record photo sets that lie in the workspace and that the database does not know."""
    with workspace.database.reading() as session:
        known = set(session.scalars(select(PhotoSetRecord.id)))
    for folder in workspace.photo_sets_folder.iterdir():
        if folder.name in known or folder.name.startswith(STAGING_MARK):
            continue
        try:
            photo_set = PhotoSet.open(folder)
        except PawTuneError:
            continue  # damaged: it stays where it is, and the doctor names it
        imported = Imported(photo_set, len(photo_set.photos), ())
        PhotoSets(workspace).add(imported, f"Found again: {folder.name}", "found again")


def _back_up(home: Path) -> None:
    try:
        with (
            staged_file(home / BACKUP) as temporary,
            closing(sqlite3.connect(home / DATABASE)) as source,
            closing(sqlite3.connect(temporary)) as target,
        ):
            source.backup(target)
    except (OSError, sqlite3.DatabaseError):
        # A full disk must not keep the app from starting; the last copy is still there.
        return


def _sweep(workspace: Workspace) -> None:
    """Remove what a crash left half-made, unless somebody is making something right now."""
    with workspace.database.reading() as session:
        at_work = session.scalars(select(JobRecord).where(JobRecord.state.in_(AT_WORK))).first()
    if at_work is not None:
        return
    undo_cut_off(workspace)
    _sweep_backups(workspace)
    unrecorded.sweep(workspace)
    for folder in (
        workspace.home,
        workspace.photo_sets_folder,
        workspace.explorer_folder,
        workspace.exports_folder,
        workspace.runs_folder,
        *(
            entry
            for owners in (workspace.runs_folder, workspace.studies_folder)
            for entry in owners.iterdir()
            if entry.is_dir()
        ),
    ):
        sweep_staging(folder)
    exports_folder.sweep(workspace)
    exports_folder.sweep_uploads(workspace)
    with contextlib.suppress(WorkspaceError):  # a full disk must not keep the app from starting
        Cache(workspace.cache_folder).sweep()


def _sweep_backups(workspace: Workspace) -> None:
    """Remove what is left of backups that were cut off, beside the files that they were to be."""
    cut_off = JobRecord.kind == "backup", JobRecord.state == JobState.INTERRUPTED
    with workspace.database.reading() as session:
        for request in session.scalars(select(JobRecord.request).where(*cut_off)):
            sweep_staged(Path(request["target"]))
