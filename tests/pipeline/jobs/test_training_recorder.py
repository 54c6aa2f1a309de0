"""What a training's progress looks like to those who watch it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from pipeline.errors import Stopped, WorkspaceError
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.jobs.queue import Jobs
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.training_recorder import Recorder
from pipeline.progress import Stage, Step
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import EpochRecord, JobRecord
from tests.workspaces import add_photo_set, add_run, class_folders, wait_for

Row = tuple[Stage, float, float | None]  # stage, share of the whole, seconds left


class Looking:
    """A real reporter; remembers the job's row after each time that something was told."""

    def __init__(self, workspace: Workspace, job_id: str) -> None:
        self.rows: list[Row] = []
        self._jobs, self._job_id = Jobs(workspace), job_id
        self._reporter = Reporter(workspace, job_id)
        self._reporter.leave_the_whole()

    def tell(self, stage: Stage, **columns: Any) -> None:
        self._reporter.tell(stage, **columns)
        self._look()

    def __call__(self, stage: Stage, *counts: Any) -> None:
        self._reporter(stage, *counts)
        self._look()

    def check(self) -> None:
        self._reporter.check()

    def close(self) -> None:
        self._reporter.close()

    def _look(self) -> None:
        job = self._jobs.get(self._job_id)
        assert job.stage is not None
        self.rows.append((job.stage, job.fraction or 0.0, job.seconds_left))


@pytest.fixture
def started(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[TrainConfig], tuple[Recorder, Looking]]]:
    """Begins a training of which nothing is learned yet."""
    monkeypatch.setattr("pipeline.jobs.reporter.WRITE_EVERY_S", 0.0)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))
    with ExitStack() as open_reports:

        def start(config: TrainConfig) -> tuple[Recorder, Looking]:
            run = add_run(workspace, row.id, config=config, state="running")
            with workspace.database.writing() as session:
                session.execute(delete(EpochRecord))
            looking = open_reports.enter_context(closing(Looking(workspace, run.job_id)))
            return Recorder(workspace, Runs(workspace).get(run.id), looking), looking

        yield start


def play(recorder: Recorder, phase: str, first: int, last: int) -> None:
    for epoch in range(first, last + 1):
        for batch in range(1, 6):
            recorder.batch(phase, epoch, batch, 5)
        recorder.batch(phase, epoch, 5, 5)  # while the validation photos are asked about
        recorder.epoch(phase, epoch, EpochScores(0.5, 0.8, 0.4, 0.9, 1.0, 0.4))


STEPPED = TrainConfig(epochs=4, fine_tune_epochs=2)


def test_progress_grows_from_nothing_to_all(started) -> None:
    recorder, looking = started(STEPPED)
    play(recorder, FEATURE_EXTRACTION, 1, 4)
    play(recorder, FINE_TUNING, 5, 6)
    fractions = [fraction for _, fraction, _ in looking.rows]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.1
    stage, fraction, seconds_left = looking.rows[-1]
    assert stage == Stage(Step.LEARNING, phase=FINE_TUNING, epoch=6, epochs=6)
    assert fraction == pytest.approx(1)
    assert seconds_left == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("config", [STEPPED, replace(STEPPED, head=SOLVED)], ids=lambda c: c.head)
def test_no_stage_between_lets_it_fall_back(started, config: TrainConfig) -> None:
    recorder, looking = started(config)
    looking(Stage(Step.PREPARING_PHOTOS), 99, 100, "photos")
    if config.head == SOLVED:
        looking(Stage(Step.SOLVING), 9, 10)
        recorder.epoch(FEATURE_EXTRACTION, 1, EpochScores(0.5, 0.8, 0.4, 0.9, 1.0, 0.4))
    else:
        play(recorder, FEATURE_EXTRACTION, 1, 3)
    before = 1 if config.head == SOLVED else 3
    looking(Stage(Step.PREPARING_FINE_TUNING))
    looking(Stage(Step.LOOKING_AT_VIEW, epoch=1, epochs=4), 1, 100, "photos")
    play(recorder, FINE_TUNING, before + 1, before + 1)
    looking(Stage(Step.LOOKING_AT_VIEW, epoch=2, epochs=4), 1, 100, "photos")
    play(recorder, FINE_TUNING, before + 2, before + 2)
    looking(Stage(Step.SCORING))
    fractions = [fraction for _, fraction, _ in looking.rows]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == pytest.approx(1)
    assert looking.rows[-1][0] == Stage(Step.SCORING), "nothing of the epoch before stays"


