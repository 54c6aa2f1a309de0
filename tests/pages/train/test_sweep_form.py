"""What a sweep shall try, chosen by controls."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pipeline.jobs.queue import Jobs
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.sweep_plan import Plan
from pipeline.tuning.sweep_space import read_space
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.sweeps import Sweeps
from tests.pages.conftest import Open
from tests.pages.train.conftest import MEASURED
from tests.pages.train.conftest import swept_page as opened


def test_what_is_chosen_is_what_is_tried(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = opened(open_page)
    app.multiselect(key="train_sweep_names").set_value(["learning_rate", "epochs", "head"]).run()
    app.select_slider(key="train_sweep_learning_rate").set_value((1e-4, 1e-3))
    app.slider(key="train_sweep_epochs").set_value((3, 8))
    app.number_input(key="train_sweep_runs").set_value(7)
    app.number_input(key="train_sweep_minutes").set_value(2.0).run()
    app.button(key="train_sweep_start").click().run()
    assert not app.exception
    (sweep_id,) = Sweeps(workspace).ids(photo_set.id)
    plan = Plan.from_json(Sweeps(workspace).get(sweep_id).plan)
    asked = ("learning_rate=1e-4..1e-3", "epochs=3..8", "head=stepped,solved")
    assert plan.spaces == tuple(map(read_space, asked))
    assert (plan.runs, plan.minutes, plan.sampler) == (7, 2.0, "tpe")
    (job,) = [job for job in Jobs(workspace).active() if job.kind == "sweep"]
    assert f"stop_{job.id}" in [one.key for one in app.button]


def test_nothing_to_try_is_said_and_cannot_be_started(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = opened(open_page)
    app.multiselect(key="train_sweep_names").set_value([]).run()
    assert app.button(key="train_sweep_start").disabled
    assert any("needs something to try" in one.value for one in app.caption)


def test_settings_without_effect_are_not_offered(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = opened(open_page, train_fine_tune_epochs=0)
    offered = app.multiselect(key="train_sweep_names").options
    assert "Dropout" in offered and "Fine-tune from layer" not in offered
    assert "Seed" not in offered


def test_the_time_is_said_before_the_start(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Timings(workspace).keep(TrainConfig(), MEASURED)
    (told,) = _times(opened(open_page, train_fine_tune_epochs=10))
    assert "most of it for fine-tuning" in told
    (short,) = _times(opened(open_page, train_fine_tune_epochs=0))
    assert "by heads alone" in short and told.split("**")[1] != short.split("**")[1]
    limited = opened(open_page, train_fine_tune_epochs=10, train_sweep_minutes=0.5)
    assert "About **30 s**" in _times(limited)[0]


def _times(app: AppTest) -> list[str]:
    return [one.value for one in app.caption if "longer if features" in one.value]
