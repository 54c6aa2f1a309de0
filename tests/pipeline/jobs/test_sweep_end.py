"""The end of a sweep: what is deleted, stopped or went astray does not spoil it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.errors import RunError, Stopped
from pipeline.evaluation.best_of_many import contenders
from pipeline.evaluation.learning_curve import Cut
from pipeline.heads.head_learner import HeadLearner
from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.progress import Stage, Step
from pipeline.tuning import sweep_outcome
from pipeline.tuning.in_turns import InTurns
from pipeline.tuning.sweep_plan import Plan
from pipeline.wording import sweep_text
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.states import JobState, RunState
from pipeline.workspace.sweeps import Sweep, Sweeps
from pipeline.workspace.tables import JobRecord
from tests.sweeping import BASE, SPACES, Quiet, sweep, work

pytestmark = pytest.mark.thorough
PLAN = Plan(BASE, SPACES, "random", 3)


class Watched(Quiet):
    """Hears Stop as the worker's reporter does, and keeps what it was told."""

    def __init__(self, at: Callable[[Watched, Stage], object]) -> None:
        super().__init__()
        self.at, self.stop, self.deaf = at, False, False
        self.told: list[str] = []

    def __call__(self, stage: Stage, *_: Any, **__: Any) -> None:
        self.told.append(stage.step)
        self.at(self, stage)
        self.check()

    tell = __call__

    def check(self) -> None:
        if self.stop and not self.deaf:
            raise Stopped("Stopped.")

    def finish_in_peace(self, *_: object) -> None:
        self.deaf = True

    def leave_lane(self, *_: object) -> None:
        self.told.append("left its lane")


def newest(workspace: Workspace, photos: PhotoSetRow) -> Sweep:
    return Sweeps(workspace).get(Sweeps(workspace).ids(photos.id)[0])


def test_runs_may_be_deleted_while_it_works(workspace: Workspace, photos: PhotoSetRow) -> None:
    gone: list[str] = []

    def delete(_report: Watched, stage: Stage) -> None:
        """One is deleted while the last is tried, and twice the best when it is to be judged."""
        last = stage.step is Step.TRYING_SETTINGS and stage.epoch == 4
        if len(gone) < 3 and (last or stage.step is Step.TRYING_SEEDS):
            found = newest(workspace, photos)
            run = found.runs[0] if last else sweep_outcome.best(found.runs)
            assert run is not None
            gone.append(run.id)
            Runs(workspace).delete(run.id)

    plan = Plan(BASE, SPACES, "random", 4)
    done = sweep(workspace, photos, plan, report=Watched(delete))
    assert len(gone) == 3 and done.outcome is not None
    (left,) = done.runs
    assert left.can_answer and left.state is RunState.DONE
    assert done.outcome["contenders"] == 1
    assert examine(workspace)["problems"] == []


