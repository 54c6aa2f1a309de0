"""Settings in the address: a refresh, a link, page switches, presets, and odd values."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.settings import address
from pipeline.settings.presets import PRESETS
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open
from tests.pages.train.conftest import standing


def settings_of(app: AppTest) -> dict[str, str]:
    """What the address names of settings."""
    there = {name: app.query_params[name] for name in app.query_params if name in address.NAMES}
    return {name: one if isinstance(one, str) else one[0] for name, one in there.items()}


def test_only_what_differs_is_in_the_address(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train", set=photo_set.id)
    assert settings_of(app) == {}
    app.text_input(key="train_learning_rate_typed").set_value("2e-4").run()
    app.select_slider(key="train_epochs").set_value(3).run()
    assert settings_of(app) == {"learning_rate": "0.0002", "epochs": "3"}
    assert photo_set.id in app.query_params["set"]
    app.select_slider(key="train_epochs").set_value(10).run()
    assert settings_of(app) == {"learning_rate": "0.0002"}


def test_another_browser_finds_the_same_settings(open_page: Open, photo_set: PhotoSetRow) -> None:
    config = PRESETS["careful"].config
    app = open_page("train", **address.told(config))
    assert not app.exception
    assert standing(app) == config
    assert settings_of(app) == address.told(config)


def test_they_outlast_a_page_switch(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train", epochs="3")
    app.switch_page("pages/runs.py").run()
    app.query_params.clear()
    app.switch_page("pages/train.py").run()
    assert app.select_slider(key="train_epochs").value == 3
    assert settings_of(app) == {"epochs": "3"}


def test_settings_taken_from_a_run_are_in_the_address(open_page: Open, run: Run) -> None:
    app = open_page("runs", run=run.id)
    app.button(key="runs_again").click().run()
    app.query_params.clear()
    app.switch_page("pages/train.py").run()
    assert settings_of(app) == address.told(run.config)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"epochs": "900"}, "must be between 1 and 100. Received: 900."),
        ({"epochs": "x", "head": "odd"}, "they are at their default: Epochs and Classifier"),
    ],
)
def test_odd_values_are_one_sentence_and_the_default(
    open_page: Open, photo_set: PhotoSetRow, query: dict[str, str], said: str
) -> None:
    app = open_page("train", dropout="0.5", **query)
    assert not app.exception
    assert len(app.warning) == 1
    assert said in app.warning[0].value.replace("\\", "")
    assert standing(app) == TrainConfig(dropout=0.5)
    assert settings_of(app) == {"dropout": "0.5"}


def test_an_address_of_a_moment_ago_takes_nothing_back(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    """A browser sends what stood there when a control was moved, not what came meanwhile."""
    app = open_page("train", set=photo_set.id)
    app.select_slider(key="train_epochs").set_value(3).run()
    app.select_slider(key="train_epochs").set_value(5).run()
    app.query_params["epochs"] = "3"
    app.slider(key="train_dropout").set_value(0.4).run()
    assert app.select_slider(key="train_epochs").value == 5
    assert app.slider(key="train_dropout").value == 0.4
    assert settings_of(app) == {"epochs": "5", "dropout": "0.4"}
