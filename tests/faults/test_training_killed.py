"""A training whose process is killed: nothing is torn, and it goes on where it was."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.errors import RunError
from pipeline.jobs.queue import Jobs
from pipeline.learning.checkpoints import Checkpoints
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import JobRecord
from tests.workspaces import add_photo_set, class_folders, finished, wait_for

pytestmark = pytest.mark.slow

CONFIG = TrainConfig(
    epochs=25,
    fine_tune_epochs=5,
    batch_size=8,
    image_size_px=96,
    alpha=0.35,
    weights="none",
    augment=AUGMENT_PRESETS["none"],
)
PATIENCE_S = 200


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


def pid_of(workspace: Workspace, job_id: str) -> int:
    with workspace.database.reading() as session:
        pid = session.scalar(select(JobRecord.pid).where(JobRecord.id == job_id))
    assert pid is not None
    return pid


def lowest_refined(folder: Path) -> int:
    """Number of the first epoch of lowest refined loss, from the checkpoints of both phases."""
    checkpoints = Checkpoints(folder)
    before, last = checkpoints.load_before(), checkpoints.load_last()
    assert before is not None
    losses = [one.refined_loss for kept in (before, last) for one in kept.standing.scores]
    return losses.index(min(losses)) + 1


def test_a_killed_training_goes_on_from_its_last_epoch(workspace, tmp_path: Path) -> None:
    jobs, runs = Jobs(workspace), Runs(workspace)
    photo_set = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=20))
    job = jobs.submit_train(photo_set.id, CONFIG, "Cut off")
    assert job.run_id is not None
    wait_for(lambda: len(runs.get(job.run_id).epochs) >= 2, "two epochs", PATIENCE_S)
    os.kill(pid_of(workspace, job.id), signal.SIGKILL)
    assert finished(workspace, job.id).state == "interrupted"
    cut = runs.get(job.run_id)
    assert cut.state == "interrupted"
    assert 2 <= len(cut.epochs) < 30
    assert cut.initial is not None
    assert not cut.can_answer
    assert examine(workspace)["healthy"]

    again = jobs.continue_run(cut.id)
    with pytest.raises(RunError, match="running already"):
        jobs.continue_run(cut.id)
    assert finished(workspace, again.id, PATIENCE_S).state == "done"
    run = runs.get(cut.id)
    assert [epoch.epoch for epoch in run.epochs] == list(range(1, 31))
    assert run.epochs[: len(cut.epochs)] == cut.epochs, "what was learned before is kept"
    assert run.can_answer
    assert run.best_epoch == lowest_refined(run.folder), "over both tries and both phases"
    assert sum(run.phase_seconds.values()) <= (run.seconds or 0)
    assert examine(workspace)["healthy"]


def test_stop_keeps_what_was_learned(workspace, tmp_path: Path) -> None:
    jobs, runs = Jobs(workspace), Runs(workspace)
    photo_set = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=20))
    job = jobs.submit_train(photo_set.id, CONFIG)
    waiting = jobs.submit_train(photo_set.id, CONFIG)
    wait_for(lambda: len(runs.get(job.run_id or "").epochs) >= 1, "an epoch", PATIENCE_S)
    jobs.stop(job.id)
    jobs.stop(waiting.id)
    assert finished(workspace, waiting.id).state == "stopped"
    assert finished(workspace, job.id, PATIENCE_S).state == "stopped"
    run = runs.get(job.run_id or "")
    assert run.can_answer
    assert run.test is not None
    assert run.test["photos"] == 4
    assert len(runs.predictions(run.id).truth) == 4
    with pytest.raises(RunError, match="nothing to go on from"):
        jobs.continue_run(waiting.run_id or "")
    assert examine(workspace)["healthy"]


def test_one_that_is_killed_while_it_packs_keeps_its_curves(workspace, tmp_path: Path) -> None:
    jobs, runs = Jobs(workspace), Runs(workspace)
    photo_set = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=20))
    quick = dataclasses.replace(CONFIG, epochs=3, fine_tune_epochs=0)
    first = jobs.submit_train(photo_set.id, quick, "First")
    second = jobs.submit_train(photo_set.id, dataclasses.replace(quick, seed=1), "Second")
    assert first.run_id is not None
    until = time.monotonic() + PATIENCE_S
    while not (learned := runs.get(first.run_id)).is_packing:  # it is short: look all the time
        assert time.monotonic() < until, "never happened: it packs"
    os.kill(pid_of(workspace, first.id), signal.SIGKILL)
    assert [epoch.epoch for epoch in learned.epochs] == [1, 2, 3]
    assert learned.best_epoch is not None
    assert finished(workspace, first.id).state == "interrupted"
    assert finished(workspace, second.id, PATIENCE_S).state == "done", "it has its turn"
    again = jobs.continue_run(learned.id)
    assert finished(workspace, again.id, PATIENCE_S).state == "done"
    run = runs.get(learned.id)
    assert (run.epochs, run.best_epoch) == (learned.epochs, learned.best_epoch)
    assert run.can_answer
    assert examine(workspace)["healthy"]
