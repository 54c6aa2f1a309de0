from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.evaluation.metrics import wilson_interval
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import score


def test_answers_are_counted() -> None:
    shares = np.array([[0.9, 0.1], [0.25, 0.75], [0.5, 0.5], [0.4, 0.6]], np.float32)
    found = Predictions(np.arange(4), np.array([0, 1, 0, 0]), shares)
    said = score(found)
    assert said == {
        "loss": pytest.approx(-math.log(0.9 * 0.75 * 0.5 * 0.4) / 4),
        "accuracy": 0.75,
        "low": wilson_interval(3, 4)[0],
        "high": wilson_interval(3, 4)[1],
        "photos": 4,
    }
