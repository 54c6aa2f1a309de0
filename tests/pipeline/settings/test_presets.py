"""Three ways to train."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest

from pipeline.settings import presets
from pipeline.settings.hyperparameters import BALANCED, BUILT_IN, SOLVED, STEPPED
from pipeline.settings.presets import (
    CAREFUL,
    FIRST,
    PRESETS,
    QUICK,
    TUTORIAL,
    fitted,
    fitting_batches,
    preset_of,
)
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
    assert presets.preset_name(dataclasses.replace(FIRST, epochs=6)) == "Custom"


def test_what_changes_nothing_makes_no_settings_ones_own() -> None:
    quick = PRESETS[QUICK].config
    assert preset_of(replace(quick, batch_size=4, dropout=0.5, learning_rate=0.1)) == QUICK
    assert preset_of(replace(PRESETS[CAREFUL].config, dropout=0.5)) is None, "it fine-tunes"


@pytest.mark.parametrize(("photos", "batch"), [(2000, 32), (32, 32), (31, 16), (19, 16), (3, 4)])
def test_no_batch_is_larger_than_the_photos(photos: int, batch: int) -> None:
    config = fitted(TrainConfig(), photos)
    assert config == TrainConfig(batch_size=batch)
    assert fitted(TrainConfig(batch_size=8), 2000).batch_size == 8, "never a larger one"
    assert preset_of(config, photos) == TUTORIAL, "still the same preset"
    assert fitting_batches(19) == (4, 8, 16)
