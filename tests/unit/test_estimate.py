"""The time estimate grows with the work, and agrees with a training that was timed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.config import AugmentConfig, TrainConfig
from pipeline.errors import Stopped
from pipeline.estimate import training_seconds

CONFIG = TrainConfig()
MEASURED = {
    "frozen_s": 0.006,
    "fine_tuning_s": 0.009,
    "scoring_s": 0.005,
    "build_s": 2.0,
    "frozen_start_s": 4.0,
    "fine_tuning_start_s": 8.0,
    "alpha": 1.0,
    "image_size_px": 160,
    "batch_size": 32,
    "fine_tune_at": 100,
}


def seconds(training: int = 2000, validation: int = 800, **changes: object) -> float:
    return training_seconds(replace(CONFIG, **changes), training, validation, MEASURED)


def test_what_was_measured_is_added_up() -> None:
    first = 10 * (2000 * 0.006 + 800 * 0.005)
    second = 10 * (2000 * 0.009 + 800 * 0.005)
    assert seconds() == pytest.approx(2 + 4 + 8 + 800 * 0.005 + first + second)


def test_no_fine_tuning_costs_nothing() -> None:
    first = 10 * (2000 * 0.006 + 800 * 0.005)
    assert seconds(fine_tune_epochs=0) == pytest.approx(2 + 4 + 800 * 0.005 + first)


def test_more_released_layers_take_longer() -> None:
    cuts = [154, 140, 120, 100, 80, 50, 20, 0]
    estimates = [seconds(fine_tune_at=cut) for cut in cuts]
    assert estimates == sorted(estimates)
    frozen = 10 * (2000 * 0.006 + 800 * 0.005)
    assert estimates[0] == pytest.approx(2 + 4 + 8 + 800 * 0.005 + 2 * frozen)
    # Measured on two cores: the way back through all layers takes about 4.5 times as long as
    # the way back to layer 100.
    back = [estimate - estimates[0] for estimate in estimates]
    assert 3.5 < back[-1] / back[3] < 5.5


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({"image_size_px": 224}, 1.9, 2.1),  # (224 / 160)^2
        ({"image_size_px": 96}, 0.34, 0.38),
        ({"alpha": 0.35}, 0.3, 0.45),
        ({"alpha": 1.4}, 1.3, 1.9),
    ],
)
def test_another_network_is_scaled_to(changes: dict[str, object], low: float, high: float) -> None:
    fixed = 2 + 4 + 8
    assert low < (seconds(**changes) - fixed) / (seconds() - fixed) < high


def test_photos_and_epochs_count() -> None:
    assert seconds(training=4000) > 1.5 * seconds()
    assert seconds(epochs=20) - seconds(epochs=10) == pytest.approx(10 * (12 + 4))


@pytest.mark.slow
@pytest.mark.parametrize("fine_tune_at", [100, 154])
def test_a_few_batches_are_timed(fine_tune_at: int) -> None:
    from pipeline.learning.timing import time_batches

    config = TrainConfig(
        alpha=0.35, image_size_px=96, batch_size=8, fine_tune_at=fine_tune_at, weights="none"
    )
    stages = []
    measured = time_batches(config, lambda stage, *_, **__: stages.append(stage))
    assert json.loads(json.dumps(measured)) == measured
    assert set(MEASURED) <= set(measured)
    assert measured["fine_tune_at"] == 100, "something must be released to be measured"
    seconds_measured = [
        value for name, value in measured.items() if name.endswith("_s") and "photos" not in name
    ]
    assert len(seconds_measured) == 6
    assert all(0 < value < 120 for value in seconds_measured)
    assert len(set(stages)) == 4
    assert 0 < training_seconds(config, 1000, 100, measured) < 3600


@pytest.mark.slow
def test_timing_can_be_stopped() -> None:
    from pipeline.learning.timing import time_batches

    def stop(stage: str, done: float = 0, total: float | None = None, unit: str = "") -> None:
        if done:
            raise Stopped("Stopped.")

    config = TrainConfig(alpha=0.35, image_size_px=96, augment=AugmentConfig())
    with pytest.raises(Stopped):
        time_batches(config, stop)
