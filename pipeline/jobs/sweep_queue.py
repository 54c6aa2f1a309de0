"""Asking for a sweep, or for the rest of one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.jobs.job import Job
from pipeline.jobs.new_run import expect_trainable
from pipeline.jobs.queue import Jobs
from pipeline.tuning.sweep_plan import Plan
from pipeline.workspace import visitors
from pipeline.workspace.states import ACTIVE, UNFINISHED
from pipeline.workspace.sweeps import Sweeps
from pipeline.workspace.tables import JobRecord


class SweepQueue(Jobs):
    """The same queue, for sweeps."""

    def submit_sweep(self, photo_set_id: str, plan: Plan) -> Job:
        """Queue a sweep.

        Args:
            photo_set_id: The photos.
            plan: What to try.

        Raises:
            PhotoSetError: If there is no such photo set, or it cannot be trained on yet.
            JobError: If too much work waits already.
            QuotaError: If there is no room for what it would leave.
        """
        sweeps = Sweeps(self._workspace, self._visitor)

        def add(session: Session, job: JobRecord) -> None:
            expect_trainable(session, self._photo_sets, photo_set_id)
            sweeps.add(session, photo_set_id, plan.to_json(), job.id)

        row = self._photo_sets.get(photo_set_id)
        request: dict[str, Any] = {"photo_set": photo_set_id, "plan": plan.to_json()}
        return self._submit("sweep", f"Sweep {row.name}", request, add)

    def continue_sweep(self, sweep_id: str) -> Job:
        """Queue the rest of a sweep that was stopped or cut off.

        Raises:
            RunError: If there is no such sweep, it is another's, or it is running or over.
        """
        sweeps = Sweeps(self._workspace, self._visitor)

        def hand_over(session: Session, job: JobRecord) -> None:
            record = sweeps.find(session, sweep_id)
            if not visitors.owns(self._visitor, record):
                raise RunError("This sweep belongs to everybody here and stays as it is.")
            if record.outcome is not None:
                raise RunError("This sweep is over; there is nothing to go on with.")
            if any(one.state in ACTIVE for one in self._of(session, record.job_id)):
                raise RunError("This sweep is running already.")
            # Two must not write into one folder.
            if busy := next(
                (run for run in sweeps.get(sweep_id).every if run.state in UNFINISHED), None
            ):
                raise RunError(f"{busy.name} is running by itself. Wait until it has ended.")
            record.job_id = job.id

        row = self._photo_sets.get(sweeps.get(sweep_id).photo_set_id)
        return self._submit("sweep", f"Sweep {row.name}", {"sweep": sweep_id}, hand_over)

    def _of(self, session: Session, job_id: str) -> list[JobRecord]:
        return list(session.query(JobRecord).filter(JobRecord.id == job_id))
