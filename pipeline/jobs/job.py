"""What is known of one piece of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from pipeline.photos.sources.layout import shown
from pipeline.progress import PACKING_STEPS, Stage, Step
from pipeline.workspace.home import as_time, new_id
from pipeline.workspace.states import ACTIVE, AT_WORK, JobState
from pipeline.workspace.tables import JobRecord, RunRecord

# One job of a lane works at a time: two trainings at once would both be slower.
LANES: Final = {
    "import": "photos",
    "explore": "photos",
    "save": "photos",
    "export": "photos",
    "evaluate": "network",
    "study": "network",
    "map": "map",  # one core, and nobody waits long for it
    "backup": "photos",
    "restore": "photos",
    "train": "network",
    "sweep": "network",
    "timing": "network",
    "prepare": "tuning",
}
# Where a training goes once it has learned, so that the next one may learn meanwhile.
PACKING_LANE: Final = "packing"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work, as it stands.

    Attributes:
        kind: one of `LANES`.
        state: Where it stands.
        stage: What it is doing; None where it has not told.
        sentence: The same in words, where a worker of an earlier version has told it so.
        done: How much of the stage is done, in `unit`.
        total: How much the stage has in all, in `unit`, or None.
        speed: `unit` per second, or None.
        fraction: Share of the whole job that is done, 0..1, or None.
        position: Jobs ahead of it in its queue; 0 when it is running.
        seconds_left: Until it ends; while it waits, until it begins, if that is known of every job
            before it.
        stopping: Stop was pressed and the work is ending.
        is_public: Whether it is everybody's, where several people share a server.
        result: What it made, such as `{"photo_set": id}` or `{"run": id}`.
    """

    id: str
    kind: str
    state: JobState
    title: str
    stage: Stage | None
    sentence: str
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
    is_public: bool = False

    @property
    def is_packing(self) -> bool:
        """Whether it is a training that has learned all it will; see `Run.is_packing`."""
        return self.stage is not None and self.stage.step in PACKING_STEPS

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in ACTIVE


def new_job(
    kind: str, title: str, request: dict[str, Any], visitor: str | None, run_id: str | None = None
) -> JobRecord:
    """The row of a new job, which waits.

    Args:
        kind: One of `LANES`.
        title: What it is called on screen.
        request: What is asked for.
        visitor: Whose it is; None: everybody's.
        run_id: The run that it works on.
    """
    known = {"kind": kind, "lane": LANES[kind], "title": shown(title), "request": request}
    return JobRecord(id=new_id("job"), run_id=run_id, visitor=visitor, **known)


def gives_way() -> ColumnElement[bool]:
    """Whether a job is a preparation for tuning that lets a training go first.

    It does so for any work of the network that its visitor waits for, and for anybody's training
    with the same photos, which wants the same files.
    """
    other = aliased(JobRecord)
    same_set = RunRecord.photo_set_id == JobRecord.request["photo_set"].as_string()
    first = (
        select(other.id)
        .outerjoin(RunRecord, RunRecord.id == other.run_id)
        .where(other.lane == LANES["train"], other.state.in_(ACTIVE))
        .where(or_(other.visitor.is_not_distinct_from(JobRecord.visitor), same_set))
        .correlate(JobRecord)
    )
    return and_(JobRecord.kind == "prepare", first.exists())


def told(session: Session, record: JobRecord) -> Job:
    """A job's row, as it stands; its place in the queue counts everybody's work."""
    before = (
        JobRecord.lane == record.lane,
        JobRecord.state.in_(ACTIVE),
        JobRecord.number < record.number,
        ~gives_way(),
    )
    ahead, seconds_left = 0, record.seconds_left
    if record.state == JobState.QUEUED:
        waits = session.scalars(select(JobRecord.seconds_left).where(*before)).all()
        known = [wait for wait in waits if wait is not None]
        ahead, seconds_left = len(waits), sum(known) if len(known) == len(waits) > 0 else None
    return Job(
        id=record.id,
        kind=record.kind,
        # Whether its process has come to its first line is nothing that people need to know.
        state=JobState.RUNNING if record.state in AT_WORK else JobState(record.state),
        title=record.title,
        stage=_stage(record),
        sentence=record.stage,
        done=record.done,
        total=record.total,
        unit=record.unit,
        speed=record.speed,
        fraction=record.fraction,
        seconds_left=seconds_left,
        position=ahead,
        stopping=record.stop_requested_at is not None,
        error=record.error,
        result=record.result,
        request=record.request,
        run_id=record.run_id,
        created_at=as_time(record.created_at),
        is_public=record.visitor is None,
    )


def _stage(record: JobRecord) -> Stage | None:
    """What the worker told last; None for a step that only a later version knows."""
    try:
        step = Step(record.step or "")
    except ValueError:
        return None
    about, phase = record.about or "", record.phase or ""
    return Stage(step, about, phase, record.epoch or 0, record.epochs or 0)
