"""The Train page: what it says before, how it starts, what it shows afterwards."""

from __future__ import annotations

import json
from contextlib import closing
from typing import cast

import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from pages.ui.train import start
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.jobs.queue import Jobs
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.training_recorder import Recorder
from pipeline.progress import Stage, Step
from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED, TRAIN
from pipeline.settings.presets import FIRST, PRESETS, Preset
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.settings.without_effect import decided, without_effect
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.tables import EpochRecord, JobRecord, RunRecord
from tests.pages.conftest import Open, words

KINDS = ("slider", "select_slider", "selectbox", "toggle", "number_input", "button_group")
MEASURED = {
    "alpha": 1.0,
    "image_size_px": 160,
    "fine_tune_at": 100,
    "decode_s": 0.002,
    "augment_s": 0.0005,
    "frozen_s": 0.003,
    "head_s": 0.00002,
    "solve_s": 0.000002,
    "start_s": 5.0,
    "tail_s": 0.005,
    "step_s": 0.02,
    "scoring_s": 0.001,
}


def trainings(workspace: Workspace) -> list[str]:
    return [job.run_id or "" for job in Jobs(workspace).active() if job.kind == "train"]


def test_the_tutorials_figures_for_the_defaults(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    table = app.table[0].value
    assert list(table["Parameters"])[:1] == ["Backbone, 154 layers"]
    assert list(table["Number"])[:3] == ["2,257,984", "1,281", "1,281"]
    text = words(app)
    assert "**32** photos" in text
    assert "block_11_expand_relu" in text
    assert "of the backbone" in text


def standing(app: AppTest) -> TrainConfig:
    """What all controls of the Train page stand at, read one by one."""
    values = {
        name: next(w for kind in KINDS for w in app.get(kind) if w.key == f"train_{name}").value
        for name in TRAIN
    }
    return TrainConfig(**values, augment=app.session_state["augment"])


def cards(app: AppTest) -> list[str]:
    """Which of the three preset buttons says that it is set."""
    keys = [f"train_preset_{name}" for name in PRESETS]
    return [key for key in keys if app.button(key=key).disabled]


def test_a_first_visit_finds_the_tutorial_set(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert cards(app) == ["train_preset_tutorial"]
    text = words(app)
    for preset in PRESETS.values():
        assert preset.what in text
        assert preset.when in text
    assert "Your own settings" not in text


def test_a_preset_more_is_one_entry(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig(epochs=1, fine_tune_epochs=0)
    gentle = Preset("Gentle", "spa", "One epoch.", "Take it to rest.", config)
    monkeypatch.setitem(cast(dict[str, Preset], PRESETS), "gentle", gentle)
    app = open_page("train")
    assert ":material/spa: **Gentle**" in words(app)
    app.button(key="train_preset_gentle").click().run()
    assert cards(app) == ["train_preset_gentle"]


@pytest.mark.parametrize("name", list(PRESETS))
def test_one_click_moves_every_control(open_page: Open, photo_set: PhotoSetRow, name: str) -> None:
    app = open_page("train")
    other = "careful" if name == "tutorial" else "tutorial"
    if name == "tutorial":
        app.button(key=f"train_preset_{other}").click().run()
    app.button(key=f"train_preset_{name}").click().run()
    assert not app.exception
    assert standing(app) == PRESETS[name].config
    assert cards(app) == [f"train_preset_{name}"]
    app.switch_page("pages/augment.py").run()
    flip = app.toggle(key="augment_horizontal_flip").value
    assert flip is PRESETS[name].config.augment.horizontal_flip


def test_changed_settings_say_where_they_started(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    app.button(key="train_preset_careful").click().run()
    app.slider(key="train_dropout").set_value(0.5).run()
    assert cards(app) == []
    assert "started from Careful; changed: Dropout." in words(app)
    app.slider(key="train_dropout").set_value(PRESETS["careful"].config.dropout).run()
    assert cards(app) == ["train_preset_careful"], "back again"
    app.number_input(key="train_seed").set_value(4).run()
    assert cards(app) == ["train_preset_careful"], "luck is no setting"


def test_all_three_have_a_time_from_one_measurement(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    assert "time not measured yet" in words(open_page("train"))
    Timings(workspace).keep(TrainConfig(), MEASURED)
    text = words(open_page("train"))
    assert "time not measured yet" not in text
    assert text.count(":material/timer: about **") == 3


def test_a_solved_head_says_what_does_nothing(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert not app.slider(key="train_epochs").disabled
    app.button_group(key="train_head").set_value(SOLVED).run()
    epochs = app.slider(key="train_epochs")
    assert epochs.disabled
    assert "takes no epochs" in epochs.help
    assert "count in fine-tuning only" in words(app)
    assert not app.slider(key="train_dropout").disabled
    app.slider(key="train_fine_tune_epochs").set_value(0).run()
    assert "Without fine-tuning there are no epochs at all" in words(app)
    assert app.slider(key="train_dropout").disabled
    assert "Training photos are shown as they are" in words(app)


@pytest.mark.parametrize("name", ["tutorial", "quick", "careful", "built-in"])
@pytest.mark.parametrize("fine_tune_epochs", [0, 3])
def test_a_control_is_grey_when_it_changes_nothing_and_says_why(
    open_page: Open, photo_set: PhotoSetRow, name: str, fine_tune_epochs: int
) -> None:
    config = FIRST if name == "built-in" else PRESETS[name].config
    app = open_page("train")
    for setting in TRAIN:
        app.session_state[f"train_{setting}"] = getattr(config, setting)
    app.session_state["augment"] = config.augment
    app.session_state["train_fine_tune_epochs"] = fine_tune_epochs
    app.run()
    assert not app.exception
    standing_at = standing(app).to_json()
    expected = without_effect(standing_at) | decided(standing_at)
    controls = {w.key.removeprefix("train_"): w for kind in KINDS for w in app.get(kind) if w.key}
    for setting in TRAIN:
        assert controls[setting].disabled == (setting in expected), setting
        if setting in expected:
            assert controls[setting].help.startswith(f"**{expected[setting]}**")


def test_without_fine_tuning_averaging_is_grey(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert not app.toggle(key="train_weight_averaging").disabled
    app.slider(key="train_fine_tune_epochs").set_value(0).run()
    assert app.toggle(key="train_weight_averaging").disabled
    assert "Without fine-tuning" in app.toggle(key="train_weight_averaging").help


def test_more_settings_stays_where_it_is(open_page: Open, photo_set: PhotoSetRow) -> None:
    def place(app: AppTest) -> int:
        """Position of the expander in its column; the browser folds one up that moves."""
        return next(
            position
            for column in app.columns
            for position, child in column.children.items()
            if getattr(child, "label", "") == "More settings"
        )

    app = open_page("train")
    before = place(app)
    app.slider(key="train_fine_tune_epochs").set_value(0).run()
    assert place(app) == before
    app.button_group(key="train_head").set_value(SOLVED).run()
    assert place(app) == before


def test_views_end_with_a_fresh_one_each_epoch(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    slider = app.select_slider(key="train_views")
    assert slider.value == 4
    assert slider.options == [*map(str, range(1, 17)), "a fresh one each epoch"]
    assert "in **4 views** of each" in words(app)
    slider.set_value(FRESH_VIEWS).run()
    assert "in **20 views** of each" in words(app)


def test_no_batch_is_too_large_for_a_head_that_is_solved(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.select_slider(key="train_batch_size").set_value(64).run()
    assert app.button(key="train_start").disabled
    app.button_group(key="train_head").set_value(SOLVED)
    app.slider(key="train_fine_tune_epochs").set_value(0).run()
    assert not app.button(key="train_start").disabled


def test_settings_outlast_a_page_switch(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    app.slider(key="train_epochs").set_value(7)
    app.select_slider(key="train_learning_rate").set_value(0.001)
    app.number_input(key="train_seed").set_value(5).run()
    app.switch_page("pages/runs.py").run()
    app.switch_page("pages/train.py").run()
    assert app.slider(key="train_epochs").value == 7
    assert app.select_slider(key="train_learning_rate").value == 0.001
    assert app.number_input(key="train_seed").value == 5


def test_every_position_of_the_rate_slider_is_allowed(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    options = app.select_slider(key="train_learning_rate").options
    assert "0.00003" in options
    assert "0.0001" in options
    for option in options:
        TrainConfig(learning_rate=float(option))


def test_start_queues_the_training_and_puts_it_into_the_address(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.slider(key="train_epochs").set_value(4)
    app.text_input(key="train_name").input("Shorter")
    app.button(key="train_start").click().run()
    assert not app.exception
    run = Runs(workspace).list()[0]
    assert (run.name, run.state, run.config.epochs) == ("Shorter", "queued", 4)
    assert run.config.augment.rotation == 0.2
    assert run.id in app.query_params["run"]
    assert "Waiting for" in words(app)


def test_start_makes_measuring_give_way(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    assert [job.kind for job in Jobs(workspace).active()] == ["timing"]
    app.button(key="train_start").click().run()
    assert [job.kind for job in Jobs(workspace).active()] == ["train"]


def test_measuring_is_asked_for_once(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.run()
    open_page("train")
    assert len(Jobs(workspace).active()) == 1
    assert "Measuring" in words(app)


def test_a_slider_that_moves_on_takes_its_measurement_along(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.select_slider(key="train_image_size_px").set_value(96).run()
    app.select_slider(key="train_image_size_px").set_value(128).run()
    waiting = [job.request["config"]["image_size_px"] for job in Jobs(workspace).active()]
    assert waiting == [128]


def test_a_measured_network_gives_a_time(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Timings(workspace).keep(TrainConfig(), MEASURED)
    app = open_page("train")
    assert "on this computer; **" in words(app)
    assert "are kept already" in words(app)
    assert Jobs(workspace).active() == ()


def test_a_failed_measurement_is_said_and_not_repeated(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    job = Jobs(workspace).submit_timing(TrainConfig())
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(id=job.id).one()
        record.state, record.error = "failed", "Out of memory."
    app = open_page("train")
    assert "could not be measured" in words(app)
    assert Jobs(workspace).active() == ()


def test_start_says_what_is_missing(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    app.select_slider(key="train_batch_size").set_value(64).run()
    assert app.button(key="train_start").disabled
    assert "A batch of 64 needs" in app.warning[0].value


def test_odd_settings_are_remarked_on() -> None:
    assert start.remarks(TrainConfig()) == []
    assert len(start.remarks(TrainConfig(fine_tune_at=154, weights="none"))) == 2
    assert start.remarks(TrainConfig(fine_tune_learning_rate=0.01))


def test_the_end_has_a_verdict_and_the_ways_on(open_page: Open, run: Run) -> None:
    app = open_page("train", run=run.id)
    text = words(app)
    assert "75.0 % of 4 photos" in text
    assert "Whether fine-tuning helped, 4 validation photos cannot tell" in text
    labels = [link.proto.label for link in app.main.get("page_link")]
    assert "All about this run" in labels
    assert "Ask it about a photo" in labels
    assert app.button(key="train_start")  # the next one can be set up


def test_luck_is_called_luck(open_page: Open, workspace: Workspace, run: Run) -> None:
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        record.test = {"loss": 0.7, "accuracy": 0.5, "low": 0.3, "high": 0.7, "photos": 20}
    assert "could be luck" in words(open_page("train", run=run.id))


def test_the_published_curve_lies_over_it_on_request(open_page: Open, run: Run) -> None:
    app = open_page("train", run=run.id)

    def lines() -> int:
        chart = next(c for c in app.get("plotly_chart") if "accuracy" in c.key)
        return len(json.loads(chart.proto.spec)["data"])

    before = lines()
    app.toggle(key="train_overlay").set_value(True).run()
    assert lines() == before + 1


def test_an_unknown_run_is_a_sentence(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train", run="run-0000000000")
    assert not app.exception
    assert "no such run" in app.error[0].value
    assert app.button(key="train_start")  # a new one can be started all the same


def test_queued_trainings_are_listed_with_their_places(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    first = Jobs(workspace).submit_train(photo_set.id, TrainConfig(), "First")
    second = Jobs(workspace).submit_train(photo_set.id, TrainConfig(seed=1), "Second")
    app = open_page("train", run=second.run_id)
    assert "Waiting for 1 job before it" in words(app)
    assert "First" in [link.proto.label for link in app.main.get("page_link")]
    app.button(key=f"stop_{second.id}").click().run()
    assert Runs(workspace).get(second.run_id).state == "stopped"
    assert Runs(workspace).get(first.run_id).state == "queued"


def test_without_an_address_the_training_at_work_is_shown(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Jobs(workspace).submit_train(photo_set.id, TrainConfig(), "The one at work")
    assert "The one at work" in words(open_page("train"))


def test_progress_never_falls_back(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a real recorder and a real reporter tell while a training goes from stage to stage."""
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)  # no worker stands behind the row
    monkeypatch.setattr("pipeline.jobs.reporter.WRITE_EVERY_S", 0.0)
    with workspace.database.writing() as session:
        find(session, run.id).state = "running"
        session.query(JobRecord).filter_by(id=run.job_id).one().state = "running"
        session.execute(delete(EpochRecord).where(EpochRecord.run_id == run.id))
    shares: list[int] = []

    def look() -> str:
        bars = open_page("train", run=run.id).get("progress")
        shares.append(bars[0].value)
        return bars[0].proto.text

    with closing(Reporter(workspace, run.job_id)) as report:
        report.leave_the_whole()  # as `train_run` does
        recorder = Recorder(workspace, Runs(workspace).get(run.id), report)
        report(Stage(Step.LOOKING, "training"), 90, 100, "photos")
        assert "Looking at the training photos" in look()
        for epoch in (1, 2):
            recorder.batch(FEATURE_EXTRACTION, epoch, 5, 10)
            assert f"Feature extraction\\, epoch {epoch} of 5" in look()
            recorder.batch(FEATURE_EXTRACTION, epoch, 10, 10)  # the validation photos are asked
            look()
            recorder.epoch(FEATURE_EXTRACTION, epoch, EpochScores(0.5, 0.8, 0.4, 0.9, 1.0, 0.4))
            look()
        report(Stage(Step.PREPARING_FINE_TUNING))  # an epoch earlier than planned
        look()
        report(Stage(Step.LOOKING_AT_VIEW, epoch=1, epochs=2), 1, 100, "photos")
        look()
        recorder.batch(FINE_TUNING, 3, 1, 10)
        assert "epoch 3 of 4" in look()
        recorder.batch(FINE_TUNING, 4, 10, 10)
        look()
        report(Stage(Step.SCORING))
        assert "Scoring the test photos" in look()
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 100
    assert len(set(shares)) > 6


def test_a_sentence_of_an_earlier_version_is_shown_as_it_is(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "settle", lambda _self: None)
    with workspace.database.writing() as session:
        find(session, run.id).state = "running"
        job = session.query(JobRecord).filter_by(id=run.job_id).one()
        job.state, job.stage = "running", "Warming up the oven, tray 3 of 10"
    assert "tray 3 of 10" in open_page("train", run=run.id).get("progress")[0].proto.text


def test_the_other_trainings_go_by_the_names_of_their_runs(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    first = Jobs(workspace).submit_train(photo_set.id, TrainConfig(), "First")
    second = Jobs(workspace).submit_train(photo_set.id, TrainConfig(), "Second")
    Runs(workspace).rename(second.run_id, "Train tracks")
    app = open_page("train", run=first.run_id)
    assert "Train tracks" in [link.proto.label for link in app.main.get("page_link")]
