"""Controls of settings: their positions, and which are grey because they change nothing."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED, TRAIN
from pipeline.settings.presets import FIRST, PRESETS
from pipeline.settings.train_config import TrainConfig
from pipeline.settings.without_effect import decided, without_effect
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.train.conftest import KINDS, inside, standing


def test_a_solved_head_says_what_does_nothing(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert not app.select_slider(key="train_epochs").disabled
    app.button_group(key="train_head").set_value(SOLVED).run()
    epochs = app.select_slider(key="train_epochs")
    assert epochs.disabled
    assert "takes no epochs" in epochs.help
    assert "count in fine-tuning only" in words(app)
    assert not app.slider(key="train_dropout").disabled
    app.select_slider(key="train_fine_tune_epochs").set_value(0).run()
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
    controls["fine_tune_at"] = app.text_input(key="train_fine_tune_at_typed")
    for setting in TRAIN:
        assert controls[setting].disabled == (setting in expected), setting
        if setting in expected:
            assert controls[setting].help.startswith(f"**{expected[setting]}**")


def test_without_fine_tuning_averaging_is_grey(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert not app.toggle(key="train_weight_averaging").disabled
    app.select_slider(key="train_fine_tune_epochs").set_value(0).run()
    assert app.toggle(key="train_weight_averaging").disabled
    assert "Without fine-tuning" in app.toggle(key="train_weight_averaging").help


def test_more_settings_stays_where_it_is(open_page: Open, photo_set: PhotoSetRow) -> None:
    def place(app: AppTest) -> int:
        """Position of the expander among the settings; the browser folds one up that moves."""
        labels = [getattr(one, "label", "") for one in inside(app, "bench_settings")]
        return labels.index("More settings")

    app = open_page("train")
    before = place(app)
    app.select_slider(key="train_fine_tune_epochs").set_value(0).run()
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


def test_settings_outlast_a_page_switch(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    app.select_slider(key="train_epochs").set_value(7)
    app.select_slider(key="train_learning_rate").set_value(0.001)
    app.number_input(key="train_seed").set_value(5).run()
    app.switch_page("pages/runs.py").run()
    app.switch_page("pages/train.py").run()
    assert app.select_slider(key="train_epochs").value == 7
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
