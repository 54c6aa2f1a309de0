"""Photos in the order in which a person should look at them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from pipeline.evaluation import photo_ranking
from pipeline.evaluation.class_scores import class_scores
from pipeline.evaluation.metrics import log_loss
from pipeline.evaluation.photo_ranking import (
    by_loss,
    least_sure,
    photo_losses,
    photos_in_cell,
    surest_hits,
    surest_mistakes,
)
from tests.pipeline.evaluation.coarse_answers import answers, of_two


def test_the_least_believed_label_comes_first() -> None:
    truth = np.array([0, 1, 2, 0, 1])
    probabilities = np.array(
        [[0.9, 0.1, 0], [0.5, 0.2, 0.3], [0.01, 0.98, 0.01], [0.4, 0.35, 0.25], [0, 1, 0]],
        np.float32,
    )
    assert by_loss(truth, probabilities).tolist() == [2, 1, 3, 0, 4]
    assert surest_mistakes(truth, probabilities).tolist() == [2, 1]
    assert surest_hits(truth, probabilities).tolist() == [4, 0, 3]
    assert least_sure(probabilities).tolist() == [3, 1, 0, 2, 4]
    assert photos_in_cell(truth, probabilities, 1, 0).tolist() == [1]
    assert photos_in_cell(truth, probabilities, 0, 0).tolist() == [0, 3]
    assert photos_in_cell(truth, probabilities, 2, 0).tolist() == []


def test_a_wrong_label_floats_to_the_top() -> None:
    truth, probabilities = np.repeat([0, 1], 50), of_two([0.1] * 50 + [0.9] * 50)
    truth[17] = 1
    assert by_loss(truth, probabilities)[0] == 17


def test_losses_average_to_the_loss_and_stay_numbers() -> None:
    truth, probabilities = answers(4)
    losses = photo_losses(truth, probabilities)
    assert losses.mean() == pytest.approx(log_loss(truth, probabilities))
    certain = photo_losses(np.array([0, 1]), of_two([0.0, 0.0]))
    assert certain.tolist() == [0.0, pytest.approx(-math.log(1e-7))]
    assert math.copysign(1, certain[0]) == 1


@pytest.mark.parametrize("classes", [2, 5])
def test_every_photo_is_in_one_cell_and_in_order(classes: int) -> None:
    truth, probabilities = answers(classes)
    expected = confusion_matrix(truth, probabilities.argmax(axis=1))
    seen: list[int] = []
    for shown in range(classes):
        for called in range(classes):
            inside = photos_in_cell(truth, probabilities, shown, called)
            assert len(inside) == expected[shown, called]
            assert (np.diff(probabilities[inside, called]) <= 0).all()
            seen += inside.tolist()
    assert sorted(seen) == list(range(len(truth)))
    hits, mistakes = surest_hits(truth, probabilities), surest_mistakes(truth, probabilities)
    assert len(hits) + len(mistakes) == len(truth)
    called = probabilities.argmax(axis=1)
    assert set(mistakes.tolist()) == set(np.flatnonzero(called != truth).tolist())
    assert hits.dtype == mistakes.dtype == np.int64


def test_without_photos_there_is_nothing_to_show() -> None:
    truth, probabilities = np.zeros(0, np.int64), np.zeros((0, 3), np.float32)
    assert by_loss(truth, probabilities).size == 0
    assert least_sure(probabilities).size == 0
    assert [one.f1 for one in class_scores(truth, probabilities)] == [None] * 3


def test_five_of_a_hundred_wrong_labels_float_up() -> None:
    """On answers of a network that is right 95 times of 100, with one label in twenty flipped."""
    random = np.random.default_rng(0)
    shown = random.integers(0, 2, 1000)
    sure = np.clip(random.beta(12, 1, 1000), 0.01, 0.99)
    right = random.random(1000) < 0.95
    called = np.where(right, shown, 1 - shown)
    shares = np.where(np.arange(2) == called[:, None], sure[:, None], 1 - sure[:, None])
    flipped = random.random(1000) < 0.05
    label = np.where(flipped, 1 - shown, shown)
    first = photo_ranking.by_loss(label, shares.astype(np.float32))[:100]
    assert flipped[first].sum() >= 0.8 * flipped.sum()
