"""The sweep on Train: asked for, watched, judged; a run of it opened, its settings taken."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.jobs.queue import Jobs
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.sweep_plan import Plan
from pipeline.tuning.sweep_space import read_space
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import find
from pipeline.workspace.sweeps import Sweep, Sweeps
from tests.pages.conftest import Open, words
from tests.pages.train.conftest import swept_page as opened
from tests.workspaces import add_sweep

SPACES = (read_space("learning_rate=1e-5..1e-2"), read_space("dropout=0..0.5"))
PLAN = Plan(TrainConfig(), SPACES, "random", 3)
TRIED = [{"learning_rate": 10.0**-power, "dropout": 0.1 * power} for power in (2, 3, 4)]


@pytest.fixture
def swept(workspace: Workspace, photo_set: PhotoSetRow) -> Sweep:
    return add_sweep(workspace, photo_set.id, 3, None, PLAN.to_json(), TRIED)


def judge(workspace: Workspace, swept: Sweep, **against: Any) -> None:
    """As the worker does in the end."""
    assert swept.default is not None
    said = {"accuracy": 0.9, "loss": 0.3}
    told = {"run": swept.default.id, "validation": said, "luck_of_choosing": 0.006, **against}
    spread = {"seeds": [1, 2, 3, 4], "accuracies": [0.9, 0.94, 0.91, 0.93]}
    with workspace.database.writing() as session:
        Sweeps(workspace).find(session, swept.id).outcome = {
            "seed_spread": {**spread, "low": 0.9, "high": 0.94},
            "against_default": told,
            "contenders": 2,
        }


def test_it_opens_at_a_press_and_closes_again(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert "train_sweep_start" not in [one.key for one in app.button]
    app.button(key="train_sweep").click().run()
    assert not app.exception
    assert "train_sweep_start" in [one.key for one in app.button]
    app.button(key="train_sweep_close").click().run()
    assert "train_sweep_start" not in [one.key for one in app.button]


def test_the_best_is_told_and_what_it_is_worth(
    open_page: Open, workspace: Workspace, swept: Sweep
) -> None:
    app = opened(open_page)
    assert not app.exception
    told = words(app)
    assert "3 of 3 settings tried." in told and "Best so far" in told
    assert "Cross: ended early." in told
    judge(workspace, swept, photos=200, difference=0.015, low=-0.007, high=0.038, p=0.4,
          better=False)  # fmt: skip
    told = words(opened(open_page))
    assert "the best of these 2 looks 0.6 points better than it is, by luck alone" in told
    assert "With 4 other seeds the same settings come to 90.0 to 94.0 %" in told
    assert "+1.5 points" in told and "no real difference" in told
    judge(workspace, swept, photos=200, difference=0.05, low=0.01, high=0.09, p=0.01, better=True)
    assert "really better" in words(opened(open_page))
    judge(workspace, swept)
    assert "no test photos that could tell" in words(opened(open_page))
    judge(workspace, swept, validation=None)
    assert "came to nothing" in words(opened(open_page))
    with workspace.database.writing() as session:  # as earlier versions left it
        record = Sweeps(workspace).find(session, swept.id)
        record.outcome = {k: v for k, v in (record.outcome or {}).items() if k != "contenders"}
    assert "equally good, it looks 0.6 points better" in words(opened(open_page))


def test_a_run_is_opened_or_its_settings_taken(open_page: Open, swept: Sweep) -> None:
    app = opened(open_page, train_sweep_chosen=3)
    assert "Run 3: learning rate 0.0001, dropout 0.4" in words(app).replace("\\", "")
    app.button(key="train_sweep_take").click().run()
    assert not app.exception
    taken, config = app.session_state, swept.runs[2].config
    assert taken["train_epochs"] == config.epochs
    assert taken["train_learning_rate"] == config.learning_rate


def test_one_that_was_cut_off_goes_on_at_a_press(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    queue = SweepQueue(workspace)
    queue.stop(queue.submit_sweep(photo_set.id, PLAN).id)
    (sweep_id,) = Sweeps(workspace).ids(photo_set.id)
    app = opened(open_page)
    app.button(key=f"train_sweep_on_{sweep_id}").click().run()
    assert not app.exception
    assert "sweep" in [job.kind for job in Jobs(workspace).active()]


def test_one_at_work_is_seen_after_a_refresh_and_when_it_has_ended(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    queue = SweepQueue(workspace)
    job = queue.submit_sweep(photo_set.id, PLAN)
    app = open_page("train")  # a new session
    assert "0 of 3 settings tried." in words(app)
    queue.stop(job.id)
    assert "0 of 3 settings tried." in words(app.run())


def test_an_ended_sweep_can_be_deleted(open_page: Open, workspace: Workspace, swept: Sweep) -> None:
    with workspace.database.writing() as session:
        find(session, swept.runs[0].id).can_answer = True
    app = opened(open_page)
    app.button(key="train_sweep_delete").click().run()
    assert not app.exception
    assert Sweeps(workspace).ids(swept.photo_set_id) == ()
