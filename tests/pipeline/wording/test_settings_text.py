"""Settings in words: what is too strong, where the cut lies."""

from __future__ import annotations

import pytest

from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.presets import PRESETS
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import settings_text


@pytest.mark.parametrize("name", list(AUGMENT_PRESETS))
def test_no_preset_is_too_strong(name: str) -> None:
    assert settings_text.too_strong(AUGMENT_PRESETS[name]) == []


def test_too_much_is_said() -> None:
    assert len(settings_text.too_strong(AugmentConfig(rotation=0.5, brightness=0.8))) == 2


def test_the_cut_is_described() -> None:
    assert "block_11_expand_relu" in settings_text.cut(1.0, 100)
    assert "block 11" in settings_text.cut(1.0, 100)
    assert "nothing" in settings_text.cut(1.0, 154)


@pytest.mark.parametrize("name", PRESETS)
def test_the_settings_of_a_report_are_those_that_counted(name: str) -> None:
    config = PRESETS[name].config
    told = {label for label, _ in settings_text.settings(config)}
    idle = without_effect(config.to_json())
    for setting, entry in TRAIN.items():
        assert (entry.label in told) == (setting not in idle), setting
    assert ("Rotation" in told or "Augmentation" in told) == ("augment" not in idle)
