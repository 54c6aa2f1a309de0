"""Settings in an address, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.settings import address
from pipeline.settings.hyperparameters import AUGMENT, TRAIN
from pipeline.settings.presets import FIRST, PRESETS
from pipeline.settings.train_config import TrainConfig


def test_the_defaults_need_no_words() -> None:
    assert address.told(TrainConfig()) == {}
    assert address.read({}) == address.Read(TrainConfig(), (), "")


@pytest.mark.parametrize("config", [FIRST, *(preset.config for preset in PRESETS.values())])
def test_what_was_told_is_read_again(config: TrainConfig) -> None:
    found = address.read(address.told(config))
    assert (found.config, found.odd) == (config, ())


def test_only_what_differs_is_in_it() -> None:
    config = replace(TrainConfig(), learning_rate=2e-4, early_stopping=True)
    assert address.told(config) == {"learning_rate": "0.0002", "early_stopping": "on"}


def test_what_cannot_be_is_the_default_and_said() -> None:
    found = address.read({"epochs": "900", "dropout": "much", "views": "8", "run": "x", "set": "y"})
    assert found.config == replace(TrainConfig(), views=8)
    assert found.odd == ("Epochs", "Dropout")
    assert "between 1 and 100. Received: 900" in found.why


def test_the_built_in_network_brings_its_width() -> None:
    assert address.read({"weights": "built-in", "alpha": "1.0"}).config.alpha == 0.5


def test_no_name_means_two_things() -> None:
    assert not TRAIN.keys() & AUGMENT.keys()
    assert not address.NAMES & {"set", "run"}
