"""The Runs page: every run, one in detail, several side by side."""

from __future__ import annotations

import dataclasses
import json

import pytest

from pages.ui.runs import coach, test_result
from pipeline.coach.curves import Advice
from pipeline.jobs.queue import Jobs
from pipeline.network.names import LAST_FILE
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, words
from tests.workspaces import add_run


def test_the_table_has_everything(open_page: Open, run: Run) -> None:
    app = open_page("runs")
    line = app.dataframe[0].value.iloc[0]
    assert line["Run"] == "First try"
    assert line["Photos"] == "Colours"
    assert line["State"] == "finished"
    assert line["Test %"] == 75.0
    assert line["give or take"] > 10
    assert line["Epochs"] == "3 + 2"
    assert line["Took"] == "60 s"
    assert list(line.index[:3]) == ["Run", "Test %", "give or take"], "what a telephone shows"
    assert line["give or take"] == round(line["give or take"], 1), "in the file for a spreadsheet"


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
    assert len(app.get("plotly_chart")) == 3
    settings = next(frame.value for frame in app.dataframe if "Setting" in frame.value)
    assert (
        dict(zip(settings["Setting"], settings["Value"], strict=True))["Image size"] == "96 pixels"
    )
    assert "1,281 in Feature extraction" in text
    went = "The time went to: frozen layers 40 s, released layers 15 s and packing and testing 2 s."
    assert went in text


def test_certainty_is_held_against_the_answers(open_page: Open, run: Run) -> None:
    app = open_page("runs", run=run.id)
    assert "On average, certainty is off by **15.0 points**" in words(app)  # 90 % sure, 75 % right
    assert "much of that is chance" in words(app)
    chart = next(c for c in app.get("plotly_chart") if "certainty" in c.key)
    assert "90% sure, 75% right of 4 photos" in chart.proto.alt


def test_a_batch_of_predictions_beside_labels(open_page: Open, run: Run) -> None:
    app = open_page("runs", run=run.id)
    assert "3 of 4 photos right" in words(app)
    printed = next(block.value for block in app.code if "Predictions:" in block.value)
    assert "Labels:" in printed
    table = next(frame.value for frame in app.dataframe if "Prediction" in frame.value)
    assert int((table["Prediction"] != table["Label"]).sum()) == 1
    assert list(table["Right"]).count(False) == 1


def test_test_photos_tell_predicted_and_true(open_page: Open, run: Run) -> None:
    app = open_page("runs", run=run.id)
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert len([alt for alt in alts if alt.startswith("Test photo of")]) == 4
    found = Runs(workspace_of(run)).predictions(run.id)
    wrong = test_result.pick(found, test_result.WRONG)
    assert len(wrong) == 1
    assert found.called[wrong[0]] != found.truth[wrong[0]]
    unsure = test_result.pick(found, test_result.UNSURE)
    sure = found.probabilities.max(axis=1)
    assert sure[unsure[0]] == sure.min()


def workspace_of(run: Run) -> Workspace:
    return Workspace(run.folder.parents[1])


def test_comparing_overlays_and_names_the_difference(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    other = TrainConfig(epochs=2, fine_tune_epochs=2, dropout=0.5, image_size_px=96)
    add_run(workspace, photo_set.id, name="More dropout", config=other)
    app = open_page("runs")
    charts = [chart for chart in app.get("plotly_chart") if chart.key.startswith("compare_")]
    assert len(charts) == 1
    names = [trace["name"] for trace in json.loads(charts[0].proto.spec)["data"]]
    assert names == ["More dropout, validation", "First try, validation"]
    text = words(app)
    assert "Marked is what is not as in *More dropout*" in text
    table = next(frame.value for frame in app.dataframe if "More dropout" in frame.value)
    assert list(table["Setting"]) == ["Epochs", "Dropout"]
    assert "Is one really better?" in text
    assert "Both were tested on the same 4 photos" in text


def test_the_published_curve_can_be_compared_too(open_page: Open, run: Run) -> None:
    app = open_page("runs")
    assert not [c for c in app.get("plotly_chart") if c.key.startswith("compare_")]
    app.toggle(key="runs_compare_overlay").set_value(True).run()
    assert len([c for c in app.get("plotly_chart") if c.key.startswith("compare_")]) == 1
    assert "comes from other photos than yours" in words(app)


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
    assert ("runs_continue" in keys) == (state == "interrupted")
    assert ("runs_delete" in keys) == (state not in ("queued", "running"))


def test_continue_queues_the_rest(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    (run.folder / LAST_FILE).write_bytes(b"kept")
    with workspace.database.writing() as session:
        session.query(RunRecord).filter_by(id=run.id).one().state = "interrupted"
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
    app.button(key="runs_continue").click().run()
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
    assert app.slider(key="train_epochs").value == 3
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


def test_damaged_predictions_are_a_sentence(open_page: Open, run: Run) -> None:
    (run.folder / "predictions.npz").write_bytes(b"broken")
    app = open_page("runs", run=run.id)
    assert not app.exception
    assert "missing or damaged" in words(app)


def test_names_are_shown_literally(open_page: Open, workspace: Workspace, run: Run) -> None:
    Runs(workspace).rename(run.id, "<b>:red[x]</b> $y$")
    app = open_page("runs", run=run.id)
    shown = app.subheader[0].value
    assert "\\<b\\>" in shown
    assert ":red" not in shown
    app = open_page()
    assert not app.exception


def test_the_coach_says_what_to_try_and_its_button_does_it(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Advice(
        "It was still learning when it ended.",
        "Validation loss fell from 0.8 to 0.2 over the last 5 epochs.",
        {"epochs": 20},
        "Train again with 20 epochs",
    )
    monkeypatch.setattr("pages.ui.runs.coach.advice", lambda *_: (said,))
    app = open_page("runs", run=run.id)
    assert "still learning" in words(app)
    assert "fell from" in words(app)
    next(button for button in app.button if "20 epochs" in button.label).click().run()
    again = Runs(workspace).list()[0]
    assert again.config == dataclasses.replace(run.config, epochs=20)


def test_of_four_validation_photos_the_coach_says_nothing_about_the_curve(run: Run) -> None:
    assert {one.kind for one in coach.about(run)} <= {"few_test_photos", "class_never_called"}
