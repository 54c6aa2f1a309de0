"""Runs whose head was solved: steps of the solver are nowhere called epochs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pages.ui.charts import learning_curve
from pages.ui.parts import run_result
from pages.ui.runs import data_frames
from pipeline.jobs.queue import Jobs
from pipeline.progress import Step
from pipeline.settings.presets import CAREFUL, PRESETS, QUICK
from pipeline.settings.train_config import FINE_TUNING, TrainConfig
from pipeline.wording import curve_points
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import JobRecord, RunRecord
from tests.pages.conftest import Open, words
from tests.workspaces import SOLVER_STEPS, add_run

STEPS = SOLVER_STEPS


@pytest.fixture
def quick(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    """Solved, not fine-tuned."""
    return add_run(workspace, photo_set.id, "Quick one", config=PRESETS[QUICK].config)


@pytest.fixture
def careful(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    """Solved, then four epochs of fine-tuning."""
    config = replace(PRESETS[CAREFUL].config, fine_tune_epochs=4)
    return add_run(workspace, photo_set.id, "Careful one", config=config)


# === What points are called ===


def test_points_have_names(quick: Run, careful: Run) -> None:
    assert curve_points.name(quick.config, quick.epochs, 3) == "solver step 3"
    assert curve_points.name(careful.config, careful.epochs, STEPS) == f"solver step {STEPS}"
    assert curve_points.name(careful.config, careful.epochs, STEPS + 3) == "fine-tuning epoch 3"
    assert curve_points.name(TrainConfig(), (), 13) == "epoch 13"


def test_points_are_counted(quick: Run, careful: Run) -> None:
    assert curve_points.counted(quick.config, quick.epochs) == f"{STEPS} solver steps"
    assert (
        curve_points.counted(careful.config, careful.epochs) == f"{STEPS} solver steps and 4 epochs"
    )
    assert curve_points.counted(TrainConfig(), careful.epochs[:1]) == "1 epoch"
    rounds = [curve_points.rounds(run.config) for run in (quick, careful)]
    assert rounds == ["solved", "solved + 4"]
    assert curve_points.rounds(TrainConfig()) == "10 + 10"


def test_what_is_planned_follows_the_solver(careful: Run) -> None:
    assert curve_points.planned(careful.config, ()) == 4
    assert curve_points.planned(careful.config, careful.epochs[:3]) == 3 + 4
    assert curve_points.planned(careful.config, careful.epochs) == STEPS + 4
    assert curve_points.planned(TrainConfig(), ()) == 20


def test_what_follows_is_said_while_it_may_come(quick: Run, careful: Run) -> None:
    def said(run: Run, points: int, at_work: bool) -> str:
        return curve_points.explained(run.config, run.epochs[:points], at_work)

    assert "Fine-tuning follows" in said(careful, STEPS, True)
    assert "ine-tuning" not in said(careful, STEPS, False), "stopped before it began"
    assert "begins fine-tuning" in said(careful, STEPS + 1, False)
    assert "ine-tuning" not in said(quick, STEPS, True)


# === Curves ===


def test_the_solvers_steps_stand_on_the_axis(quick: Run) -> None:
    figure = learning_curve.of_run(
        learning_curve.LOSS, quick.epochs, initial=quick.initial, solved=True
    )
    assert figure.layout.xaxis.title.text == "step of the solver"
    assert figure.layout.xaxis.unifiedhovertitle.text == "step %{x}"
    coming = learning_curve.of_run(
        learning_curve.LOSS, quick.epochs, planned=STEPS + 20, solved=True
    )
    assert coming.layout.xaxis.title.text == "step of the solver, then epoch of fine-tuning"
    assert not figure.layout.shapes, "a quick run has no fine-tuning"
    told = learning_curve.describe(
        learning_curve.LOSS, quick.epochs, curve_points.counted(quick.config, quick.epochs)
    )
    assert f"over {STEPS} solver steps" in told
    assert "epoch" not in told


def test_what_is_kept_says_why(careful: Run) -> None:
    def why(number: int) -> str:
        figure = learning_curve.of_run(
            learning_curve.LOSS, careful.epochs, best_epoch=number, solved=True
        )
        return next(t.hovertemplate for t in figure.data if t.name == "Kept (best)")

    assert "the solver's result" in why(STEPS)
    assert "told the validation photos apart best" in why(STEPS + 2)


@pytest.mark.parametrize("steps", [1, 3, 12, 30])
def test_fine_tuning_is_counted_anew(careful: Run, steps: int) -> None:
    solver = [replace(careful.epochs[0], epoch=number) for number in range(1, steps + 1)]
    tuned = [replace(careful.epochs[-1], epoch=steps + number) for number in range(1, 21)]
    figure = learning_curve.of_run(learning_curve.ACCURACY, [*solver, *tuned], solved=True)
    axis = figure.layout.xaxis
    assert axis.title.text == "step of the solver, then epoch of fine-tuning"
    assert figure.layout.shapes[0].x0 == steps + 0.5
    shown = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert all(int(text) == (x if x <= steps else x - steps) for x, text in shown.items())
    assert min(b - a for a, b in zip(axis.tickvals, axis.tickvals[1:], strict=False)) >= 2
    names = figure.data[0].customdata
    assert (names[steps - 1], names[steps]) == (f"solver step {steps}", "fine-tuning epoch 1")
    assert not figure.data[0].showlegend


def test_the_tutorials_curve_says_that_it_counts_epochs(quick: Run) -> None:
    figure = learning_curve.of_run(
        learning_curve.LOSS, quick.epochs, reference=quick.epochs[:3], solved=True
    )
    assert figure.data[0].name == "Tutorial, validation, by epoch"


# === Pages ===


def axis_titles(app: Any, key: str) -> set[str]:
    keys = (f"{key}_accuracy", f"{key}_loss")
    charts = [chart for chart in app.get("plotly_chart") if chart.key in keys]
    return {json.loads(c.proto.spec)["layout"]["xaxis"]["title"]["text"] for c in charts}


@pytest.mark.parametrize("page", ["train", "runs"])
def test_a_quick_run_on_the_pages(open_page: Open, quick: Run, page: str) -> None:
    app = open_page(page, run=quick.id)
    assert not app.exception
    assert axis_titles(app, page) == {"step of the solver"}
    text = words(app)
    assert "the points are the solver's steps, not epochs" in text
    assert "Whether fine-tuning helped" not in text
    assert "There was no fine-tuning" in text or page == "train"
    questions = [expander.label for expander in app.expander]
    assert "Why can the head be solved directly?" in questions


def test_a_careful_run_on_the_pages(open_page: Open, careful: Run) -> None:
    app = open_page("runs", run=careful.id)
    assert axis_titles(app, "runs") == {"step of the solver, then epoch of fine-tuning"}
    assert "whose epochs are counted anew" in words(app)
    moments = next(frame.value for frame in app.dataframe if "Moment" in frame.value)["Moment"]
    assert list(moments) == [
        "Before training",
        f"After feature extraction, solver step {STEPS}",
        "After fine-tuning, epoch 4",
        "Kept: fine-tuning epoch 4",
        "Kept",
    ]


def test_the_table_of_runs(quick: Run, careful: Run) -> None:
    table = data_frames.runs([careful, quick])
    assert list(table["Settings"]) == ["own", "Quick"]
    assert list(table["Epochs"]) == ["solved + 4", "solved"]
    assert list(table["Learning rate"]) == ["0.0001", ""], "nothing stepped, no rate"
    assert table["From layer"].isna().tolist() == [False, True]


def test_settings_that_were_not_used_say_so(open_page: Open, quick: Run) -> None:
    app = open_page("runs", run=quick.id)
    table = next(frame.value for frame in app.dataframe if "Value" in frame.value)
    values = dict(zip(table["Setting"], table["Value"], strict=True))
    for idle in ("Epochs", "Learning rate", "Batch size", "Dropout", "Views of each photo", "Zoom"):
        assert values[idle] == "not used", idle
    assert values["Starting knowledge"] == "ImageNet"
    assert values["Image size"] == "224 pixels"
    text = words(app)
    assert "could change: 1,281 in Feature extraction." in text
    assert "in Fine-tuning" not in text


def test_comparing_with_epochs_is_remarked_on(open_page: Open, quick: Run, run: Run) -> None:
    app = open_page("runs")
    assert axis_titles(app, "compare") == {"epochs from the start of fine-tuning"}
    assert "only what the solver found is drawn, at 0" in words(app)


def test_stopped_and_lucky_results_say_what_fits(quick: Run, careful: Run) -> None:
    lucky = {"loss": 0.7, "accuracy": 0.5, "low": 0.3, "high": 0.7, "photos": 20}
    assert "learning rate" not in run_result.verdict(replace(quick, test=lucky))
    assert "fine-tuning may help" in run_result.verdict(replace(quick, test=lucky))
    stopped = replace(careful, state="stopped", best_epoch=STEPS)
    assert f"the best until then was kept, solver step {STEPS}" in run_result.verdict(stopped)


def at_work(workspace: Workspace, run: Run, **columns: object) -> None:
    with workspace.database.writing() as session:
        session.query(RunRecord).filter_by(id=run.id).one().state = "running"
        job = session.query(JobRecord).filter_by(id=run.job_id).one()
        job.state = "running"
        for name, value in columns.items():
            setattr(job, name, value)


def test_a_careful_run_at_work(
    open_page: Open, workspace: Workspace, careful: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)  # no worker stands behind the row
    at_work(
        workspace,
        careful,
        step=Step.LEARNING,
        phase=FINE_TUNING,
        epoch=4,
        epochs=4,
        done=5,
        total=10,
        unit="batches",
        fraction=0.62,
    )
    app = open_page("train", run=careful.id)
    assert "Training, 62%" in [link.proto.label for link in app.sidebar.get("page_link")]
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Best so far"] == "Fine-tuning epoch 4"
    bars = app.get("progress")
    assert [bar.value for bar in bars] == [62, 50]
    assert "epoch 4 of 4" in bars[0].proto.text


def test_a_quick_run_at_work_shows_its_stage(
    open_page: Open, workspace: Workspace, quick: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)
    at_work(
        workspace,
        quick,
        step=Step.LOOKING,
        about="training",
        done=120,
        total=480,
        unit="photos",
    )
    app = open_page("train", run=quick.id)
    bars = app.get("progress")
    assert [bar.value for bar in bars] == [25]
    assert "Looking at the training photos" in bars[0].proto.text
    assert "120 of 480 photos" in bars[0].proto.text
    assert "Training" in [link.proto.label for link in app.sidebar.get("page_link")]


def test_train_again_starts_from_the_run(open_page: Open, workspace: Workspace, quick: Run) -> None:
    app = open_page("runs", run=quick.id)
    app.button(key="runs_again").click().run()
    app.switch_page("pages/train.py").run()
    assert app.button(key="train_preset_quick").disabled, "it is the quick preset"
    app.slider(key="train_fine_tune_epochs").set_value(3).run()
    assert "started from the run Quick one" in words(app)
    assert Runs(workspace).get(quick.id).config == quick.config
