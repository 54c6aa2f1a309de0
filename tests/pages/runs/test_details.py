"""One run in detail: its settings, its states, and what can be done with it."""

from __future__ import annotations

import pytest

from pages.ui.parts import compare
from pipeline.jobs.queue import Jobs
from pipeline.network.names import LAST_FILE
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.settings.hyperparameters import BUILT_IN
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, look_at, words
from tests.workspaces import add_run


def test_one_run_in_detail(open_page: Open, run: Run) -> None:
    app = open_page("runs", run=run.id)
    text = words(app)
    assert "75.0 % of" in text
    assert [metric.label for metric in app.metric] == [
        "Test accuracy",
        "95 % interval, in %",
        "Test loss",
        "Test photos",
    ]
    assert len(app.get("plotly_chart")) == 2
    look_at(app, "runs_tabs", "Settings")
    settings = next(frame.value for frame in app.dataframe if "Setting" in frame.value)
    assert (
        dict(zip(settings["Setting"], settings["Value"], strict=True))["Image size"] == "96 pixels"
    )
    assert "1,281 in Feature extraction" in words(app)
    text = words(look_at(app, "runs_tabs", "Scores"))
    went = "The time went to: frozen layers 40 s, released layers 15 s and saving and testing 2 s."
    assert went in text


@pytest.mark.parametrize("state", ["queued", "running", "stopped", "failed", "interrupted"])
def test_every_state_has_a_word(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run, state: str
) -> None:
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        record.state, record.test, record.can_answer = state, None, False
        record.error = "It broke." if state == "failed" else None
    app = open_page("runs", run=run.id)
    assert not app.exception
    assert ("It broke" in words(app)) == (state == "failed")
    keys = [button.key for button in app.button]
    assert ("runs_pack" in keys) == (state not in ("queued", "running"))
    assert ("runs_delete" in keys) == (state not in ("queued", "running"))


def test_continue_queues_the_rest(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    (run.folder / LAST_FILE).write_bytes(b"kept")
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        record.state, record.config = "interrupted", {**record.config, "fine_tune_epochs": 9}
    app = open_page("runs", run=run.id)
    app.button(key="runs_continue").click().run()
    assert Runs(workspace).get(run.id).state == "queued"
    assert Jobs(workspace).active()[0].request["resume"] is True


def test_continue_without_anything_kept_is_a_sentence(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    with workspace.database.writing() as session:
        session.query(RunRecord).filter_by(id=run.id).one().state = "interrupted"
    app = open_page("runs", run=run.id)
    app.button(key="runs_pack").click().run()
    assert not app.exception
    assert "nothing to go on from" in app.error[0].value.replace("\\", "")


def test_train_again_takes_every_setting_along(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    config = TrainConfig(epochs=3, fine_tune_epochs=1, learning_rate=2e-4, image_size_px=96, seed=9)
    made = add_run(workspace, photo_set.id, config=config)
    app = open_page("runs", run=made.id)
    app.button(key="runs_again").click().run()
    assert not app.exception
    assert app.select_slider(key="train_epochs").value == 3
    assert app.select_slider(key="train_learning_rate").value == 2e-4  # no usual position
    assert app.number_input(key="train_seed").value == 9
    assert app.select_slider(key="train_image_size_px").value == 96


def test_the_curves_can_be_taken_away(workspace: Workspace, run: Run) -> None:
    text = Runs(workspace).curves_csv(run.id)
    assert text.splitlines()[0].startswith("phase,epoch,loss")
    assert len(text.splitlines()) == 6


def test_an_unknown_run_is_a_sentence(open_page: Open, run: Run) -> None:
    app = open_page("runs", run="run-0000000000")
    assert not app.exception
    assert "not here" in words(app)


def test_names_are_shown_literally(open_page: Open, workspace: Workspace, run: Run) -> None:
    Runs(workspace).rename(run.id, "<b>:red[x]</b> $y$")
    app = open_page("runs", run=run.id)
    shown = app.header[0].value
    assert "\\<b\\>" in shown
    assert ":red" not in shown
    app = open_page()
    assert not app.exception


def test_the_example_is_in_runs_with_its_curves(with_example: None, open_page: Open) -> None:
    app = open_page("runs")
    text = words(app)
    assert not app.exception
    assert "came with PawTune" in text
    assert "were predicted correctly (" in text
    assert "did not come with PawTune" in text
    assert "certainty is off by" in words(look_at(app, "runs_tabs", "Certainty"))
    keys = [chart.key for chart in app.get("plotly_chart")]
    assert any("accuracy" in key for key in keys)
    labels = [button.label for button in app.button]
    assert "Hide the example" in labels
    assert not [label for label in labels if label.startswith(("Delete", "Rename"))]


def test_the_example_can_be_hidden_and_brought_back(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = open_page("runs")
    app.button(key="runs_hide").click().run()
    assert Runs(workspace).list() == ()
    assert "There is no run yet" in app.info[0].value
    app.button(key="runs_unhide").click().run()
    assert [run.id for run in Runs(workspace).list()] == [EXAMPLE_ID]
    assert "came with PawTune" in words(app)


def test_its_settings_can_be_taken_over(
    with_example: None, open_page: Open, photo_set: PhotoSetRow, workspace: Workspace
) -> None:
    app = open_page("runs", run=EXAMPLE_ID)
    app.button(key="runs_again").click().run()
    app.switch_page("pages/train.py").run()
    assert not app.exception
    assert app.selectbox(key="train_weights").value == BUILT_IN
    assert app.selectbox(key="set_choice").value == photo_set.id


def test_settings_that_were_not_used_say_so(open_page: Open, quick: Run) -> None:
    app = look_at(open_page("runs", run=quick.id), "runs_tabs", "Settings")
    table = next(frame.value for frame in app.dataframe if "Value" in frame.value)
    values = dict(zip(table["Setting"], table["Value"], strict=True))
    for idle in ("Epochs", "Learning rate", "Batch size", "Dropout", "Views of each photo", "Zoom"):
        assert values[idle] == "not used", idle
    assert values["Pretrained weights"] == "ImageNet"
    assert values["Image size"] == "224 pixels"
    text = words(app)
    assert "trainable: 1,281 in Feature extraction." in text
    assert "in Fine-tuning" not in text


def test_train_again_starts_from_the_run(open_page: Open, workspace: Workspace, quick: Run) -> None:
    app = open_page("runs", run=quick.id)
    app.button(key="runs_again").click().run()
    app.switch_page("pages/train.py").run()
    assert "Preset: **Quick**" in words(app)
    app.select_slider(key="train_fine_tune_epochs").set_value(3).run()
    assert "started from the run Quick one" in words(app)
    assert Runs(workspace).get(quick.id).config == quick.config


def test_only_the_tab_that_is_looked_at_is_drawn(open_page: Open, run: Run, quick: Run) -> None:
    app = open_page("runs", run=run.id)
    drawn = [chart.key for chart in app.get("plotly_chart")]
    assert "runs_accuracy" in drawn
    assert not [key for key in drawn if key.startswith("compare_")]
    assert not app.code, "nobody looks at the log"
    look_at(app, "runs_tabs", "Log")
    assert len(app.code) == 1
    keys = [chart.key for chart in look_at(app, "runs_view", compare.TAB).get("plotly_chart")]
    assert keys == ["compare_accuracy"]
