"""Which photos the Evaluate page is about, and a job where a run must be asked first."""

from __future__ import annotations

from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, words
from tests.pages.evaluate.conftest import answered
from tests.workspaces import cross_validate


def test_without_a_run_it_leads_to_train(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("evaluate")
    assert "No training has finished yet" in app.info[0].value


def test_another_set_is_asked_about_by_a_job(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = open_page("evaluate")
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    app.button(key="evaluate_ask").click().run()
    (job,) = Jobs(workspace).active()
    assert job.request == {"run": run.id, "photo_set": run.photo_set_id}


def test_all_photos_judged_by_networks_that_had_not_seen_them_come_first(
    open_page: Open, workspace: Workspace, judged: Run
) -> None:
    app = open_page("evaluate", run=judged.id)
    assert not app.exception
    choice = app.selectbox(key=f"evaluate_photos_{judged.id}")
    first, second = choice.options[:2]
    assert first == "All photos of its set, each by a network trained without it"
    assert second == "Its test photos, which it never saw"
    text = words(app)
    assert "correct on 40 photos" in text
    assert "so this is no score" not in text
    # Asked about the same photos, the network itself has learned training and validation photos.
    answered(workspace, judged)
    choice.select(judged.photo_set_id).run()
    assert "It learned from 36 of these, so this is no score" in words(app)


def test_before_fine_tuning_they_come_behind_the_test(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    cross_validate(workspace, run)
    options = open_page("evaluate", run=run.id).selectbox(key=f"evaluate_photos_{run.id}").options
    assert options[0] == "Its test photos, which it never saw"
    assert options[1].startswith("All photos of its set before fine-tuning, each by a")
