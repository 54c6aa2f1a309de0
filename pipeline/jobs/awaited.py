"""A training that was asked for before its photos are there: it waits for their import."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import PhotoSetError
from pipeline.jobs.expected_time import expected_s
from pipeline.jobs.new_run import new_run
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.states import ACTIVE
from pipeline.workspace.tables import JobRecord

AWAITS: Final = "awaits"  # in a job's request: id of the import that it waits for


def waits(session: Session, job: JobRecord) -> bool:
    """Whether the photos that a job waits for are still on their way."""
    coming = _import(session, job)
    return coming is not None and coming.state in ACTIVE


def take_up(session: Session, workspace: Workspace, job: JobRecord) -> str | None:
    """Make the run of a training whose photos have come, in the caller's transaction.

    Args:
        session: The transaction.
        workspace: Where.
        job: One that may start; nothing happens to one that awaits nothing.

    Returns:
        Why there is none, in a sentence: the photos did not come, or cannot be trained on.
    """
    if AWAITS not in job.request or job.run_id is not None:
        return None
    coming = _import(session, job)
    photo_set_id = coming.result.get("photo_set") if coming is not None else None
    if photo_set_id is None:
        why = (coming.error if coming is not None else None) or "Their import was stopped."
        return f"The photos for this training did not come. {why}"
    config = TrainConfig.from_json(job.request["config"])
    photo_sets = PhotoSets(workspace, job.visitor)
    try:
        run = new_run(session, photo_sets, job.visitor, photo_set_id, config, job.request["name"])
    except PhotoSetError as error:
        return str(error)
    run.job_id, job.run_id = job.id, run.id
    job.request = {**job.request, "run": run.id}
    session.add(run)
    job.seconds_left = expected_s(session, run)
    session.flush()
    return None


def _import(session: Session, job: JobRecord) -> JobRecord | None:
    awaited = select(JobRecord).where(JobRecord.id == job.request.get(AWAITS))
    return session.scalars(awaited).one_or_none()
