"""Sweeps in this process: what a worker does, and the same settings trained alone."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import select

from pipeline.errors import Stopped
from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.jobs.sweep_job import run_sweep
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.jobs.train_job import train_run
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.tuning.sweep_plan import Plan
from pipeline.tuning.sweep_space import read_space
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.sweeps import Sweep, Sweeps
from pipeline.workspace.tables import JobRecord

BASE = TrainConfig(
    epochs=3,
    fine_tune_epochs=0,
    batch_size=8,
    image_size_px=96,
    alpha=0.5,
    weights="built-in",
    augment=AUGMENT_PRESETS["none"],
)
SPACES = (read_space("learning_rate=1e-5..1e-2"), read_space("dropout=0..0.5"))


class Quiet:
    """Stands for the worker's reporter; Stop is heard when it was asked so often."""

    def __init__(self, stop_after: float = float("inf")) -> None:
        self.left = stop_after

    def __call__(self, *_: Any, **__: Any) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stopped("Stopped.")

    tell = check = __call__

    def leave_the_whole(self, *_: object) -> None:
        pass

    finish_in_peace = leave_lane = leave_the_whole


def work(
    workspace: Workspace,
    job_id: str,
    stop_after: float = float("inf"),
    report: Quiet | None = None,
) -> Sweep:
    """What a worker does, in this process."""
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
        record.state = "running"
    told = run_sweep(workspace, record, report or Quiet(stop_after))  # type: ignore[arg-type]
    with workspace.database.writing() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
        dispatch.end(session, record, told["state"], None)
    return Sweeps(workspace).get(told["sweep"])


def sweep(workspace: Workspace, photos: PhotoSetRow, plan: Plan, **more: Any) -> Sweep:
    return work(workspace, SweepQueue(workspace).submit_sweep(photos.id, plan).id, **more)


def alone(workspace: Workspace, photos: PhotoSetRow, config: TrainConfig) -> Run:
    """The same settings, trained as ever."""
    job = Jobs(workspace).submit_train(photos.id, config)
    with workspace.database.reading() as session:
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
    train_run(workspace, record, Quiet())  # type: ignore[arg-type]
    with workspace.database.writing() as session:
        find(session, job.run_id or "").state = "done"
    return Runs(workspace).get(job.run_id or "")


def curves(run: Run) -> list[Any]:
    return [dataclasses.replace(point, seconds=0) for point in run.epochs]