def test_a_default_that_is_deleted_is_trained_again(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    gone: list[str] = []

    def delete(_report: Watched, stage: Stage) -> None:
        if stage.step is not Step.TRYING_SEEDS or gone:
            return
        if default := newest(workspace, photos).default:
            gone.append(default.id)
            Runs(workspace).delete(default.id)

    done = sweep(workspace, photos, PLAN, report=Watched(delete))
    assert done.default is not None and done.default.can_answer
    assert done.outcome is not None and gone
    assert done.outcome["against_default"]["run"] == done.default.id != gone[0]


def test_stop_is_heard_until_the_last_one_is_packed(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    def press(report: Watched, stage: Stage) -> None:
        report.stop = report.stop or stage.step is Step.SCORING

    first = Watched(press)
    stopped = sweep(workspace, photos, PLAN, report=first)
    assert stopped.outcome is None and not any(run.can_answer for run in stopped.every)
    assert {run.state for run in stopped.every} == {RunState.DONE}, "but for a network"
    assert "left its lane" not in first.told
    rest = Watched(lambda *_: None)
    done = work(workspace, SweepQueue(workspace).continue_sweep(stopped.id).id, report=rest)
    assert done.outcome is not None and sum(run.can_answer for run in done.every) == 2
    assert rest.told.count("left its lane") == 1
    before = rest.told[: rest.told.index("left its lane")]
    assert before.count(Step.SCORING) == 1, "the default's"
    assert examine(workspace)["problems"] == []


def test_nobody_goes_on_with_a_run_that_it_may_take_up(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    refused: list[str] = []

    def go_on(_report: Watched, stage: Stage) -> None:
        if stage.step in (Step.TRYING_SEEDS, Step.SCORING):
            with pytest.raises(RunError) as told:
                Jobs(workspace).continue_run(newest(workspace, photos).runs[0].id, only_pack=True)
            refused.append(str(told.value))

    done = sweep(workspace, photos, PLAN, report=Watched(go_on))
    assert len(refused) == 3
    assert "belongs to a sweep that is running" in refused[0]
    other = next(run for run in done.runs if not run.can_answer)
    job = Jobs(workspace).continue_run(other.id, only_pack=True)
    assert job.state == JobState.QUEUED, "now that it is over"


def test_it_does_not_go_on_while_a_run_of_it_does(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    stopped = sweep(workspace, photos, PLAN, stop_after=30)
    run = next(run for run in stopped.runs if run.can_go_on)
    job = Jobs(workspace).continue_run(run.id)
    with pytest.raises(RunError, match="running by itself"):
        SweepQueue(workspace).continue_sweep(stopped.id)
    with workspace.database.writing() as session:
        assert find(session, run.id).job_id == job.id
        record = session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()
        dispatch.end(session, record, JobState.STOPPED, None)
    assert SweepQueue(workspace).continue_sweep(stopped.id).kind == "sweep"


@pytest.mark.parametrize("kept", [0, 1])
def test_a_default_that_went_astray_is_not_done(
    workspace: Workspace, photos: PhotoSetRow, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    real = HeadLearner.train_epoch

    def train_epoch(self: Any, epoch: int, on_batch: Any) -> tuple[float, float]:
        if self._config.learning_rate == BASE.learning_rate and epoch >= kept:
            return math.nan, 0.5
        return real(self, epoch, on_batch)

    monkeypatch.setattr(HeadLearner, "train_epoch", train_epoch)
    done = sweep(workspace, photos, PLAN)
    default, outcome = done.default, done.outcome
    assert default is not None and outcome is not None
    assert (default.state, len(default.epochs)) == (RunState.FAILED, kept)
    assert default.can_answer == bool(kept) and default.error
    said = sweep_text.verdict(outcome["against_default"], False, False)
    if kept:
        assert default.early_end is not None and default.early_end.why is Cut.DIVERGED
        assert "asked once" in said
    else:
        assert "came to nothing" in said and "test photos" not in said


def test_only_those_near_the_best_are_counted(workspace: Workspace, photos: PhotoSetRow) -> None:
    def spoil(_report: Watched, stage: Stage) -> None:
        """One run was wrong about every photo."""
        if stage.step is not Step.TRYING_SETTINGS or stage.epoch != 3:
            return
        with workspace.database.writing() as session:
            record = find(session, newest(workspace, photos).runs[0].id)
            turns = (record.sweep or {})["in_turns"]
            wrong = InTurns(0.0, 9.0, np.zeros(turns["photos"], np.bool_)).to_json()
            record.sweep = {**(record.sweep or {}), "in_turns": wrong}

    done = sweep(workspace, photos, PLAN, report=Watched(spoil))
    assert done.outcome is not None
    told = [run.sweep.in_turns for run in done.runs if run.sweep and run.sweep.in_turns]
    near = contenders(np.stack([InTurns.from_json(one).right for one in told]))
    assert len(near) == 3 and not near[0]
    assert done.outcome["contenders"] == near.sum()
