"""Thresholds and both curves, against scikit-learn and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from pipeline.evaluation.class_scores import Share
from pipeline.evaluation.thresholds import threshold_curve
from tests.pipeline.evaluation.coarse_answers import answers, brief, of_two

two_classes = st.integers(1, 40).flatmap(
    lambda count: st.tuples(
        arrays.arrays(np.int64, count, elements=st.integers(0, 1)),
        # Sixteenths: each exact, and often the same.
        st.lists(st.integers(0, 16).map(lambda part: part / 16), min_size=count, max_size=count),
    )
)


def test_fawcetts_example() -> None:
    """Fawcett 2006, "An introduction to ROC analysis", figure 3: 70 % right at (0.1, 0.5)."""
    classes = "ppnpppnnpnpnpnnnpnpn"
    chances = [0.9, 0.8, 0.7, 0.6, 0.55, 0.54, 0.53, 0.52, 0.51, 0.505]
    chances += [0.4, 0.39, 0.38, 0.37, 0.36, 0.35, 0.34, 0.33, 0.3, 0.1]
    curve = threshold_curve(np.array([int(one == "p") for one in classes]), of_two(chances))
    assert curve.auroc == pytest.approx(0.68)
    best = curve.at(0.54)
    assert (best.recall, best.specificity) == (Share(5, 10), Share(9, 10))
    assert (best.precision, best.accuracy) == (Share(5, 6), Share(14, 20))
    assert best.confusion.tolist() == [[9, 1], [5, 5]]
    assert curve.at(0.5).accuracy == Share(12, 20)


@pytest.mark.parametrize("seed", range(4))
def test_both_curves_are_scikit_learns(seed: int) -> None:
    truth, probabilities = answers(2, seed=seed)
    positive = probabilities[:, 1]
    curve = threshold_curve(truth, probabilities)
    alarms, recall, thresholds = roc_curve(truth, positive, drop_intermediate=False)
    assert curve.recall == pytest.approx(recall)
    assert curve.false_positive_rate == pytest.approx(alarms)
    assert curve.thresholds.tolist() == thresholds.tolist()
    precision, recall, thresholds = precision_recall_curve(truth, positive)  # from the other end
    assert curve.precision[::-1] == pytest.approx(precision)
    assert curve.recall[::-1] == pytest.approx(recall)
    assert curve.thresholds[:0:-1].tolist() == thresholds.tolist()
    assert curve.auroc == pytest.approx(roc_auc_score(truth, positive))
    assert curve.average_precision == pytest.approx(average_precision_score(truth, positive))


@brief
@given(two_classes, st.integers(-1, 17))
def test_at_any_threshold_the_counts_add_up(case: tuple, sixteenths: int) -> None:
    truth, chances = case
    probabilities, threshold = of_two(chances), sixteenths / 16
    found = threshold_curve(truth, probabilities).at(threshold)
    called = (np.array(chances) >= threshold).astype(int)
    assert found.confusion.tolist() == confusion_matrix(truth, called, labels=[0, 1]).tolist()
    assert found.accuracy == Share(int((called == truth).sum()), len(truth))
    assert found.recall.photos + found.specificity.photos == len(truth)
    assert found.recall.count + found.specificity.count == found.accuracy.count
    assert found.precision == Share(int(found.confusion[1, 1]), int(called.sum()))
    for share in (found.precision, found.recall, found.specificity, found.accuracy):
        low, high = share.interval
        assert share.value is None or 0 <= low <= share.value <= high <= 1


@brief
@given(two_classes)
def test_the_area_is_the_share_of_pairs_in_the_right_order(case: tuple) -> None:
    truth, chances = case
    values = np.array(chances)
    gaps = values[truth == 1][:, np.newaxis] - values[truth == 0]
    found = threshold_curve(truth, of_two(chances)).auroc
    if gaps.size == 0:
        assert found is None
    else:
        assert found == pytest.approx(np.heaviside(gaps, 0.5).mean())


def test_with_one_class_only_half_of_it_is_known() -> None:
    dogs = threshold_curve(np.array([1, 1]), of_two([0.2, 0.9]))
    assert (dogs.auroc, dogs.false_positive_rate, dogs.average_precision) == (None, None, 1.0)
    assert dogs.at(0.5).specificity.value is None
    cats = threshold_curve(np.array([0, 0]), of_two([0.2, 0.9]))
    assert (cats.auroc, cats.recall, cats.average_precision) == (None, None, None)
    nothing = threshold_curve(np.zeros(0, np.int64), np.zeros((0, 2), np.float32))
    assert (nothing.auroc, nothing.at(0.5).accuracy.value) == (None, None)
    assert nothing.thresholds.tolist() == [math.inf]


def test_a_photo_at_the_threshold_is_class_1_be_it_not_exact_in_binary() -> None:
    curve = threshold_curve(np.array([1]), of_two([0.7]))  # as float32 it is below 0.7
    assert curve.at(0.7).recall == Share(1, 1)
    assert curve.at(0.71).recall == Share(0, 1)


def test_a_threshold_needs_two_classes() -> None:
    with pytest.raises(ValueError, match=r"two classes. Received: 3\."):
        threshold_curve(*answers(3))
