"""Sweeps: what was to be tried, and the runs that tried it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.workspace import visitors
from pipeline.workspace.home import Workspace, as_time, new_id
from pipeline.workspace.run import Run
from pipeline.workspace.run_row import read
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import UNFINISHED
from pipeline.workspace.tables import RunRecord, SweepRecord

DEFAULT: int = 0  # number of the run with the settings that the sweep started from


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep, as it stands.

    Attributes:
        number: Its place among all sweeps, from 1.
        job_id: Of the job that works on it, or did last.
        plan: What `tuning.sweep_plan.Plan.to_json` gave.
        outcome: What came of it: "seed_spread"; "contenders", how many runs the best was chosen
            from, itself among them, which earlier versions did not keep; and "against_default".
            None until its runs are over.
        seconds: How long it has worked.
        runs: The runs that tried settings, in order; those that were deleted are not among them.
        default: The run of the settings that it started from; None as long as there is none.
    """

    id: str
    number: int
    photo_set_id: str
    job_id: str
    visitor: str | None
    plan: dict[str, Any]
    outcome: dict[str, Any] | None
    seconds: float
    created_at: datetime
    runs: tuple[Run, ...]
    default: Run | None

    @property
    def every(self) -> tuple[Run, ...]:
        """Its runs, and that of the settings that it started from."""
        return (*self.runs, *([self.default] if self.default else []))


class Sweeps:
    """The sweeps of one workspace, as one visitor sees them.

    Args:
        workspace: Where they are kept.
        visitor: Whose they are, where several people share a server; None sees all.
    """

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._visitor = visitor

    def add(
        self, session: Session, photo_set_id: str, plan: dict[str, Any], job_id: str
    ) -> SweepRecord:
        """The row of a new sweep, in the caller's transaction."""
        record = SweepRecord(
            id=new_id("sweep"),
            photo_set_id=photo_set_id,
            job_id=job_id,
            visitor=self._visitor,
            plan=plan,
            seconds=0.0,
        )
        session.add(record)
        return record

    def get(self, sweep_id: str) -> Sweep:
        """One sweep.

        Raises:
            RunError: If this visitor has none of this id.
        """
        with self._workspace.database.reading() as session:
            return self._row(session, self.find(session, sweep_id))

    def of_job(self, job_id: str) -> Sweep | None:
        """The sweep that a job works on, or worked on last."""
        with self._workspace.database.reading() as session:
            record = session.scalars(
                select(SweepRecord).where(
                    SweepRecord.job_id == job_id, visitors.seen_by(self._visitor, SweepRecord)
                )
            ).first()
            return self._row(session, record) if record else None

    def ids(self, photo_set_id: str) -> tuple[str, ...]:
        """Ids of the sweeps on a photo set, newest first."""
        with self._workspace.database.reading() as session:
            asked = select(SweepRecord.id).where(
                SweepRecord.photo_set_id == photo_set_id,
                visitors.seen_by(self._visitor, SweepRecord),
            )
            return tuple(session.scalars(asked.order_by(SweepRecord.number.desc())))

    def delete(self, sweep_id: str) -> int:
        """Delete a sweep, and its runs but for those that can answer; how many runs went.

        Raises:
            RunError: If there is no such sweep, it is another's, or a run of it is running.
        """
        sweep = self.get(sweep_id)
        with self._workspace.database.reading() as session:
            if not visitors.owns(self._visitor, self.find(session, sweep_id)):
                raise RunError("This sweep belongs to everybody here and stays as it is.")
        if any(run.state in UNFINISHED for run in sweep.every):
            raise RunError("This sweep is still running. Stop it first, then delete it.")
        gone = [run for run in sweep.every if not run.can_answer]
        for run in gone:
            Runs(self._workspace, self._visitor).delete(run.id)
        with self._workspace.database.writing() as session:
            session.delete(self.find(session, sweep_id))
        return len(gone)

    def find(self, session: Session, sweep_id: str) -> SweepRecord:
        """The record of a sweep, in the caller's transaction.

        Raises:
            RunError: If this visitor has none of this id.
        """
        record = session.scalars(select(SweepRecord).where(SweepRecord.id == sweep_id)).first()
        if record is None or not visitors.sees(self._visitor, record):
            raise RunError(
                "There is no such sweep; it may have been deleted. Choose one on the Train page. "
                f"Received: {sweep_id!r}."
            )
        return record

    def _row(self, session: Session, record: SweepRecord) -> Sweep:
        of_it = select(RunRecord).where(RunRecord.sweep["id"].as_string() == record.id)
        runs = [
            read(session, run, self._visitor, self._workspace.runs_folder)
            for run in session.scalars(of_it.order_by(RunRecord.number))
        ]
        placed = [(run.sweep.number, run) for run in runs if run.sweep]
        return Sweep(
            id=record.id,
            number=record.number,
            photo_set_id=record.photo_set_id,
            job_id=record.job_id,
            visitor=record.visitor,
            plan=record.plan,
            outcome=record.outcome,
            seconds=record.seconds,
            created_at=as_time(record.created_at),
            runs=tuple(run for number, run in placed if number != DEFAULT),
            default=next((run for number, run in placed if number == DEFAULT), None),
        )
