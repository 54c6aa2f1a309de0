"""Presets: one press sets every control and starts, and what was changed since is said."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from pipeline.settings.presets import PRESETS, Preset, fitted
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs
from tests.pages.conftest import Open, words
from tests.pages.train.conftest import MEASURED, standing
from tests.workspaces import add_photo_set, class_folders


def test_a_first_visit_finds_the_tutorial_set(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert "Preset: **Tutorial**" in words(app)
    for name, preset in PRESETS.items():
        said = app.button(key=f"train_preset_{name}").help
        assert preset.what in said and preset.when in said


def test_a_preset_more_is_one_entry(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig(epochs=1, fine_tune_epochs=0)
    gentle = Preset("Gentle", "spa", "One epoch.", "Take it to rest.", config)
    monkeypatch.setitem(cast(dict[str, Preset], PRESETS), "gentle", gentle)
    app = open_page("train")
    app.menu_button(key="train_set").click("gentle").run()
    assert "Preset: **Gentle**" in words(app)


@pytest.mark.parametrize("name", list(PRESETS))
def test_one_press_moves_every_control_and_trains(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, name: str
) -> None:
    app = open_page("train")
    app.select_slider(key="train_epochs").set_value(3).run()
    app.button(key=f"train_preset_{name}").click().run()
    assert not app.exception
    assert standing(app) == PRESETS[name].config
    run = Runs(workspace).list()[0]
    assert (run.config, run.state) == (PRESETS[name].config, "queued")
    app.switch_page("pages/augment.py").run()
    flip = app.toggle(key="augment_horizontal_flip").value
    assert flip is PRESETS[name].config.augment.horizontal_flip


@pytest.mark.parametrize("name", list(PRESETS))
@pytest.mark.parametrize("classes", [("Minka", "Rex"), ("Minka", "Rex", "Tiger")])
def test_a_preset_fits_few_photos(
    open_page: Open, workspace: Workspace, tmp_path: Path, name: str, classes: tuple[str, ...]
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", 24 // len(classes), classes))
    training = row.split_sizes["training"]
    app = open_page("train")
    app.button(key=f"train_preset_{name}").click().run()
    assert not app.exception and not app.warning
    config = Runs(workspace).list()[0].config
    assert config == fitted(PRESETS[name].config, training)
    assert config.batch_size <= training
    assert f"Preset: **{PRESETS[name].label}**" in words(app), "it is still this preset"


def test_one_can_be_set_without_training(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.menu_button(key="train_set").click("careful").run()
    assert standing(app) == PRESETS["careful"].config
    assert not [run for run in Runs(workspace).list() if not run.is_example]


def test_changed_settings_say_where_they_started(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    app.menu_button(key="train_set").click("careful").run()
    app.slider(key="train_dropout").set_value(0.5).run()
    assert "**Careful**, changed: Dropout." in words(app)
    app.slider(key="train_dropout").set_value(PRESETS["careful"].config.dropout).run()
    assert "Preset: **Careful**" in words(app), "back again"
    app.number_input(key="train_seed").set_value(4).run()
    assert "Preset: **Careful**" in words(app), "luck is no setting"


def test_all_three_have_a_time_from_one_measurement(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    def times() -> list[str]:
        app = open_page("train")
        return [one.value for one in app.caption if one.value.endswith((" s", " min", "timed yet"))]

    assert times() == ["not timed yet"] * 3
    Timings(workspace).keep(TrainConfig(), MEASURED)
    assert len(times()) == 3
    assert "not timed yet" not in times()
