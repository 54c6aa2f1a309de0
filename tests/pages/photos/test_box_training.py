"""Train: one import of all boxes, one run with fitting settings, and what it knows."""

from __future__ import annotations

import zipfile
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pipeline.jobs import awaited
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN, SOLVED
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.states import JobState, RunState
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import Open, alts
from tests.pages.photos.boxes import drop, filled, opened, press, said, some
from tests.pages.photos.conftest import change, queued
from tests.workspaces import add_photo_set, cross_validate


def imported(workspace: Workspace, job: Job) -> PhotoSetRow:
    """What a worker would make of the job."""
    row = add_photo_set(workspace, Path(job.request["source"]), job.request["name"])
    result = {"photo_set": row.id, "received": row.received, "accepted": row.accepted}
    change(workspace, job.id, state=JobState.DONE, result=result)
    return row


def taken_up(workspace: Workspace) -> Run:
    """The run that begins when the photos are in; nobody works on it."""
    job = next(job for job in Jobs(workspace).active() if job.kind == "train")
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(id=job.id).one()
        assert awaited.take_up(session, workspace, record) is None
    return next(run for run in Runs(workspace).list() if not run.is_example)


def trained(workspace: Workspace, app: AppTest, run: Run) -> AppTest:
    """The page when the run has ended."""
    change(workspace, run.job_id, state=JobState.DONE)
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.state, record.can_answer = RunState.DONE, True
    cross_validate(workspace, Runs(workspace).get(run.id))
    return app.run()


def test_all_boxes_come_in_as_one_import(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    press(filled(open_page), "train")
    (job,) = queued(workspace)
    assert job.request["name"] == "Mia and Rex"
    with zipfile.ZipFile(job.request["source"]) as archive:
        names = archive.namelist()
    assert names == [f"{called}/{place}.jpg" for called in ("Mia", "Rex") for place in range(6)]
    row = imported(workspace, job)
    assert row.class_sizes == {"Mia": 6, "Rex": 6}
    assert (row.received, row.missing) == (12, ())


def test_the_training_follows_the_import_and_says_what_it_knows(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = press(filled(open_page), "train")
    assert app.button(key="new_set_train").disabled
    row = imported(workspace, queued(workspace)[0])
    run = taken_up(workspace)
    assert (run.photo_set_id, run.config.head, run.config.fine_tune_epochs) == (row.id, SOLVED, 0)
    assert run.config.batch_size <= row.split_sizes["training"]
    assert run.name == "Mia and Rex, run 1"
    app = trained(workspace, app.run(), run)
    assert not app.exception
    assert "Knows Mia from Rex: 10 of 12" in said(app)
    assert len([alt for alt in alts(app) if alt.startswith("Predicted ")]) == 2
    assert not app.button(key="new_set_train").disabled
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["Look at the set"] == f"set={row.id}"
    app = press(app, "close")
    assert app.button(key="photos_new_set").label == "New set", "nothing waits any more"
    assert Jobs(workspace).active() == ()


def test_a_box_with_too_few_photos_waits(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = press(filled(open_page), "add")
    app = drop(app, 3, *some(1, 2, first=70))
    assert "The third box has too few photos and stays here." in said(app)
    press(app, "train")
    assert imported(workspace, queued(workspace)[0]).class_sizes == {"Mia": 6, "Rex": 6}


def test_too_few_photos_are_told_and_nothing_can_be_pressed(
    no_first_import, open_page: Open
) -> None:
    app = drop(opened(open_page), 1, *some(1, 4))
    assert "Still needed: 1 in the first box and 5 in the second box." in said(app)
    assert app.button(key="new_set_train").disabled


def test_an_import_that_fails_is_told_and_can_be_tried_again(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = press(filled(open_page), "train")
    change(workspace, queued(workspace)[0].id, state=JobState.FAILED, error="The disk is full.")
    job = next(job for job in Jobs(workspace).active() if job.kind == "train")
    change(workspace, job.id, state=JobState.FAILED, error="The photos did not come.")
    app = app.run()
    assert "The disk is full." in said(app)
    assert not app.button(key="new_set_train").disabled


def test_without_imagenets_weights_the_built_in_network_takes_their_place(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = press(filled(open_page), "train")
    row = imported(workspace, queued(workspace)[0])
    missed = taken_up(workspace)
    change(workspace, missed.job_id, state=JobState.FAILED, error="No connection.")
    with workspace.database.writing() as session:
        find(session, missed.id).state = RunState.FAILED
    app = app.run()
    assert not app.exception
    assert "PawTune's built-in network, which knows less" in said(app)
    assert "No connection." not in said(app)
    (run,) = (run for run in Runs(workspace).list() if not run.is_example)
    assert run.id != missed.id and run.name == "Mia and Rex, run 1"
    assert (run.photo_set_id, run.config.weights) == (row.id, BUILT_IN)
    app = trained(workspace, app, run)
    assert "Knows Mia from Rex: 10 of 12" in said(app)


def test_what_has_ended_goes_with_the_boxes_and_comes_back_with_them(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = press(filled(open_page), "train")
    imported(workspace, queued(workspace)[0])
    app = trained(workspace, app, taken_up(workspace))
    app = press(app, "anew")
    assert "Knows Mia from Rex" not in said(app)
    assert app.button(key="new_set_train").disabled
    app = press(app, "undo")
    assert "Knows Mia from Rex: 10 of 12" in said(app)
    assert not app.button(key="new_set_train").disabled
    assert app.button(key="new_set_undo").disabled is False, "the drops can be taken back, too"
