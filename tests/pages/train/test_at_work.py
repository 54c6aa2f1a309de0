"""A training that waits, goes on and ends, as the page shows it."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import delete

from pipeline.evaluation.learning_curve import EpochScores
from pipeline.jobs.queue import Jobs
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.training_recorder import Recorder
from pipeline.progress import Stage, Step
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.tables import EpochRecord, JobRecord
from tests.pages.conftest import Open, table, words


def test_the_end_has_a_verdict_and_the_ways_on(open_page: Open, run: Run) -> None:
    app = open_page("train", run=run.id)
    text = words(app)
    assert "75.0 % of 4 test photos" in text
    assert "Whether fine-tuning helped, 4 validation photos cannot tell" in text
    labels = [link.proto.label for link in app.main.get("page_link")]
    assert "All about this run" in labels
    assert "Try it on a photo" in labels
    assert app.button(key="train_start")  # the next one can be set up


def test_an_unknown_run_is_a_sentence(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train", run="run-0000000000")
    assert not app.exception
    assert "no such run" in app.error[0].value
    assert app.button(key="train_start")  # a new one can be started all the same


def test_queued_trainings_are_listed_with_their_places(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    first = Jobs(workspace).submit_train(photo_set.id, TrainConfig(), "First")
    second = Jobs(workspace).submit_train(photo_set.id, TrainConfig(seed=1), "Second")
    app = open_page("train", run=second.run_id)
    assert "Waiting for 1 job before it" in words(app)
    rows = {row["name"]: row for row in table(app, "train_runs")["rows"]}
    assert [badge["text"] for badge in rows["First"]["badges"]] == ["waiting"]
    assert rows["First"]["stop"]
    app.button(key=f"stop_{second.id}").click().run()
    assert Runs(workspace).get(second.run_id).state == "stopped"
    assert Runs(workspace).get(first.run_id).state == "queued"


def test_the_line_calls_it_as_the_rows_do(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Jobs(workspace).submit_train(photo_set.id, TrainConfig(), None)
    job = Jobs(workspace).submit_train(photo_set.id, TrainConfig(dropout=0.5), None)
    app = open_page("train", run=job.run_id)
    row = table(app, "train_runs")["rows"][0]
    assert row["id"] == job.run_id and row["name"] == "dropout 0.5"
    assert f"**{row['name']}** · Waiting for 1 job before it" in words(app).replace("\\", "")


def test_without_an_address_the_training_at_work_is_shown(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Jobs(workspace).submit_train(photo_set.id, TrainConfig(), "The one at work")
    assert "The one at work" in words(open_page("train"))


def test_the_next_training_is_watched_rather_than_one_that_only_packs(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)  # no worker stands behind the row
    first = Jobs(workspace).submit_train(photo_set.id, TrainConfig(), "It has learned")
    Jobs(workspace).submit_train(photo_set.id, TrainConfig(seed=1), "It learns")
    with closing(Reporter(workspace, first.id)) as report:
        report(Stage(Step.PACKING))
    app = open_page("train")
    assert "**It learns**" in words(app)
    assert "**It has learned**" not in words(app)


def test_progress_never_falls_back(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a real recorder and a real reporter tell while a training goes from stage to stage."""
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)  # no worker stands behind the row
    monkeypatch.setattr("pipeline.jobs.reporter.WRITE_EVERY_S", 0.0)
    with workspace.database.writing() as session:
        find(session, run.id).state = "running"
        session.query(JobRecord).filter_by(id=run.job_id).one().state = "running"
        session.execute(delete(EpochRecord).where(EpochRecord.run_id == run.id))
    shares: list[int] = []

    def look() -> str:
        bars = open_page("train", run=run.id).get("progress")
        shares.append(bars[0].value)
        return bars[0].proto.text

    with closing(Reporter(workspace, run.job_id)) as report:
        report.leave_the_whole()  # as `train_run` does
        recorder = Recorder(workspace, Runs(workspace).get(run.id), report)
        report(Stage(Step.LOOKING, "training"), 90, 100, "photos")
        assert "Computing features of the training photos" in look()
        for epoch in (1, 2):
            recorder.batch(FEATURE_EXTRACTION, epoch, 5, 10)
            assert f"Feature extraction\\, epoch {epoch} of 5" in look()
            recorder.batch(FEATURE_EXTRACTION, epoch, 10, 10)  # the validation photos are asked
            look()
            recorder.epoch(FEATURE_EXTRACTION, epoch, EpochScores(0.5, 0.8, 0.4, 0.9, 1.0, 0.4))
            look()
        report(Stage(Step.PREPARING_FINE_TUNING))  # an epoch earlier than planned
        look()
        report(Stage(Step.LOOKING_AT_VIEW, epoch=1, epochs=2), 1, 100, "photos")
        look()
        recorder.batch(FINE_TUNING, 3, 1, 10)
        assert "epoch 3 of 4" in look()
        recorder.batch(FINE_TUNING, 4, 10, 10)
        look()
        report(Stage(Step.SCORING))
        app = open_page("train", run=run.id)
        assert "Scoring the test photos" in words(app), "a quiet line, and no bar"
        assert not [bar for bar in app.get("progress") if "First try" in bar.proto.text]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] >= 95
    assert len(set(shares)) > 6


def test_a_sentence_of_an_earlier_version_is_shown_as_it_is(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)
    with workspace.database.writing() as session:
        find(session, run.id).state = "running"
        job = session.query(JobRecord).filter_by(id=run.job_id).one()
        job.state, job.stage = "running", "Warming up the oven, tray 3 of 10"
    assert "tray 3 of 10" in open_page("train", run=run.id).get("progress")[0].proto.text
