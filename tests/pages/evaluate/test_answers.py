"""Which photos the Evaluate page is about, and a job where a run must be asked first."""

from __future__ import annotations

from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open


def test_without_a_run_it_leads_to_train(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("evaluate")
    assert "No training of yours" in app.info[0].value


def test_another_set_is_asked_about_by_a_job(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = open_page("evaluate")
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    app.button(key="evaluate_ask").click().run()
    (job,) = Jobs(workspace).active()
    assert job.request == {"run": run.id, "photo_set": run.photo_set_id}
