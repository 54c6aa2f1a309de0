"""A few batches are timed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipeline.errors import Stopped
from pipeline.network.training_time import training_seconds
from pipeline.progress import Stage
from pipeline.settings.presets import PRESETS
from pipeline.settings.train_config import AugmentConfig, TrainConfig
from tests.measured import MEASURED


@pytest.mark.slow
@pytest.mark.parametrize("fine_tune_at", [100, 154])
def test_a_few_batches_are_timed(fine_tune_at: int) -> None:
    from pipeline.learning.speed_test import time_batches

    config = TrainConfig(alpha=0.35, image_size_px=96, fine_tune_at=fine_tune_at, weights="none")
    stages = []
    measured = time_batches(config, lambda stage, *_, **__: stages.append(stage))
    assert json.loads(json.dumps(measured)) == measured
    assert set(measured) == set(MEASURED)
    assert measured["fine_tune_at"] == 100, "something must be released to be measured"
    assert all(np.isfinite(value) for value in measured.values())
    of_one = {"decode_s", "augment_s", "frozen_s", "head_s", "solve_s", "tail_s", "scoring_s"}
    assert all(0 < measured[name] < 1 for name in of_one)
    assert measured["step_s"] >= 0
    assert measured["start_s"] > 0
    assert len(set(stages)) == 7
    for name in PRESETS:
        assert 0 < training_seconds(PRESETS[name].config, 1000, 100, 100, measured) < 3600


@pytest.mark.slow
def test_timing_can_be_stopped() -> None:
    from pipeline.learning.speed_test import time_batches

    def stop(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        if done:
            raise Stopped("Stopped.")

    config = TrainConfig(alpha=0.35, image_size_px=96, augment=AugmentConfig())
    with pytest.raises(Stopped):
        time_batches(config, stop)
