"""A sweep as a job: its numbers are its runs', and theirs are those of trainings on their own."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from pipeline.errors import RunError
from pipeline.jobs import sweep_job
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.tuning import sweep_outcome
from pipeline.tuning.sweep_plan import Plan
from pipeline.tuning.sweep_space import read_space
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs
from pipeline.workspace.seals import Seals
from pipeline.workspace.states import RunState
from pipeline.workspace.sweeps import Sweep
from tests.sweeping import BASE, SPACES, alone, curves, sweep, work

pytestmark = pytest.mark.thorough


def test_its_numbers_are_those_of_its_runs_and_of_trainings_alone(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    done = sweep(workspace, photos, Plan(BASE, SPACES, "random", 4))
    told = json.loads(json.dumps(sweep_outcome.to_json(done)))
    assert list(told) == [
        *("sweep", "runs", "best", "seed_spread", "against_default", "seconds"),
    ]
    assert len(told["runs"]) == 4
    for said in told["runs"]:
        assert list(said) == ["run", "settings", "validation", "state"]
        run = Runs(workspace).get(said["run"])
        assert run.kept is not None
        turns = said["validation"].pop("in_turns")
        assert run.sweep is not None and run.sweep.in_turns is not None
        assert turns.items() <= run.sweep.in_turns.items() and turns["photos"] == 54
        assert said["validation"] == {
            "accuracy": run.kept.val_accuracy,
            "loss": run.kept.val_loss,
        }
        assert run.config == dataclasses.replace(BASE, class_weight="none", **said["settings"])
        same = alone(workspace, photos, run.config)
        assert curves(run) == curves(same), "to the last digit"
        assert run.best_epoch == same.best_epoch
        if said["run"] == told["best"]:
            assert run.test == same.test
    best = sweep_outcome.best(done.runs)
    assert best is not None and told["best"] == best.id
    turns_of = [run.sweep.in_turns for run in done.runs if run.sweep and run.sweep.in_turns]
    assert best.sweep is not None and best.sweep.in_turns is not None
    assert best.sweep.in_turns["accuracy"] == max(one["accuracy"] for one in turns_of)
    packed = [run.id for run in (*done.runs, done.default) if run and run.can_answer]
    assert set(packed) == {told["best"], told["against_default"]["run"]}, "and no other was tested"
    assert all(run.test is None for run in done.runs if run.id not in packed)
    assert examine(workspace)["problems"] == []


def test_the_best_is_held_against_what_one_would_have_trained(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    done = sweep(workspace, photos, Plan(BASE, SPACES, "random", 2))
    assert done.default is not None and done.default.config.learning_rate == BASE.learning_rate
    assert done.outcome is not None
    against = done.outcome["against_default"]
    assert against["photos"] == 6
    assert against["low"] <= against["difference"] <= against["high"]
    assert against["better"] == (against["p"] < 0.05 and against["difference"] > 0)


def test_a_default_that_was_tried_is_not_trained_again(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    rates = read_space(f"learning_rate={BASE.learning_rate},1e-3")
    done = sweep(workspace, photos, Plan(BASE, (rates,), "grid", 2))
    assert done.default is None and done.outcome is not None
    (default,) = [run for run in done.runs if run.config.learning_rate == BASE.learning_rate]
    assert done.outcome["against_default"]["run"] == default.id


def test_a_sealed_test_stays_sealed(workspace: Workspace, photos: PhotoSetRow) -> None:
    Seals(workspace).seal(photos.id)
    done = sweep(workspace, photos, Plan(BASE, SPACES, "random", 2))
    told = sweep_outcome.to_json(done)
    assert set(told["against_default"]) == {"run", "validation", "luck_of_choosing"}
    assert all(run.test is None for run in done.runs)


@pytest.mark.parametrize("asked", [3, 20, 40])
def test_a_stopped_sweep_goes_on_where_it_was(
    workspace: Workspace, photos: PhotoSetRow, asked: int
) -> None:
    plan = Plan(BASE, SPACES, "tpe", 5)
    whole = sweep(workspace, photos, plan)
    stopped = sweep(workspace, photos, plan, stop_after=asked)
    assert stopped.outcome is None
    assert not any(run.state == RunState.RUNNING for run in stopped.runs)
    rest = work(workspace, SweepQueue(workspace).continue_sweep(stopped.id).id)
    assert rest.id == stopped.id and rest.seconds > stopped.seconds

    def settings(one: Sweep) -> list[Any]:
        return [run.sweep.settings for run in one.runs if run.sweep]

    assert settings(rest) == settings(whole)
    assert [curves(run) for run in rest.runs] == [curves(run) for run in whole.runs]
    with pytest.raises(RunError, match="over"):
        SweepQueue(workspace).continue_sweep(rest.id)


def test_the_time_is_kept(
    workspace: Workspace, photos: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 100_000, 20))
    monkeypatch.setattr(sweep_job.time, "monotonic", lambda: float(next(clock)))
    done = sweep(workspace, photos, Plan(BASE, SPACES, "random", 50, minutes=1))
    assert 1 <= len(done.runs) <= 3
    assert done.outcome is not None, "and the best of them is judged"
