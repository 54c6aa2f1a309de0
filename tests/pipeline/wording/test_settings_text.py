"""Settings in words: what is too strong, where the cut lies."""

from __future__ import annotations

import pytest

from pipeline.settings.hyperparameters import AUTO, BALANCED, TRAIN, UNWEIGHTED
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig, TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import settings_text


@pytest.mark.parametrize("name", list(AUGMENT_PRESETS))
def test_no_preset_is_too_strong(name: str) -> None:
    assert settings_text.too_strong(AUGMENT_PRESETS[name]) == []


def test_too_much_is_said() -> None:
    assert len(settings_text.too_strong(AugmentConfig(rotation=0.5, brightness=0.8))) == 2


def test_odd_values_of_an_address_are_one_sentence() -> None:
    assert settings_text.odd_address((), "") == ""
    assert settings_text.odd_address(("Epochs",), "Epochs must be more.").endswith("be more.")
    assert settings_text.odd_address(("Epochs", "Dropout"), "Any.").endswith("Epochs and Dropout.")


@pytest.mark.parametrize("name", PRESETS)
def test_the_settings_of_a_report_are_those_that_counted(name: str) -> None:
    config = PRESETS[name].config
    told = {label for label, _ in settings_text.settings(config)}
    idle = without_effect(config.to_json())
    for setting, entry in TRAIN.items():
        assert (entry.label in told) == (setting not in idle), setting
    assert ("Rotation" in told or "Augmentation" in told) == ("augment" not in idle)


def test_very_uneven_classes_are_told_before_the_start() -> None:
    sizes = {"cat": 152, "dog": 8, "eel": 0}
    told = {
        choice: settings_text.class_weight(TrainConfig(class_weight=choice), sizes)
        for choice in TRAIN["class_weight"].choices
    }
    assert told[AUTO] == told[BALANCED] != told[UNWEIGHTED]
    assert all(said.startswith("Of cat there are 19 times as many") for said in told.values())
    assert "a photo of dog weighs more" in told[AUTO]
    assert TRAIN["class_weight"].label in told[UNWEIGHTED]
    assert not settings_text.class_weight(TrainConfig(), {"cat": 30, "dog": 10})


def test_what_was_done_about_classes_is_told() -> None:
    label = TRAIN["class_weight"].label
    for choice, words in ((BALANCED, "on"), (UNWEIGHTED, settings_text.OFF)):
        assert settings_text.in_words(TrainConfig(class_weight=choice))[label] == words


def test_photos_that_make_one_batch_are_told_of_where_batches_count() -> None:
    said = settings_text.one_batch(TrainConfig(batch_size=32), 19)
    assert "(19)" in said and "(32)" in said and "one step" in said
    assert settings_text.one_batch(TrainConfig(batch_size=32), 32) == ""
    assert settings_text.one_batch(TrainConfig(), 0) == "", "that is told as what is missing"
    assert settings_text.one_batch(PRESETS[QUICK].config, 19) == ""


def test_a_lowered_batch_says_why() -> None:
    said = settings_text.fitted_batch(TrainConfig(batch_size=16), 19)
    assert said == "Batch size 16: there are 19 training photos."
