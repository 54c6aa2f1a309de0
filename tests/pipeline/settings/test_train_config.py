"""Every setting: one place, one range, words beside it."""

from __future__ import annotations

import dataclasses
import math

import pytest

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import AUGMENT, AUTO, FRESH_VIEWS, TRAIN, UNWEIGHTED
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    AugmentConfig,
    TrainConfig,
)

SETTINGS = [*AUGMENT.values(), *TRAIN.values()]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_setting_explains_itself(setting) -> None:
    setting.check(setting.default)
    for words in (setting.what, setting.usual, setting.symptom):
        assert words.endswith(".")
    assert setting.label[0].isupper()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_setting_refuses_what_lies_outside(setting) -> None:
    wrong = ["much", None, math.nan, math.inf, -1]
    if setting.high is not None:
        wrong.append(setting.high * 2 + 1)
    for value in wrong:
        with pytest.raises(SettingError, match="Received"):
            setting.check(value)


def test_whole_numbers_stay_whole() -> None:
    with pytest.raises(SettingError, match="whole number"):
        TrainConfig(epochs=2.5)
    with pytest.raises(SettingError, match="whole number"):
        TrainConfig(epochs=True)


def test_every_field_has_a_setting() -> None:
    fields = {field.name for field in dataclasses.fields(TrainConfig)} - {"augment"}
    assert fields == set(TRAIN)
    assert {field.name for field in dataclasses.fields(AugmentConfig)} == set(AUGMENT)


def test_the_defaults_are_the_tutorials() -> None:
    config = TrainConfig()
    assert (config.epochs, config.fine_tune_epochs, config.fine_tune_at) == (10, 10, 100)
    assert (config.batch_size, config.dropout, config.image_size_px) == (32, 0.2, 160)
    assert config.augment == AugmentConfig(horizontal_flip=True, rotation=0.2)
    assert config.phase_learning_rates == pytest.approx(
        {FEATURE_EXTRACTION: 1e-4, FINE_TUNING: 1e-5}
    )


def test_fine_tuning_takes_its_own_rate_when_set() -> None:
    assert TrainConfig(fine_tune_learning_rate=3e-5).phase_learning_rates[FINE_TUNING] == 3e-5


def test_epochs_take_turns_with_the_views() -> None:
    assert [TrainConfig(views=3).view_of(epoch) for epoch in range(5)] == [0, 1, 2, 0, 1]
    assert [TrainConfig(views=FRESH_VIEWS).view_of(epoch) for epoch in (0, 19)] == [0, 19]


def test_a_run_from_before_there_was_a_choice_says_what_was_done() -> None:
    old = TrainConfig().to_json()
    del old["views"], old["class_weight"]
    config = TrainConfig.from_json(old)
    assert (config.views, config.class_weight) == (FRESH_VIEWS, UNWEIGHTED)
    assert TrainConfig.from_json({}).class_weight == AUTO


@pytest.mark.parametrize("augment", AUGMENT_PRESETS.values(), ids=AUGMENT_PRESETS)
def test_json_and_back(augment) -> None:
    config = TrainConfig(epochs=3, alpha=0.35, early_stopping=True, augment=augment)
    assert TrainConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {"epoch": 3},
        {"augment": {"spin": 1}},
        {"augment": 3},
        {"epochs": "3"},
        {"weights": "mine"},
    ],
    ids=str,
)
def test_damaged_json_is_refused_in_words(values) -> None:
    with pytest.raises(SettingError, match="Received"):
        TrainConfig.from_json(values)
