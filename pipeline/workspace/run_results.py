"""What a finished training leaves, and how a later try takes its place: whole, or not at all.

The first try leaves it in the run's own folder, one that goes on in a folder within; the run's row
says which of them counts. So a try that is cut off leaves the old results as they are, and whoever
looks sees the old ones or the new ones, never some of each.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, delete, or_
from sqlalchemy.orm import Session

from pipeline.network.names import NETWORK_FILE
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import (
    BEFORE,
    BUNDLE,
    CROSS_VALIDATION,
    EVALUATIONS,
    LOG,
    PREDICTIONS,
    VALIDATION_PREDICTIONS,
    find,
)
from pipeline.workspace.tables import FileRecord

_PARTS: Final = (
    *(BUNDLE, BEFORE, PREDICTIONS, VALIDATION_PREDICTIONS, EVALUATIONS),
    *(CROSS_VALIDATION, NETWORK_FILE),
)
_LATER: Final = "results-"
NAME: Final = rf"{_LATER}[1-9][0-9]{{0,5}}"  # as a pattern


def fresh_name(run: Run) -> str | None:
    """Where new results go, as `Run.results_name`; what a cut-off try left there is removed."""
    _remove(entry for entry in _everything(run) if not run.can_answer or entry not in _old(run))
    if not run.can_answer:
        return None
    number = int(run.results_name.removeprefix(_LATER)) if run.results_name else 1
    return f"{_LATER}{number + 1}"


def take_place(session: Session, workspace: Workspace, run: Run, name: str | None) -> None:
    """Make the results called `name` those that count, in the caller's transaction.

    The files of the old ones are forgotten with it; see `remove_old`.
    """
    find(session, run.id).results = name
    find(session, run.id).can_answer = True
    session.execute(delete(FileRecord).where(FileRecord.owner == run.id))
    workspace.keep_files(session, run.id, run.folder, but=(LOG,))
    if run.can_answer:
        session.flush()
        _forget(session, workspace, run, _old(run))


def remove_old(workspace: Workspace, run: Run) -> None:
    """Delete results, and exports of them, after others took their place.

    Args:
        workspace: Where.
        run: As it was before that.
    """
    if run.can_answer:
        _remove(_old(run))
        _remove(workspace.exports_folder.glob(f"{run.id}-*"))


def forget_checkpoints(session: Session, workspace: Workspace, run: Run) -> None:
    """Forget the checksums of what a training that goes on will write over."""
    kept = [_relative(workspace, entry) for entry in _old(run)] if run.can_answer else []
    others = [~_is_below(path) for path in kept]
    session.execute(delete(FileRecord).where(FileRecord.owner == run.id, *others))


def _old(run: Run) -> list[Path]:
    """All that belongs to the results that count now."""
    return [run.results] if run.results_name else [run.folder / part for part in _PARTS]


def _everything(run: Run) -> list[Path]:
    """All results in a run's folder, those of tries that were cut off among them."""
    return [*(run.folder / part for part in _PARTS), *run.folder.glob(f"{_LATER}*")]


def _forget(session: Session, workspace: Workspace, run: Run, entries: list[Path]) -> None:
    gone = [_is_below(_relative(workspace, entry)) for entry in entries]
    session.execute(delete(FileRecord).where(FileRecord.owner == run.id, or_(*gone)))


def _is_below(path: str) -> ColumnElement[bool]:
    """The file of this name, and those in the folder of this name."""
    return or_(FileRecord.path == path, FileRecord.path.startswith(f"{path}/", autoescape=True))


def _relative(workspace: Workspace, entry: Path) -> str:
    return entry.relative_to(workspace.home).as_posix()


def _remove(entries: Iterator[Path] | list[Path]) -> None:
    for entry in entries:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
