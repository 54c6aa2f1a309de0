"""The queue of work: submit, look, stop. Workers are started by `dispatch`.

A job is a row in the database; whoever looks at the queue also keeps it moving
(`settle`), so no process has to stay alive for the work to go on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.config import TrainConfig
from pipeline.errors import JobError, PhotoSetError, RunError
from pipeline.workspace import dispatch
from pipeline.workspace.database import JobRecord, PhotoSetRecord, RunRecord
from pipeline.workspace.home import Workspace, as_time, new_id
from pipeline.workspace.runs import LAST_WEIGHTS, find

ACTIVE: Final = ("queued", "running")
# One job of a lane works at a time: two trainings at once would both be slower.
LANES: Final = {"import": "photos", "explore": "photos", "train": "network", "timing": "network"}


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work, as it stands.

    Attributes:
        kind: import, train, explore or timing.
        state: queued, running, done, stopped, failed or interrupted.
        stage: What it is doing, for people.
        done: How much of the stage is done, in `unit`.
        total: How much the stage has in all, in `unit`, or None.
        speed: `unit` per second, or None.
        fraction: Share of the whole job that is done, 0..1, or None.
        position: Jobs ahead of it in its queue; 0 when it is at work.
        stopping: Stop was pressed and the work is ending.
        result: What it made: `{"photo_set": id}` or `{"run": id}`.
    """

    id: str
    kind: str
    state: str
    title: str
    stage: str
    done: float
    total: float | None
    unit: str
    speed: float | None
    fraction: float | None
    seconds_left: float | None
    position: int
    stopping: bool
    error: str | None
    result: dict[str, Any]
    request: dict[str, Any]
    run_id: str | None
    created_at: datetime

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in ACTIVE


class Jobs:
    """The work of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def submit_import(
        self, source: str, name: str | None = None, data_dir: Path | None = None
    ) -> Job:
        """Queue the import of photos; `source` as on the command line."""
        request = {
            "source": source,
            "name": name,
            "data_dir": str(data_dir) if data_dir else None,
        }
        return self._submit("import", f"Import {name or source}", request)

    def submit_train(self, photo_set_id: str, config: TrainConfig, name: str | None = None) -> Job:
        """Queue a training; its run appears among the runs at once.

        Raises:
            PhotoSetError: If there is no such photo set.
        """
        run_id, job_id = new_id("run"), new_id("job")
        with self._workspace.database.writing() as session:
            photo_set = session.get(PhotoSetRecord, photo_set_id)
            if photo_set is None:
                raise PhotoSetError(
                    "There is no such photo set; choose one on the Photos page. "
                    f"Received: {photo_set_id!r}."
                )
            count = session.scalar(select(func.max(RunRecord.number))) or 0
            title = name or f"{photo_set.name}, run {count + 1}"
            session.add(
                RunRecord(
                    id=run_id,
                    name=title,
                    photo_set_id=photo_set_id,
                    job_id=job_id,
                    config=config.to_json(),
                )
            )
            _queue(session, job_id, "train", f"Train {title}", {"run": run_id}, run_id)
        self.settle()
        return self.get(job_id)

    def continue_run(self, run_id: str) -> Job:
        """Queue the rest of a training that was cut off.

        Raises:
            RunError: If it is at work, or ended before anything was kept.
        """
        job_id = new_id("job")
        with self._workspace.database.writing() as session:
            run = find(session, run_id)
            if run.state in ACTIVE:
                raise RunError(f"{run.name} is at work already.")
            if not (self._workspace.runs_folder / run_id / LAST_WEIGHTS).exists():
                raise RunError(
                    f"{run.name} ended before its first epoch was kept; there is nothing to go "
                    "on from. Start it anew on the Train page."
                )
            run.job_id, run.state, run.error = job_id, "queued", None
            request = {"run": run_id, "resume": True}
            _queue(session, job_id, "train", f"Continue {run.name}", request, run_id)
        self.settle()
        return self.get(job_id)

    def submit_explore(self) -> Job:
        """Queue the preparation of the stock network for the Explore page."""
        return self._submit("explore", "Prepare the original network", {})

    def submit_timing(self, config: TrainConfig) -> Job:
        """Queue a few timed batches for the time estimate."""
        request = {"config": config.to_json()}
        return self._submit("timing", "Time a few batches on this computer", request)

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            JobError: If there is none of this id.
        """
        with self._workspace.database.reading() as session:
            return _job(session, _find(session, job_id))

    def active(self) -> tuple[Job, ...]:
        """Everything that waits or works, in the order of the queue."""
        with self._workspace.database.reading() as session:
            order = select(JobRecord).where(JobRecord.state.in_(ACTIVE)).order_by(JobRecord.number)
            return tuple(_job(session, record) for record in session.scalars(order))

    def latest(self, kind: str) -> Job | None:
        """The newest job of a kind, whatever its state."""
        with self._workspace.database.reading() as session:
            order = select(JobRecord).where(JobRecord.kind == kind)
            record = session.scalars(order.order_by(JobRecord.number.desc()).limit(1)).first()
            return _job(session, record) if record else None

    def stop(self, job_id: str) -> None:
        """Take a waiting job out of the queue, or ask a working one to end soon."""
        with self._workspace.database.writing() as session:
            record = _find(session, job_id)
            if record.state == "queued":
                dispatch.end(session, record, "stopped", None)
            elif record.state == "running" and record.stop_requested_at is None:
                record.stop_requested_at = time.time()
        self.settle()

    def settle(self) -> None:
        """Record what died, start what may start. Cheap; call it at every look."""
        dispatch.settle(self._workspace)

    def _submit(self, kind: str, title: str, request: dict[str, Any]) -> Job:
        job_id = new_id("job")
        with self._workspace.database.writing() as session:
            same = session.scalars(
                select(JobRecord).where(JobRecord.kind == kind, JobRecord.state.in_(ACTIVE))
            )
            for record in same:  # a double click, or a second browser: one job
                if record.request == request:
                    return _job(session, record)
            _queue(session, job_id, kind, title, request, None)
        self.settle()
        return self.get(job_id)


def _queue(
    session: Session,
    job_id: str,
    kind: str,
    title: str,
    request: dict[str, Any],
    run_id: str | None,
) -> None:
    session.add(
        JobRecord(
            id=job_id, kind=kind, lane=LANES[kind], title=title, request=request, run_id=run_id
        )
    )


def _find(session: Session, job_id: str) -> JobRecord:
    record = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one_or_none()
    if record is None:
        raise JobError(f"There is no such job. Received: {job_id!r}.")
    return record


def _job(session: Session, record: JobRecord) -> Job:
    ahead = 0
    if record.state == "queued":
        ahead = (
            session.scalar(
                select(func.count())
                .select_from(JobRecord)
                .where(
                    JobRecord.lane == record.lane,
                    JobRecord.state.in_(ACTIVE),
                    JobRecord.number < record.number,
                )
            )
            or 0
        )
    return Job(
        id=record.id,
        kind=record.kind,
        state=record.state,
        title=record.title,
        stage=record.stage,
        done=record.done,
        total=record.total,
        unit=record.unit,
        speed=record.speed,
        fraction=record.fraction,
        seconds_left=record.seconds_left,
        position=ahead,
        stopping=record.stop_requested_at is not None,
        error=record.error,
        result=record.result,
        request=record.request,
        run_id=record.run_id,
        created_at=as_time(record.created_at),
    )
