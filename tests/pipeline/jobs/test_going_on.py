"""A training that goes on: its new results take the old ones' place whole, or not at all."""

from __future__ import annotations

import dataclasses
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.evaluation.learning_curve import Cut, EarlyEnd
from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.progress import silent
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace import startup
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, PREDICTIONS, Runs, find
from pipeline.workspace.tables import FileRecord, JobRecord
from tests.conftest import REPOSITORY
from tests.workspaces import add_photo_set, class_folders

pytestmark = pytest.mark.slow

CONFIG = TrainConfig(
    epochs=2,
    fine_tune_epochs=2,
    learning_rate=3e-3,
    batch_size=8,
    image_size_px=96,
    alpha=0.35,
    weights="none",
    augment=AUGMENT_PRESETS["none"],
)
# Does a job as its worker does, in this process, and dies or stops where it is told to.
WORK = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import select, text
from pipeline.errors import Stopped
from pipeline.files.locks import handed_down
from pipeline.jobs import dispatch, train_job, worker
from pipeline.jobs.training_recorder import Recorder
from pipeline.workspace import run_results
from pipeline.workspace.home import open_workspace
from pipeline.workspace.liveness import lock_path
from pipeline.workspace.tables import JobRecord

home, job_id, moment = sys.argv[1:]
workspace = open_workspace(Path(home))
dispatch._start_next = lambda _workspace: False

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def stop(*_, **__):
    raise Stopped("Stopped.")

if moment == "while it learns":
    Recorder.batch = die
if moment == "when an epoch is kept":
    Recorder.best = Recorder.epoch = die
if moment == "while it packs":
    train_job.write_bundle = die
if moment == "before the rows":
    real = run_results.take_place
    run_results.take_place = lambda *args: (real(*args), die())
if moment == "after the rows":
    run_results.remove_old = die
if moment == "in the end":
    worker.lock_path = die
if moment.startswith("stop after "):
    real_epoch, last = Recorder.epoch, int(moment.rpartition(" ")[2])

    def epoch(self, phase, number, scores):
        real_epoch(self, phase, number, scores)
        if number == last:
            stop()

    Recorder.epoch = epoch
with workspace.database.writing() as session:
    job = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
    job.state, job.attempt = "starting", 1
with handed_down(lock_path(workspace, job_id)):
    code = worker.do_job(workspace, job_id, 1)
sys.exit(code)
"""


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


def work(workspace: Workspace, job_id: str, moment: str = "") -> int:
    """Do a job in a process of its own; its exit code."""
    command = [sys.executable, "-c", WORK, str(workspace.home), job_id, moment]
    code = subprocess.run(command, cwd=REPOSITORY, check=False).returncode
    Jobs(workspace).settle()
    return code


@pytest.fixture(scope="module")
def stopped_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with one run that was stopped after its first epoch."""
    folder = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "_start_next", lambda _workspace: False)
        workspace = open_workspace(folder / "home")
        row = add_photo_set(workspace, class_folders(folder / "photos"))
        job = Jobs(workspace).submit_train(row.id, CONFIG, "Stopped")
        assert work(workspace, job.id, "stop after 1") == 0
        workspace.database.close()
        yield folder / "home"


@pytest.fixture
def workspace(stopped_home: Path, own_home: Path) -> Workspace:
    """A copy of it."""
    shutil.copytree(stopped_home, own_home)
    return open_workspace(own_home)


def only_run(workspace: Workspace) -> Run:
    (run,) = Runs(workspace).list()
    return run


def check_whole(workspace: Workspace, run: Run) -> None:
    """The network, the answers that are kept and the score belong together; the books are right."""
    classifier = Classifier(read_bundle(Runs(workspace).bundle_folder(run.id)))
    found = Runs(workspace).predictions(run.id)
    arrays = (
        PhotoSets(workspace)
        .open(run.photo_set_id)
        .arrays(run.config.image_size_px, workspace.cache_folder, silent)
    )
    answers = classifier.predictions(arrays, found.photo_indices, found.truth)
    np.testing.assert_allclose(found.probabilities, answers.probabilities, atol=1e-5)
    assert run.test is not None
    assert run.test["accuracy"] == float(np.mean(found.called == found.truth))
    assert examine(workspace)["problems"] == []


