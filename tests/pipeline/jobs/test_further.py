"""Training further: a run starts where another ended, and nothing it was tuned on judges it."""

from __future__ import annotations

import dataclasses
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PhotoSetError, RunError
from pipeline.jobs import dispatch
from pipeline.jobs.further import FOLLOWS
from pipeline.jobs.queue import Jobs
from pipeline.learning.initial_weights import starting_tensors
from pipeline.network.names import HEAD, NETWORK_FILE
from pipeline.network.started_from import STARTED_FROM_FILE, read_start
from pipeline.network.tensors import read_tensors
from pipeline.photos.photo_edits import SetSplit
from pipeline.progress import silent
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.versions import Versions
from tests.pipeline.jobs.test_going_on import CONFIG, work
from tests.workspaces import add_photo_set, class_folders

pytestmark = pytest.mark.slow

HEAD_ONLY = dataclasses.replace(CONFIG, epochs=3, fine_tune_epochs=0)
TUNED = dataclasses.replace(
    CONFIG,
    epochs=1,
    fine_tune_epochs=3,
    learning_rate=1e-3,
    fine_tune_learning_rate=1e-3,
    weights="built-in",
    alpha=0.5,
)


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with a run of the head alone, "Head", and a fine-tuned one, "Tuned"."""
    folder = tmp_path_factory.mktemp("further")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "_start_next", lambda _workspace: False)
        workspace = open_workspace(folder / "home")
        row = add_photo_set(workspace, class_folders(folder / "photos", 30))
        for name, config in (("Head", HEAD_ONLY), ("Tuned", TUNED)):
            assert train(workspace, row.id, config, name).state == "done"
        workspace.database.close()
        yield folder / "home"


@pytest.fixture
def workspace(trained_home: Path, own_home: Path) -> Workspace:
    """A copy of it."""
    shutil.copytree(trained_home, own_home)
    return open_workspace(own_home)


def train(
    workspace: Workspace,
    photo_set_id: str,
    config: TrainConfig,
    name: str | None = None,
    further_from: str | None = None,
) -> Run:
    job = Jobs(workspace).submit_train(photo_set_id, config, name, further_from)
    assert work(workspace, job.id) == 0
    return Runs(workspace).get(job.run_id or "")


def called(workspace: Workspace, name: str) -> Run:
    return next(run for run in Runs(workspace).list() if run.name == name)


def test_a_head_goes_on_where_it_ended(workspace: Workspace) -> None:
    earlier = called(workspace, "Head")
    other = dataclasses.replace(HEAD_ONLY, alpha=0.5, image_size_px=128, weights="imagenet")
    run = train(workspace, earlier.photo_set_id, other, "More", earlier.id)
    follows = [getattr(run.config, name) for name in FOLLOWS]
    assert follows == [getattr(HEAD_ONLY, name) for name in FOLLOWS]
    assert earlier.kept is not None and run.initial is not None
    assert run.initial["loss"] == pytest.approx(earlier.kept.val_loss, rel=2e-3)
    assert run.initial["loss"] < (earlier.initial or {})["loss"] * 0.9
    assert run.started_from is not None
    assert (run.started_from.name, run.weights_sha256) == ("Head", run.started_from.sha256)
    assert (run.started_from.keeps_head, run.started_from.has_seen) == (True, False)
    assert run.cross_validation is not None, "its backbone has seen no photo of the set"
    assert "ImageNet weights" not in run.versions
    assert examine(workspace)["problems"] == []


def test_a_tuned_network_goes_on_and_its_photos_do_not_judge_it_in_turns(
    workspace: Workspace,
) -> None:
    earlier = called(workspace, "Tuned")
    assert earlier.kept is not None and earlier.kept.phase == FINE_TUNING
    assert earlier.cross_validation is not None
    run = train(workspace, earlier.photo_set_id, TUNED, "More", earlier.id)
    assert run.initial is not None
    assert run.initial["loss"] == pytest.approx(earlier.kept.val_loss, rel=2e-2)
    assert run.started_from is not None and run.started_from.has_seen
    assert run.cross_validation is None
    assert run.score == run.test is not None
    head = dataclasses.replace(HEAD_ONLY, head=SOLVED)
    solved = train(workspace, earlier.photo_set_id, head, "Solved", run.id)
    assert solved.started_from is not None and solved.started_from.has_seen
    assert (solved.cross_validation, solved.score) == (None, solved.test)
    assert {epoch.phase for epoch in solved.epochs} == {FEATURE_EXTRACTION}
    assert len(Runs(workspace).validation_predictions(solved.id).truth) == 6
    tensors, _ = read_tensors(run.results / NETWORK_FILE)
    backbone, _ = read_tensors(solved.results / NETWORK_FILE)
    assert all((backbone[name] == tensors[name]).all() for name in tensors if HEAD not in name)
    before, seen = read_start(solved.folder / STARTED_FROM_FILE, solved.started_from.sha256)
    assert before.keys() == tensors.keys()
    assert (seen.tuned, len(seen.photos)) == (True, 54)
    # A run of the head alone tunes nothing, and its network has seen what it started from saw.
    again = train(workspace, earlier.photo_set_id, HEAD_ONLY, "Third", solved.id)
    assert again.started_from is not None and again.started_from.has_seen


def test_the_earlier_run_may_be_deleted_and_the_new_one_killed(
    workspace: Workspace, tmp_path: Path
) -> None:
    earlier = called(workspace, "Tuned")
    whole = train(workspace, earlier.photo_set_id, TUNED, "Whole", earlier.id)
    job = Jobs(workspace).submit_train(earlier.photo_set_id, TUNED, "Cut", earlier.id)
    Runs(workspace).delete(earlier.id)
    assert work(workspace, job.id, "while it packs") == -signal.SIGKILL
    cut = Runs(workspace).get(job.run_id or "")
    assert cut.state == "interrupted"
    assert work(workspace, Jobs(workspace).continue_run(cut.id).id) == 0
    cut = Runs(workspace).get(cut.id)
    assert (cut.state, cut.initial) == ("done", whole.initial)
    assert [point.val_loss for point in cut.epochs] == [point.val_loss for point in whole.epochs]
    numbers = [read_tensors(run.results / NETWORK_FILE)[0] for run in (cut, whole)]
    assert all((numbers[0][name] == numbers[1][name]).all() for name in numbers[1])
    assert examine(workspace)["problems"] == []
    back_up(workspace, tmp_path / "all.zip", silent)
    other = open_workspace(tmp_path / "other")
    assert restore(other, tmp_path / "all.zip", silent)["left_out"] == []
    restored = Runs(other).get(cut.id)
    assert restored.started_from == cut.started_from is not None
    assert train(other, cut.photo_set_id, HEAD_ONLY, "On", cut.id).state == "done"


def test_with_other_classes_the_head_starts_anew(workspace: Workspace, tmp_path: Path) -> None:
    earlier = called(workspace, "Tuned")
    folder = class_folders(tmp_path / "others", 20, ("blue", "red", "sky", "sea"))
    for name in ("blue", "red"):
        shutil.rmtree(folder / name)
    row = add_photo_set(workspace, folder, "Others")
    run = train(workspace, row.id, HEAD_ONLY, "Others", earlier.id)
    assert run.started_from is not None
    assert (run.started_from.keeps_head, run.started_from.has_seen) == (False, False)
    assert run.cross_validation is not None, "the network was tuned on other photos"
    nothing = np.empty((0, 1, 1, 3), np.uint8)
    start = starting_tensors(run.config, run.folder, nothing, silent, run.started_from)
    assert start.head is None
    numbers, _ = read_tensors(earlier.results / NETWORK_FILE)
    assert all((start.tensors[name] == numbers[name]).all() for name in start.tensors)


def test_photos_that_it_learned_from_cannot_test_it(workspace: Workspace) -> None:
    earlier = called(workspace, "Head")
    photo_set = PhotoSets(workspace).open(earlier.photo_set_id)
    moved = tuple(photo_set.indices("training")[:3].tolist())
    row = Versions(workspace).edit(earlier.photo_set_id, SetSplit(moved, "test"))
    folders = set(workspace.runs_folder.iterdir())
    with pytest.raises(RunError, match="Head has learned from 3 photos that would test"):
        Jobs(workspace).submit_train(row.id, HEAD_ONLY, None, earlier.id)
    assert len(Runs(workspace).list()) == len(folders) == 2
    assert set(workspace.runs_folder.iterdir()) == folders, "nothing is left of it"
    assert Jobs(workspace).active() == ()


def test_what_is_no_start(workspace: Workspace) -> None:
    earlier = called(workspace, "Head")
    jobs = Jobs(workspace)
    with pytest.raises(RunError, match="no such run"):
        jobs.submit_train(earlier.photo_set_id, HEAD_ONLY, None, "run-0")
    with pytest.raises(PhotoSetError, match="no such photo set"):
        jobs.submit_train("0" * 16, HEAD_ONLY, None, earlier.id)
    (earlier.results / NETWORK_FILE).unlink()
    with pytest.raises(RunError, match="no finished network"):
        jobs.submit_train(earlier.photo_set_id, HEAD_ONLY, None, earlier.id)
    assert jobs.active() == ()


def test_another_network_than_the_one_handed_over_is_refused(workspace: Workspace) -> None:
    earlier = called(workspace, "Head")
    job = Jobs(workspace).submit_train(earlier.photo_set_id, HEAD_ONLY, None, earlier.id)
    folder = workspace.runs_folder / (job.run_id or "")
    shutil.copyfile(earlier.results / NETWORK_FILE, folder / STARTED_FROM_FILE)
    assert work(workspace, job.id) != 0
    run = Runs(workspace).get(job.run_id or "")
    assert (run.state, run.can_answer) == ("failed", False)
    assert "was changed" in (run.error or "")
