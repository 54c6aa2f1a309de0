"""The Evaluate page in AppTest: answers of a run about a set."""

from __future__ import annotations

from pipeline.jobs.evaluate_job import evaluate_run
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run


def answered(workspace: Workspace, run: Run) -> None:
    """Do the job here that a worker would do."""
    job = Jobs(workspace).submit_evaluate(run.id, run.photo_set_id)
    with workspace.database.reading() as session:
        from pipeline.workspace.tables import JobRecord

        record = session.query(JobRecord).filter_by(id=job.id).one()
    result = evaluate_run(workspace, record, lambda *_: None)
    Jobs(workspace).stop(job.id)
    assert (result["photos"], result["unknown"]) == (40, 0)
