"""The built-in network and the example run, as people meet them."""

from __future__ import annotations

import dataclasses
import io

import pytest
from PIL import Image

from pages.ui.train import start
from pipeline.classify.answer import NEITHER
from pipeline.jobs.queue import Jobs
from pipeline.settings import presets
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.presets import FIRST
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import AlbumRecord, RunRecord
from tests.non_pets import non_pets
from tests.pages.classify.test_questions import upload
from tests.pages.conftest import Open, words

# === The example ===


def test_the_example_answers_from_the_start(with_example: None, open_page: Open) -> None:
    app = open_page("classify")
    assert app.selectbox(key="classify_choice").value == EXAMPLE_ID
    stream = io.BytesIO()
    Image.fromarray(next(p for kind, p in non_pets(1) if kind == "screen")).save(stream, "PNG")
    upload(app, ("screen.png", stream.getvalue()))
    assert not app.exception
    assert [heading.value for heading in app.subheader] == [NEITHER]


def test_the_example_is_in_runs_with_its_curves(with_example: None, open_page: Open) -> None:
    app = open_page("runs")
    text = words(app)
    assert not app.exception
    assert "came with PawTune" in text
    assert "give or take" in text
    assert "did not come with PawTune" in text
    assert "certainty is off by" in text
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


def test_own_runs_come_first(with_example: None, open_page: Open, run: Run) -> None:
    assert open_page("classify").selectbox(key="classify_choice").value == run.id
    front = open_page()
    links = [link.proto.label for link in front.main.get("page_link")]
    assert any("Example" in label for label in links)


# === The first training ===


def test_one_press_starts_the_first_training(
    with_example: None, open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, photo_set.album_id).source = "drawn:pets"
    app = open_page()
    app.button(key="start_first").click().run()
    assert not app.exception
    run = next(run for run in Runs(workspace).list() if not run.is_example)
    assert (run.name, run.config, run.photo_set_id) == ("My first network", FIRST, photo_set.id)


def test_the_button_waits_for_the_drawn_pets(open_page: Open, workspace: Workspace) -> None:
    Jobs(workspace).submit_import("drawn:pets", "Drawn pets")
    assert open_page().button(key="start_first").disabled


def test_the_first_training_has_both_phases_and_fetches_nothing() -> None:
    assert FIRST.weights == BUILT_IN
    assert (FIRST.epochs, FIRST.fine_tune_epochs) == (5, 5)
    assert presets.preset_name(dataclasses.replace(FIRST, seed=7)) == "First"
    assert presets.preset_name(dataclasses.replace(FIRST, epochs=6)) == "own"


# === Starting from it ===


def test_choosing_it_sets_the_width_and_says_so(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.selectbox(key="train_weights").set_value(BUILT_IN).run()
    assert "PawTune's own small network" in words(app)
    assert app.select_slider(key="train_alpha").disabled
    app.button(key="train_start").click().run()
    (run,) = Runs(workspace).list()
    assert (run.config.weights, run.config.alpha) == (BUILT_IN, BUILT_IN_ALPHA)


def test_where_imagenet_cannot_be_had_it_is_offered(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    job = Jobs(workspace).submit_train(photo_set.id, TrainConfig(epochs=3), "No network")
    Jobs(workspace).stop(job.id)
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=job.run_id).one()
        record.state, record.error = "failed", "The weights could not be fetched."
    app = open_page("train", run=job.run_id or "")
    assert "could not be fetched" in app.error[0].value
    app.button(key=f"instead_{job.run_id}").click().run()
    assert not app.exception
    newest = Runs(workspace).list()[0]
    assert newest.name == "No network, built-in network"
    expected = TrainConfig(epochs=3, weights=BUILT_IN, alpha=BUILT_IN_ALPHA)
    assert newest.config == expected


def test_it_is_never_taken_silently() -> None:
    assert TrainConfig().weights == "imagenet"
    remarks = start.remarks(dataclasses.replace(FIRST))
    assert any("PawTune's own small network" in remark for remark in remarks)


@pytest.mark.parametrize("page", ["train", "classify", "runs"])
def test_the_model_card_is_at_hand(
    with_example: None, open_page: Open, photo_set: PhotoSetRow, page: str
) -> None:
    app = open_page(page)
    labels = [expander.label for expander in app.expander]
    assert "What is the built-in network?" in labels
    assert "must not be used for" in words(app)
