"""Precision, recall and F1 of each class, against scikit-learn, statsmodels and by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint

from pipeline.evaluation.class_scores import Share, class_scores, uneven_scores
from tests.pipeline.evaluation.coarse_answers import answers, brief


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_precision_recall_and_f1_are_scikit_learns(classes: int) -> None:
    truth, probabilities = answers(classes)
    expected = precision_recall_fscore_support(truth, probabilities.argmax(axis=1))
    found = class_scores(truth, probabilities)
    assert [one.precision.value for one in found] == pytest.approx(expected[0])
    assert [one.recall.value for one in found] == pytest.approx(expected[1])
    assert [one.f1 for one in found] == pytest.approx(expected[2])
    assert [one.support for one in found] == expected[3].tolist()


def test_what_cannot_be_known_is_none() -> None:
    truth = np.array([0, 0, 1, 1])
    probabilities = np.array([[8, 1, 1, 0], [1, 1, 8, 0], [8, 1, 1, 0], [8, 1, 1, 0]], np.float32)
    cat, dog, bird, fish = class_scores(truth, probabilities / 10)
    assert (cat.precision, cat.recall, cat.f1) == (Share(1, 3), Share(1, 2), 2 / 5)
    assert (dog.precision.value, dog.recall.value, dog.f1) == (None, 0.0, 0.0)  # never called
    assert (bird.precision.value, bird.recall.value, bird.f1) == (0.0, None, 0.0)  # no photos
    assert (fish.precision.value, fish.recall.value, fish.f1) == (None, None, None)  # neither
    assert fish.precision.interval == (0.0, 1.0)


@brief
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_jeffreys(counts: tuple[int, int]) -> None:
    share = Share(*counts)
    low, high = proportion_confint(*counts, method="jeffreys")
    # Closed where all are right or none: there the prior alone leaves something out.
    expected = (low if counts[0] else 0, high if counts[0] < counts[1] else 1)
    assert share.interval == pytest.approx(expected, abs=1e-6)


def test_judging_in_turns_widens_every_interval() -> None:
    truth, probabilities = answers(2)
    for one, other in zip(
        class_scores(truth, probabilities),
        class_scores(truth, probabilities, in_turns=True),
        strict=True,
    ):
        assert other.recall.value == one.recall.value
        assert other.recall.interval[0] < one.recall.interval[0]
        assert other.precision.interval[1] > one.precision.interval[1]


def test_lookalikes_widen_the_interval_of_their_class_alone() -> None:
    truth = np.repeat([0, 1], 40)
    called = np.where(np.arange(80) % 40 < 30, truth, 1 - truth)
    probabilities = np.eye(2)[called]
    scenes = np.append(np.arange(40), np.repeat(np.arange(40, 44), 10))
    alone, burst = class_scores(truth, probabilities, scenes)
    one, other = class_scores(truth, probabilities)
    assert alone.recall.interval == one.recall.interval
    assert burst.recall.interval[0] < other.recall.interval[0] - 0.2
    assert burst.recall.interval[1] > other.recall.interval[1]
    assert alone.precision.interval[0] < one.precision.interval[0], "some of those are lookalikes"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=80))
def test_balanced_accuracy_is_the_mean_of_the_recalls(answers: list[tuple[int, int]]) -> None:
    truth, called = np.array(answers).T
    found = uneven_scores(truth, np.eye(4, dtype=np.float32)[called])
    sizes = np.bincount(truth)
    assert bool(found) == (sizes.max() > 1.5 * sizes[sizes > 0].min())
    if found:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a class that was called and is not there
            expected = balanced_accuracy_score(truth, called)
        assert found["balanced_accuracy"] == pytest.approx(expected)
        worst = int(found["worst_class"])
        assert found["worst_photos"] == sizes[worst]
        recalls = [np.mean(called[truth == one] == one) for one in np.unique(truth)]
        assert found["worst_recall"] == pytest.approx(min(recalls))
        assert np.mean(called[truth == worst] == worst) == pytest.approx(min(recalls))