def test_a_first_phase_that_stopped_early_does_not_confuse_the_second(started) -> None:
    recorder, looking = started(STEPPED)
    play(recorder, FEATURE_EXTRACTION, 1, 2)
    play(recorder, FINE_TUNING, 3, 4)
    stage, fraction, _ = looking.rows[-1]
    assert stage == Stage(Step.LEARNING, phase=FINE_TUNING, epoch=4, epochs=4)
    assert fraction == pytest.approx(1)
    assert min(fraction for _, fraction, _ in looking.rows) > 0


def test_other_work_is_as_far_as_its_stage(workspace: Workspace) -> None:
    job = Jobs(workspace).submit_explore()
    with closing(Reporter(workspace, job.id)) as report:
        report(Stage(Step.DOWNLOADING, "a {file}.zip"), 30, 120, "bytes")
    told = Jobs(workspace).get(job.id)
    assert (told.stage, told.fraction) == (Stage(Step.DOWNLOADING, "a {file}.zip"), 0.25)


def test_a_step_of_a_later_version_hides_no_job(workspace: Workspace) -> None:
    job = Jobs(workspace).submit_explore()
    with workspace.database.writing() as session:
        session.query(JobRecord).filter_by(id=job.id).one().step = "teleporting"
    assert Jobs(workspace).get(job.id).stage is None


@contextmanager
def busy(workspace: Workspace) -> Iterator[None]:
    """Somebody writes all the time."""
    file = workspace.database.sqlite_file
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr("pipeline.workspace.engines.BUSY_TIMEOUT_S", 0.0)
    monkeypatch.setattr("pipeline.workspace.database._PAUSE_S", 0.0)
    monkeypatch.setattr("pipeline.jobs.reporter.LISTEN_EVERY_S", 0.01)


def test_progress_that_cannot_be_written_ends_no_work(workspace, hurried, caplog) -> None:
    jobs = Jobs(workspace)
    job = jobs.submit_explore()
    with closing(Reporter(workspace, job.id)) as report:
        with busy(workspace):
            report(Stage(Step.DOWNLOADING), 1, 4)
            report(Stage(Step.DOWNLOADING), 2, 4)
        assert caplog.text.count("could not be written") == 1, "nor does it wait each time"
        report._silent_until = 0.0
        report(Stage(Step.DOWNLOADING), 3, 4)
    assert jobs.get(job.id).fraction == 0.75


def test_stop_is_heard_while_the_database_is_busy(workspace, hurried) -> None:
    job = Jobs(workspace).submit_explore()
    with workspace.database.writing() as session:
        session.query(JobRecord).filter_by(id=job.id).one().stop_requested_at = 5.0
    with closing(Reporter(workspace, job.id)) as report:
        with busy(workspace):
            wait_for(report._stop.is_set, "that it is heard")
        with pytest.raises(Stopped):
            report.check()

        def is_said() -> bool:
            with workspace.database.reading() as session:
                return session.query(JobRecord).filter_by(id=job.id).one().stopping

        wait_for(is_said, "that it is said")


def test_an_epoch_waits_until_it_can_be_kept(started, workspace, hurried, monkeypatch) -> None:
    recorder, _ = started(STEPPED)
    with ExitStack() as other, monkeypatch.context() as patch:
        other.enter_context(busy(workspace))
        patch.setattr("pipeline.workspace.database.time.sleep", lambda _seconds: other.close())
        recorder.epoch(FEATURE_EXTRACTION, 1, EpochScores(0.5, 0.8, 0.4, 0.9, 1.0, 0.4))
    (run,) = Runs(workspace).list()
    assert [epoch.epoch for epoch in run.epochs] == [1]


def test_an_epoch_that_can_never_be_kept_is_said(started, workspace, hurried, monkeypatch) -> None:
    recorder, _ = started(STEPPED)
    monkeypatch.setattr("pipeline.workspace.database.KEEP_TRYING_S", 0.0)
    with busy(workspace), pytest.raises(WorkspaceError):
        recorder.best(FEATURE_EXTRACTION, 1)
