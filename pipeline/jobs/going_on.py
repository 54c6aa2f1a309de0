"""Which trainings can go on, and what is made ready for it."""

from __future__ import annotations

import dataclasses

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.network.names import LAST_FILE
from pipeline.workspace import run_results
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import find
from pipeline.workspace.states import ACTIVE, UNFINISHED, RunState
from pipeline.workspace.tables import JobRecord, SweepRecord


def expect_can_go_on(session: Session, run: Run) -> None:
    """Check that a run has epochs to come, or results to be packed, in the caller's transaction.

    Raises:
        RunError: If it has not, it is running, or a sweep is that may take it up any moment.
    """
    if run.state in UNFINISHED:
        raise RunError(f"{run.name} is running already.")
    if run.sweep is not None and _is_at_work(session, run.sweep.id):
        raise RunError(
            f"{run.name} belongs to a sweep that is running. Wait until that has ended, or stop "
            "it; then go on with this run."
        )
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


def _is_at_work(session: Session, sweep_id: str) -> bool:
    jobs = select(JobRecord.id).join(SweepRecord, SweepRecord.job_id == JobRecord.id)
    active = jobs.where(SweepRecord.id == sweep_id, JobRecord.state.in_(ACTIVE))
    return session.scalar(active) is not None
