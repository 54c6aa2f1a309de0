from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pipeline.evaluation.accuracy_interval import accuracy_interval
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import first, score, shown
from pipeline.settings.hyperparameters import SOLVED, STEPPED
from pipeline.settings.train_config import TrainConfig


def test_answers_are_counted() -> None:
    shares = np.array([[0.9, 0.1], [0.25, 0.75], [0.5, 0.5], [0.4, 0.6]], np.float32)
    found = Predictions(np.arange(4), np.array([0, 1, 1, 0]), shares)
    said = score(found)
    assert said == {
        "loss": pytest.approx(-math.log(0.9 * 0.75 * 0.5 * 0.4) / 4),
        "accuracy": 0.5,
        "low": pytest.approx(accuracy_interval(2, 4)[0]),
        "high": pytest.approx(accuracy_interval(2, 4)[1]),
        "photos": 4,
        "largest_class": 0,
        "largest_share": 0.5,
    }


def test_lookalikes_are_counted_as_scenes_and_make_the_score_less_sure() -> None:
    truth = np.repeat([0, 1], 50)
    shares = np.eye(2, dtype=np.float32)[np.where(np.arange(100) < 90, truth, 0)]
    alone = score(Predictions(np.arange(100), truth, shares))
    found = Predictions(np.arange(100), truth, shares, scenes=np.repeat(np.arange(20), 5))
    bursts, in_turns = score(found), score(replace(found, in_turns=True))
    assert "scenes" not in alone
    assert bursts["scenes"] == 20
    assert bursts["accuracy"] == alone["accuracy"] == 0.9
    assert in_turns["accuracy"] == 0.9
    assert in_turns["low"] < bursts["low"] < alone["low"] - 0.05
    assert in_turns["high"] > bursts["high"] > alone["high"]


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


def test_photos_with_a_near_copy_among_those_learned_from_are_no_witnesses() -> None:
    truth = np.repeat([0, 1], 10)
    found = Predictions(np.arange(20), truth, np.eye(2, dtype=np.float32)[truth])
    alone, half, copies = score(found, 0), score(found, 10), score(found, 20)
    assert "near_copies" not in score(found)
    assert half["near_copies"] == 10
    assert alone["low"] == accuracy_interval(20, 20)[0]
    assert half["low"] == accuracy_interval(10, 10)[0]
    assert (copies["low"], copies["high"]) == (0.0, 1.0), "all of them were known before"


@pytest.mark.parametrize(("photos", "is_test"), [(2, False), (19, False), (20, True)])
def test_of_a_few_test_photos_the_score_is_not_shown_first(photos: int, is_test: bool) -> None:
    test = {"accuracy": 0.5, "photos": photos}
    in_turns = {"accuracy": 0.9, "photos": 24, "folds": 5}
    tuned = TrainConfig(fine_tune_epochs=5)
    assert shown(tuned, test, in_turns) is (test if is_test else in_turns)
    assert first(tuned, test, in_turns) is test, "by which runs are compared"
    assert shown(tuned, test, None) is test, "where there is no other one"
    assert shown(replace(tuned, head=SOLVED, fine_tune_epochs=0), test, in_turns) is in_turns
