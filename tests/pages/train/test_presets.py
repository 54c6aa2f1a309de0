"""Presets: one click moves every control, and what was changed since is said."""

from __future__ import annotations

from typing import cast

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.settings.presets import PRESETS, Preset
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.train.conftest import MEASURED, standing


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
