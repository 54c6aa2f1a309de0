"""The Evaluate page in AppTest: answers of a run about a set."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

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


def component(app: AppTest, name: str) -> dict[str, Any]:
    """What a component of this name was given."""
    (found,) = [
        one.proto
        for one in app.get("bidi_component")
        if one.proto.component_name == f"pawtune_{name}"
    ]
    return json.loads(found.json)


def pressed(app: AppTest, run: Run, cell: tuple[int, int]) -> AppTest:
    """The page after a press on a cell of the matrix of the run's own photos."""
    app.session_state[f"evaluate_cell_{run.id}_{run.photo_set_id}"] = cell
    return app.run()
