"""What a run tells of itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs
from tests.workspaces import add_photo_set, add_run, class_folders, cross_validate


@pytest.mark.parametrize("fine_tune_epochs", [0, 5])
def test_all_photos_speak_first_of_a_computed_head(
    own_home: Path, tmp_path: Path, fine_tune_epochs: int
) -> None:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 10))
    config = TrainConfig(head=SOLVED, epochs=1, fine_tune_epochs=fine_tune_epochs)
    run = add_run(workspace, row.id, config=config)
    assert run.score == run.test, "a run of an earlier version has nothing else"
    assert Runs(workspace).cross_validated(run.id) is None
    run = cross_validate(workspace, run, wrong=2)
    assert run.cross_validation is not None
    assert run.cross_validation["accuracy"] == 0.9
    assert run.score == (run.test if fine_tune_epochs else run.cross_validation)
    found = Runs(workspace).cross_validated(run.id)
    assert found is not None
    assert (found.called != found.truth).sum() == 2


def test_the_epoch_that_was_kept(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    run = add_run(workspace, photo_set.id)
    assert run.kept is not None and run.kept.epoch == run.best_epoch
    assert replace(run, best_epoch=None).kept is None


def test_a_run_as_plain_json(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    run = replace(add_run(workspace, photo_set.id), error="It was stopped after 5 minutes.")
    told = json.loads(json.dumps(run.to_json()))
    assert (told["run"], told["error"]) == (run.id, "It was stopped after 5 minutes.")
    assert sum(len(phase["epochs"]) for phase in told["phases"]) == len(run.epochs)
    assert told["config"]["augment"]["rotation"] == run.config.augment.rotation
