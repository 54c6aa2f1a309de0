"""A curve drawn at once has the numbers of the run, to the last digit."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import NotReady, RunError, Stopped
from pipeline.evaluation.epoch_answers import read
from pipeline.evaluation.metrics import probabilities
from pipeline.settings.hyperparameters import AUTO, BALANCED, FRESH_VIEWS, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, FEATURE_EXTRACTION, TrainConfig
from pipeline.tuning.live_curve import LiveCurve, live_curve
from pipeline.tuning.material import Material
from tests.pipeline.tuning.places import CONFIG, PLAIN, Heard, Place, a_place


def live_of(place: Place, config: TrainConfig) -> LiveCurve:
    return live_curve(Material(place.workspace, place.row.id, config), config)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return a_place(tmp_path_factory.mktemp("place"))


def untimed(epochs: Any) -> list[tuple[Any, ...]]:
    return [astuple(replace(epoch, seconds=0.0)) for epoch in epochs]


def expect_equal(live: LiveCurve, heard: Heard) -> None:
    assert live.initial == heard.first
    assert untimed(live.epochs) == untimed(heard.epochs)
    assert live.best_epoch == heard.best_epoch


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"augment": AUGMENT_PRESETS["none"]},
        {"class_weight": BALANCED, "dropout": 0.5},
        {"views": FRESH_VIEWS, "seed": 5},
        {"batch_size": 32, "dropout": 0.0},
        {"batch_size": 128, "learning_rate": 1e-4},
        {"epochs": 12, "early_stopping": True, "learning_rate": 0.1},
        {"head": SOLVED},
        {"head": SOLVED, "class_weight": BALANCED},
    ],
    ids=lambda changes: "+".join(changes) or "usual",
)
def test_a_live_curve_equals_the_first_phase_of_the_run(
    place: Place, changes: dict[str, Any]
) -> None:
    config = replace(CONFIG, **changes)
    heard, trained = place.train(config)
    live = live_of(place, config)
    expect_equal(live, heard)
    said = probabilities(trained.validation_logits)
    np.testing.assert_array_equal(live.answers[live.best_epoch - 1], said.argmax(axis=1))
    np.testing.assert_array_equal(
        live.shares[live.best_epoch - 1], said.max(axis=1).astype(np.float16)
    )
    assert live.answers.shape == live.shares.shape == (len(live.epochs), len(said))


def test_three_classes_of_uneven_size(tmp_path: Path) -> None:
    place = a_place(tmp_path, classes=3, photos=40)
    for config in (replace(CONFIG, class_weight=AUTO), replace(PLAIN, head=SOLVED)):
        heard, _ = place.train(config)
        expect_equal(live_of(place, config), heard)


@pytest.mark.slow
def test_where_fine_tuning_follows_it_is_the_first_phase(place: Place) -> None:
    for head in ("stepped", SOLVED):
        config = replace(PLAIN, fine_tune_epochs=1, head=head)
        heard, _ = place.train(config)
        live = live_of(place, config)
        assert untimed(live.epochs) == untimed(heard.epochs)
        assert {epoch.phase for epoch in live.epochs} == {FEATURE_EXTRACTION}


def test_what_was_not_computed_is_said(tmp_path: Path) -> None:
    place = a_place(tmp_path, photos=8)
    with pytest.raises(NotReady):
        live_of(place, CONFIG)
    place.train(PLAIN)
    live_of(place, PLAIN)
    with pytest.raises(NotReady):
        live_of(place, CONFIG)
    assert [
        path.name for path in place.workspace.cache_folder.iterdir() if "making" in path.name
    ] == []


def test_nobody_goes_on_after_what_is_not_wanted_any_more(place: Place) -> None:
    place.train(PLAIN)
    ticks = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 3:
            raise Stopped("Nobody wants it.")

    for head in ("stepped", SOLVED):
        ticks.clear()
        config = replace(PLAIN, head=head)
        with pytest.raises(Stopped):
            live_curve(Material(place.workspace, place.row.id, config, tick), config)
        assert len(ticks) == 3


def test_a_loss_that_runs_away_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.train(PLAIN)
    monkeypatch.setattr("pipeline.heads.stepped.HeadTrainer.step", lambda *_: (float("nan"), 0))
    with pytest.raises(RunError, match="went astray"):
        live_of(place, PLAIN)


@pytest.mark.parametrize("head", ["stepped", SOLVED])
def test_what_photos_are_called_epoch_by_epoch_is_kept_beside_the_run(
    place: Place, head: str
) -> None:
    config = replace(PLAIN, head=head)
    heard, trained = place.train(config)
    live = live_of(place, config)
    folder = place.folder / f"run {place.runs}"
    kept = read(folder, len(trained.validation_logits), len(heard.epochs))
    assert kept is not None
    np.testing.assert_array_equal(kept.called, live.answers)
    np.testing.assert_array_equal(kept.shares, live.shares)
