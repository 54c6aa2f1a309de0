"""Which trainings can go on, and what is made ready for it."""

from __future__ import annotations

import dataclasses

from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.network.names import LAST_FILE
from pipeline.workspace import run_results
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import find
from pipeline.workspace.states import UNFINISHED, RunState


def expect_can_go_on(run: Run) -> None:
    """Check that a run has epochs to come, or results to be packed.

    Raises:
        RunError: If it has not, or is at work.
    """
    if run.state in UNFINISHED:
        raise RunError(f"{run.name} is at work already.")
    if not (run.folder / LAST_FILE).exists() or not run.epochs:
        raise RunError(
            f"{run.name} ended before its first epoch was kept; there is nothing to go "
            "on from. Start it anew on the Train page."
        )
    if not run.can_go_on:
        raise RunError(
            f"{run.name} has nothing to go on to: its epochs are over, or they would lead astray "
            "again. Train again with other settings."
        )


def prepare(session: Session, workspace: Workspace, run: Run) -> None:
    """Make a run ready to go on, in the caller's transaction.

    One that had stopped early by itself would do so again, so its settings say that from here on
    it does not.
    """
    run_results.forget_checkpoints(session, workspace, run)
    if run.state == RunState.DONE and run.epochs_left:
        config = dataclasses.replace(run.config, early_stopping=False)
        find(session, run.id).config = config.to_json()
