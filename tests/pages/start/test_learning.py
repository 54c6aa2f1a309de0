"""How far a first training is, and how a finished one is drawn again."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.start import learning
from pipeline.jobs.first_training import FirstTraining
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.settings.presets import FIRST
from pipeline.wording.curve_points import planned
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.tables import JobRecord
from tests.workers import stand_in


@pytest.mark.parametrize(
    ("share", "points"), [(0.0, 1), (0.2, 1), (0.21, 2), (0.99, 5), (1.0, 5), (7.0, 5)]
)
def test_a_finished_run_is_drawn_again_epoch_by_epoch(run: Run, share: float, points: int) -> None:
    shown = learning.at(run, share)
    assert shown.epochs == run.epochs[:points]
    assert (shown.best_epoch, shown.state) == (None, "running"), "nobody knows its end yet"


def bar_of(job_id: str) -> tuple[str, int]:
    """What stands at the bar of a job, and how far it is, in percent."""

    def script(job_id: str) -> None:
        from pages.ui import stores
        from pages.ui.start import learning

        job = stores.jobs().get(job_id)
        learning.progress(job, stores.runs().get(job.run_id) if job.run_id else None)

    app = AppTest.from_function(script, default_timeout=60, args=(job_id,)).run()
    assert not app.exception
    (bar,) = app.get("progress")
    return str(bar.proto.text), bar.proto.value


def test_behind_its_photos_it_tells_how_far_they_are(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch)
    job = FirstTraining(workspace).submit(DRAWN_PETS)
    with workspace.database.writing() as session:
        coming = session.query(JobRecord).filter_by(kind="import").one()
        coming.state, coming.step, coming.fraction = "running", "reading_photos", 0.4
        coming.seconds_left = 12.0
    said = "Its photos first: Looking through the photos · about 12 s left"
    assert bar_of(job.id) == (said, 40)


def test_behind_another_training_it_tells_how_long_that_takes(
    workspace: Workspace, photo_set: PhotoSetRow, drawn: PhotoSetRow
) -> None:
    Jobs(workspace).submit_train(photo_set.id, FIRST, "Another one")
    with workspace.database.writing() as session:
        session.query(JobRecord).one().seconds_left = 20.0
    job = FirstTraining(workspace).submit(DRAWN_PETS)
    said = "Waiting for 1 job before it, about 20 s; starts by itself."
    assert bar_of(job.id) == (said, 0)


def test_between_its_photos_and_its_start_it_waits_for_nobody(
    workspace: Workspace, drawn: PhotoSetRow
) -> None:
    assert bar_of(FirstTraining(workspace).submit(DRAWN_PETS).id) == ("Starting", 0)


@pytest.mark.parametrize(
    ("step", "said"),
    [("looking", "Looking at the photos"), ("learning", "Learning, round 6 of 10")],
)
def test_no_term_of_the_field_stands_in_the_first_minute(
    workspace: Workspace, drawn: PhotoSetRow, step: str, said: str
) -> None:
    job = FirstTraining(workspace).submit(DRAWN_PETS)
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(kind="train").one()
        record.state, record.step, record.phase = "running", step, "fine_tuning"
        record.epoch, record.epochs = 6, 10
    assert bar_of(job.id)[0].replace("\\", "") == said


def test_curve_and_photos_speak_of_rounds(run: Run) -> None:
    def script(run_id: str) -> None:
        from pages.ui import stores
        from pages.ui.start import learning

        learning.pictures(stores.runs().get(run_id))

    app = AppTest.from_function(script, default_timeout=60, args=(run.id,)).run()
    assert not app.exception
    sent = json.loads(
        next(one for one in app.get("bidi_component") if one.key == "start_curve").proto.json
    )
    assert (sent["along"], sent["switch"]) == ("round", None)
    told = json.dumps([sent["words"]["kinds"], sent["charts"][0]["title"]])
    assert not any(term in told for term in ("epoch", "fine-tuning", "validation"))


def test_the_bar_is_as_far_as_the_curve(workspace: Workspace, run: Run) -> None:
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(run_id=run.id).one()
        record.state, record.step, record.fraction = "running", "looking_at_view", 0.0
    assert bar_of(record.id)[1] == round(100 * len(run.epochs) / planned(run.config, run.epochs))


@pytest.mark.parametrize(
    ("step", "seconds", "said"),
    [
        ("learning", 9.0, "Learning, round 6 of 10 · about 9 s left"),
        ("learning", 0.4, "Learning, round 6 of 10 · almost done"),
        ("scoring", 12.0, "Testing it on photos that it has not seen"),
    ],
)
def test_nothing_follows_after_almost_done(
    workspace: Workspace,
    drawn: PhotoSetRow,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    seconds: float,
    said: str,
) -> None:
    stand_in(monkeypatch)
    job = FirstTraining(workspace).submit(DRAWN_PETS)
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(kind="train").one()
        record.state, record.step, record.seconds_left = "running", step, seconds
        record.epoch, record.epochs = 6, 10
    assert bar_of(job.id)[0].replace("\\", "") == said
