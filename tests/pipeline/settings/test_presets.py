"""Three ways to train."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest

from pipeline.settings import presets
from pipeline.settings.hyperparameters import BALANCED, BUILT_IN, SOLVED, STEPPED
from pipeline.settings.presets import CAREFUL, FIRST, PRESETS, QUICK, TUTORIAL, preset_of
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig


def test_there_are_three_with_words() -> None:
    assert list(PRESETS) == [QUICK, TUTORIAL, CAREFUL]
    for name, preset in PRESETS.items():
        assert preset.label == name.capitalize()
        assert preset.what.endswith(".")
        assert preset.when.startswith("Take it")


def test_the_tutorials_are_the_defaults() -> None:
    assert PRESETS[TUTORIAL].config == TrainConfig()
    assert PRESETS[TUTORIAL].config.head == STEPPED


def test_quick_solves_once_and_careful_goes_on_from_there() -> None:
    quick, careful = PRESETS[QUICK].config, PRESETS[CAREFUL].config
    assert (quick.head, quick.fine_tune_epochs) == (SOLVED, 0)
    assert (careful.head, careful.early_stopping) == (SOLVED, True)
    assert careful.fine_tune_epochs > 0
    assert careful.image_size_px == quick.image_size_px


@pytest.mark.parametrize("name", [QUICK, TUTORIAL, CAREFUL])
def test_a_preset_is_recognised_whatever_the_seed(name: str) -> None:
    config = PRESETS[name].config
    assert preset_of(config) == name
    assert preset_of(replace(config, seed=7)) == name
    assert preset_of(TrainConfig.from_json(config.to_json())) == name
    assert preset_of(replace(config, class_weight=BALANCED)) == name, "what photos made of auto"


def test_one_changed_setting_makes_them_ones_own() -> None:
    assert preset_of(replace(PRESETS[QUICK].config, fine_tune_epochs=1)) is None
    assert preset_of(TrainConfig(augment=AUGMENT_PRESETS["strong"])) is None


def test_the_first_training_has_both_phases_and_fetches_nothing() -> None:
    assert FIRST.weights == BUILT_IN
    assert (FIRST.epochs, FIRST.fine_tune_epochs) == (5, 5)
    assert presets.preset_name(dataclasses.replace(FIRST, seed=7)) == "First"
    assert presets.preset_name(dataclasses.replace(FIRST, epochs=6)) == "own"
