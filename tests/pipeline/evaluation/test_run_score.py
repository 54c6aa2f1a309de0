from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.evaluation.metrics import wilson_interval
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import first, score
from pipeline.settings.hyperparameters import SOLVED, STEPPED
from pipeline.settings.train_config import TrainConfig


def test_answers_are_counted() -> None:
    shares = np.array([[0.9, 0.1], [0.25, 0.75], [0.5, 0.5], [0.4, 0.6]], np.float32)
    found = Predictions(np.arange(4), np.array([0, 1, 1, 0]), shares)
    said = score(found)
    assert said == {
        "loss": pytest.approx(-math.log(0.9 * 0.75 * 0.5 * 0.4) / 4),
        "accuracy": 0.5,
        "low": wilson_interval(2, 4)[0],
        "high": wilson_interval(2, 4)[1],
        "photos": 4,
    }


@pytest.mark.parametrize(
    ("head", "fine_tune_epochs", "by_all"),
    [(SOLVED, 0, True), (SOLVED, 5, False), (STEPPED, 0, False), (STEPPED, 5, False)],
)
def test_all_photos_go_first_where_they_judge_that_very_kind_of_network(
    head: str, fine_tune_epochs: int, by_all: bool
) -> None:
    config = TrainConfig(head=head, fine_tune_epochs=fine_tune_epochs)
    test, by_folds = {"accuracy": 0.5}, {"accuracy": 0.9}
    assert first(config, test, by_folds) is (by_folds if by_all else test)
    assert first(config, test, None) is test
    assert first(config, None, by_folds) is (by_folds if by_all else None)


def test_where_classes_differ_in_size_each_is_counted_alike() -> None:
    """Always naming the usual one: 95 % right, and worth nothing."""
    truth = np.repeat([0, 1], [76, 4])
    found = Predictions(np.arange(80), truth, np.tile(np.float32([0.9, 0.1]), (80, 1)))
    said = score(found)
    assert said["accuracy"] == 0.95
    assert said["balanced_accuracy"] == 0.5
    assert (said["worst_class"], said["worst_recall"], said["worst_photos"]) == (1, 0.0, 4)
