"""Folders that lie in the workspace before their rows do, or after: a mark in them says so.

Between a folder's name and its row, and between the end of a row and that of its folder, the
process may be killed. The mark tells the next start which folders nobody missed.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path
from typing import Final

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from pipeline.files.atomic import UNRECORDED
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import PhotoSetRecord, RunRecord

_AT_WORK_S: Final = 60.0  # so long another server may be about to write the row


def is_marked(folder: Path) -> bool:
    """Whether the folder has no row, or may have none."""
    return (folder / UNRECORDED).exists()


def about_to_go(folder: Path) -> None:
    """Mark a folder before its row goes; should the row stay, the next start takes the mark off."""
    with contextlib.suppress(OSError):  # a full disk must not keep anybody from deleting
        (folder / UNRECORDED).touch()


def unmark(session: Session, folder: Path) -> None:
    """Take the mark off when the caller's transaction, which has the folder's row, is kept."""
    mark = folder / UNRECORDED
    if mark.exists():
        event.listen(session, "after_commit", lambda _: mark.unlink(missing_ok=True), once=True)


def sweep(workspace: Workspace) -> None:
    """Remove marked folders that have no row, and marks from those that have one.

    To be called while no job is running.
    """
    marks = [
        mark
        for folder in (workspace.photo_sets_folder, workspace.runs_folder)
        for mark in folder.glob(f"*/{UNRECORDED}")
    ]
    if not marks:
        return
    with workspace.database.reading() as session:
        kept = {*session.scalars(select(PhotoSetRecord.id)), *session.scalars(select(RunRecord.id))}
    for mark in marks:
        with contextlib.suppress(OSError):  # somebody was quicker, or nothing can be written
            if mark.parent.name in kept:
                mark.unlink()
            elif abs(time.time() - mark.stat().st_mtime) > _AT_WORK_S:
                shutil.rmtree(mark.parent)