def test_a_stopped_training_goes_on_and_its_results_are_replaced(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = only_run(workspace)
    assert (before.state, len(before.epochs), before.epochs_left) == ("stopped", 1, 3)
    check_whole(workspace, before)
    exported = workspace.exports_folder / f"{before.id}-report-1.html"
    exported.touch()
    old = Classifier(read_bundle(Runs(workspace).bundle_folder(before.id)))
    job = Jobs(workspace).continue_run(before.id)
    assert only_run(workspace).can_answer, "the old network answers meanwhile"
    assert work(workspace, job.id) == 0
    run = only_run(workspace)
    assert (run.state, run.error, len(run.epochs)) == ("done", None, 4)
    assert run.epochs[:1] == before.epochs
    assert run.results == run.folder / "results-2"
    assert not (run.folder / BUNDLE).exists()
    assert not (run.folder / PREDICTIONS).exists()
    assert not exported.exists()
    check_whole(workspace, run)
    new = Classifier(read_bundle(Runs(workspace).bundle_folder(run.id)))
    assert new.sha256 != old.sha256
    with workspace.database.reading() as session:
        paths = session.scalars(select(FileRecord.path).where(FileRecord.owner == run.id)).all()
    assert f"runs/{run.id}/results-2/{BUNDLE}/manifest.json" in paths
    assert f"runs/{run.id}/last.safetensors" in paths
    back_up(workspace, tmp_path / "all.zip", silent)
    other = open_workspace(tmp_path / "other")
    assert restore(other, tmp_path / "all.zip", silent)["left_out"] == []
    check_whole(other, only_run(other))
    with pytest.raises(RunError, match="nothing to go on to"):
        Jobs(workspace).continue_run(run.id)


@pytest.mark.parametrize(
    ("moment", "is_new"),
    [
        ("while it learns", False),
        ("when an epoch is kept", False),
        ("while it packs", False),
        ("before the rows", False),
        ("after the rows", True),
        ("in the end", True),
    ],
)
def test_killed_at_any_moment_the_old_results_or_the_new_are_whole(
    workspace: Workspace, moment: str, is_new: bool
) -> None:
    before = only_run(workspace)
    job = Jobs(workspace).continue_run(before.id)
    assert work(workspace, job.id, moment) == -signal.SIGKILL
    workspace.database.close()
    again, notices = startup.start(workspace.home)
    assert notices == ()
    run = only_run(again)
    assert run.state == ("done" if moment == "in the end" else "interrupted")
    assert (run.results_name is not None) is is_new
    assert run.test == before.test or is_new
    check_whole(again, run)
    if not is_new:
        job = Jobs(again).continue_run(run.id)
        assert work(again, job.id) == 0
        run = only_run(again)
        assert (run.state, len(run.epochs)) == ("done", 4)
        check_whole(again, run)
    assert sorted(entry.name for entry in run.folder.glob("results-*")) == ["results-2"]


def test_what_was_stopped_and_killed_while_packing_can_be_packed(workspace: Workspace) -> None:
    row = PhotoSets(workspace).list()[0]
    job = Jobs(workspace).submit_train(row.id, CONFIG, "Killed")
    assert work(workspace, job.id, "while it packs") == -signal.SIGKILL
    with workspace.database.writing() as session:  # Stop was pressed, and nobody has looked since
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        record.state, record.stop_requested_at = "running", 1.0
        find(session, job.run_id or "").state = "running"
    Jobs(workspace).settle()
    run = Runs(workspace).get(job.run_id or "")
    assert (run.state, run.can_answer, len(run.epochs)) == ("interrupted", False, 4)
    assert "Its epochs are safe" in (run.error or "")
    assert run.can_go_on
    again = Jobs(workspace).continue_run(run.id, only_pack=True)
    assert work(workspace, again.id) == 0
    run = Runs(workspace).get(run.id)
    assert (run.state, run.error, len(run.epochs)) == ("done", None, 4), "nothing was left to learn"
    check_whole(workspace, run)


def test_packing_learns_nothing_more(workspace: Workspace) -> None:
    before = only_run(workspace)
    with workspace.database.writing() as session:
        find(session, before.id).can_answer = False
        find(session, before.id).state = "interrupted"
    job = Jobs(workspace).continue_run(before.id, only_pack=True)
    assert work(workspace, job.id) == 0
    run = only_run(workspace)
    assert (run.state, run.epochs, run.results_name) == ("stopped", before.epochs, None)
    assert run.epochs_left == 3
    check_whole(workspace, run)


def test_one_that_stopped_by_itself_goes_on_to_its_last_epoch(workspace: Workspace) -> None:
    before = only_run(workspace)
    config = dataclasses.replace(CONFIG, early_stopping=True)
    with workspace.database.writing() as session:
        record = find(session, before.id)
        record.config, record.state = config.to_json(), "done"
    job = Jobs(workspace).continue_run(before.id)
    assert not only_run(workspace).config.early_stopping
    assert work(workspace, job.id) == 0
    assert len(only_run(workspace).epochs) == 4


def edited(workspace: Workspace, **columns: Any) -> Run:
    run = only_run(workspace)
    with workspace.database.writing() as session:
        for name, value in columns.items():
            setattr(find(session, run.id), name, value)
    return only_run(workspace)


def test_one_that_went_astray_does_not_go_on_one_short_of_memory_does(
    workspace: Workspace,
) -> None:
    astray = EarlyEnd(Cut.DIVERGED, "feature_extraction")
    run = edited(workspace, early_end=dataclasses.asdict(astray))
    assert (run.early_end, run.can_go_on) == (astray, False)
    with pytest.raises(RunError, match="lead astray"):
        Jobs(workspace).continue_run(run.id)
    short = EarlyEnd(Cut.MEMORY, "feature_extraction")
    assert edited(workspace, early_end=dataclasses.asdict(short)).can_go_on
    assert edited(workspace, early_end={"why": "of a later version"}).early_end is None
