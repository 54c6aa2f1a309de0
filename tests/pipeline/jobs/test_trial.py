"""One run of a sweep: how it may end before its last epoch."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import RunError
from pipeline.evaluation.learning_curve import Cut
from pipeline.jobs import trial
from pipeline.jobs.head_trial import Materials
from pipeline.learning.checkpoints import Checkpoints
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning import sweep_outcome
from pipeline.tuning.sweep_plan import Plan
from pipeline.tuning.sweep_space import read_space
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import RunState
from tests.sweeping import BASE, SPACES, sweep

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("kept", [True, False])
def test_a_run_that_falls_behind_ends_early_and_says_so(
    workspace: Workspace, photos: PhotoSetRow, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    if not kept:  # as where a backbone learns as well
        monkeypatch.setattr(Materials, "get", lambda *_: None)
    seen: list[int] = []

    def last_one(points: Any, others: Any, planned: int, photos: int) -> bool:
        seen.append(len(others))
        return len(others) == 2 and len(points) == 2

    monkeypatch.setattr(trial, "falls_behind", last_one)
    done = sweep(workspace, photos, Plan(BASE, SPACES, "random", 3))
    behind = done.runs[-1]
    assert max(seen) == 2
    assert behind.state == RunState.STOPPED and len(behind.epochs) == 2
    assert behind.early_end is not None and behind.early_end.why is Cut.BEHIND
    assert "ended it after epoch 2" in (behind.error or "")
    checkpoints = Checkpoints(behind.folder)
    checkpoints.load_last()
    assert checkpoints.best is not None and behind.best_epoch == checkpoints.best.epoch
    assert sweep_outcome.best(done.runs) != behind
    assert behind.can_go_on, "to be trained to the end all the same"


def test_one_that_goes_astray_does_not_end_the_sweep(
    workspace: Workspace, photos: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = trial.train

    def astray(config: TrainConfig, *rest: Any, **more: Any) -> Any:
        if config.dropout > 0.2:
            raise RunError("The training went astray.")
        return train(config, *rest, **more)

    monkeypatch.setattr(Materials, "get", lambda *_: None)
    monkeypatch.setattr(trial, "train", astray)
    plan = Plan(BASE, (read_space("dropout=0,0.1,0.5"),), "grid", 3)
    done = sweep(workspace, photos, plan)
    states = {run.config.dropout: run.state for run in done.runs}
    assert states == {0.0: RunState.DONE, 0.1: RunState.DONE, 0.5: RunState.FAILED}
    assert done.outcome is not None
