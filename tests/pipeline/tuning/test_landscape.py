"""A landscape's column has the numbers of a run's first phase, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import NotReady
from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.helpers import Helpers
from pipeline.tuning.landscape import DROPOUTS, EPOCHS, RATES, SHARES
from tests.pipeline.tuning.places import CONFIG, PLAIN, Place, a_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = a_place(tmp_path_factory.mktemp("place"), classes=3)
    place.train(CONFIG)
    return place


def ask(place: Place, config: TrainConfig, axis: Axis) -> Landscape:
    found = Helpers(place.workspace).ask(None, "landscape", place.row.id, config, axis=axis.value)
    assert isinstance(found, Landscape)
    return found


def expect_run(place: Place, config: TrainConfig, found: Landscape, column: int) -> None:
    heard, _ = place.train(config)
    shown = zip(found.loss[column].tolist(), found.accuracy[column].tolist(), strict=True)
    run = [(epoch.val_loss, epoch.val_accuracy) for epoch in heard.epochs]
    assert len(run) == config.epochs
    assert list(shown)[: len(run)] == run


def test_a_column_equals_the_run_with_its_learning_rate(place: Place) -> None:
    found = ask(place, replace(CONFIG, learning_rate=2e-4), Axis.LEARNING_RATE)
    assert found.values == tuple(sorted((*RATES, 2e-4)))
    assert found.epochs == EPOCHS
    for rate in (2e-4, 1e-2, 1e-1):
        config = replace(CONFIG, learning_rate=rate, epochs=5)
        expect_run(place, config, found, found.values.index(rate))


def test_a_column_equals_the_run_with_its_dropout(place: Place) -> None:
    found = ask(place, replace(CONFIG, epochs=25), Axis.DROPOUT)
    assert (found.values, found.epochs) == (DROPOUTS, 25)
    for dropout in (0.0, 0.8):
        expect_run(place, replace(CONFIG, dropout=dropout), found, found.values.index(dropout))


def test_all_photos_are_the_run_itself(place: Place) -> None:
    found = ask(place, CONFIG, Axis.SIZE)
    assert len(found.values) == len(SHARES)
    assert found.values[-1] == place.row.split_sizes["training"]
    expect_run(place, CONFIG, found, len(SHARES) - 1)


def test_of_a_computed_head_it_shows_a_stepped_one_on_the_photos_as_they_are(
    place: Place,
) -> None:
    place.train(PLAIN)
    found = ask(place, replace(CONFIG, head=SOLVED), Axis.LEARNING_RATE)
    expect_run(place, PLAIN, found, found.values.index(PLAIN.learning_rate))


def test_it_goes_as_far_as_there_are_views(place: Place) -> None:
    fresh = replace(CONFIG, views=FRESH_VIEWS, epochs=2)  # two views are there
    assert ask(place, fresh, Axis.DROPOUT).epochs == 2
    with pytest.raises(NotReady):
        ask(place, replace(fresh, epochs=3), Axis.DROPOUT)


def test_without_features_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        ask(a_place(tmp_path, photos=8), PLAIN, Axis.LEARNING_RATE)
