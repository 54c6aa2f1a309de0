"""Numbers that people read, against values from textbooks and by hand."""

import math

import numpy as np
import pytest

from pipeline.evaluation.metrics import (
    confusion_matrix,
    log_loss,
    mix_ups,
    most_mixed,
    probabilities,
)


def test_without_photos_there_is_no_loss():
    assert math.isnan(log_loss(np.array([], int), np.zeros((0, 2))))


def test_rows_are_what_it_is_and_columns_what_it_was_called():
    matrix = confusion_matrix(np.array([0, 0, 0, 1, 2]), np.array([0, 1, 1, 1, 0]), 3)
    assert matrix.tolist() == [[1, 2, 0], [0, 1, 0], [1, 0, 0]]
    assert matrix.dtype == np.int64
    assert confusion_matrix(np.array([], int), np.array([], int), 2).tolist() == [[0, 0], [0, 0]]


def test_one_logit_is_two_probabilities():
    answer = probabilities(np.array([[0.0], [math.log(3)], [-math.log(3)]]))
    assert answer == pytest.approx(np.array([[0.5, 0.5], [0.25, 0.75], [0.75, 0.25]]), abs=1e-7)
    assert answer.dtype == np.float32


def test_more_logits_are_softmax():
    answer = probabilities(np.log(np.array([[1.0, 2.0, 5.0]])) + 7)
    assert answer == pytest.approx(np.array([[0.125, 0.25, 0.625]]), abs=1e-7)


@pytest.mark.parametrize("columns", [1, 4])
def test_enormous_logits_stay_numbers(columns):
    logits = np.full((2, columns), -1e30, np.float32)
    logits[1] = 1e30
    answer = probabilities(logits)
    assert np.isfinite(answer).all()
    assert answer.sum(axis=1) == pytest.approx(1.0)


def test_log_loss_by_hand():
    given_probabilities = np.array([[0.5, 0.5], [0.25, 0.75]], np.float32)
    expected = -(math.log(0.5) + math.log(0.25)) / 2
    assert log_loss(np.array([0, 0]), given_probabilities) == pytest.approx(expected, rel=1e-6)
    certain_and_wrong = np.array([[1.0, 0.0]], np.float32)
    assert log_loss(np.array([1]), certain_and_wrong) == pytest.approx(-math.log(1e-7))


def test_a_weight_of_two_counts_as_the_photo_twice():
    answers = np.array([[0.5, 0.5], [0.25, 0.75], [0.9, 0.1]], np.float32)
    truth = np.array([0, 0, 1])
    twice = [0, 1, 1, 2]
    weighed = log_loss(truth, answers, np.array([1.0, 2.0, 1.0]))
    assert weighed == pytest.approx(log_loss(truth[twice], answers[twice]))


def test_the_most_frequent_mistakes_come_first_and_none_that_never_happened():
    counts = np.array([[9, 2, 0], [5, 9, 1], [0, 2, 9]])
    assert mix_ups(counts, 9) == [(1, 0, 5), (0, 1, 2), (2, 1, 2), (1, 2, 1)]
    assert mix_ups(counts, 2) == [(1, 0, 5), (0, 1, 2)]
    assert mix_ups(np.diag([3, 4]), 5) == []


def test_the_worst_classes_are_those_of_the_worst_pairs() -> None:
    counts = np.diag([9, 9, 9, 9, 9])
    counts[3, 0], counts[4, 3], counts[1, 2] = 5, 4, 1
    assert most_mixed(counts, 9) == [0, 1, 2, 3, 4]
    assert most_mixed(counts, 4) == [0, 3, 4]  # a pair comes in whole or not at all
    assert most_mixed(counts, 2) == [0, 3]
    assert most_mixed(np.diag([3, 4]), 5) == []
