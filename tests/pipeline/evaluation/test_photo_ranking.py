"""A run's answers looked at closely, against scikit-learn, statsmodels and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
)
from statsmodels.stats.proportion import proportion_confint

from pipeline.evaluation import photo_ranking
from pipeline.evaluation.class_scores import Share, class_scores
from pipeline.evaluation.metrics import log_loss
from pipeline.evaluation.photo_ranking import (
    by_loss,
    least_sure,
    likely_wrong_labels,
    photo_losses,
    photos_in_cell,
    surest_hits,
    surest_mistakes,
)
from pipeline.evaluation.thresholds import threshold_curve

# No deadline: a busy machine is no failure.
brief = settings(max_examples=60, deadline=None)
Answers = tuple[NDArray[np.int64], NDArray[np.float32]]


def answers(classes: int, photos: int = 300, seed: int = 0) -> Answers:
    """Truth and probabilities that know it half; coarse, so that many are the same."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, photos)
    weights = rng.integers(1, 9, (photos, classes)).astype(np.float32)
    weights[np.arange(photos), truth] += 3
    return truth, weights / weights.sum(axis=1, keepdims=True)


def of_two(positive: list[float]) -> NDArray[np.float32]:
    chances = np.array(positive, np.float32)
    return np.stack([1 - chances, chances], axis=1)


two_classes = st.integers(1, 40).flatmap(
    lambda count: st.tuples(
        arrays.arrays(np.int64, count, elements=st.integers(0, 1)),
        # Sixteenths: each exact, and often the same.
        st.lists(st.integers(0, 16).map(lambda part: part / 16), min_size=count, max_size=count),
    )
)


# === Per class ===


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
def test_the_interval_of_a_share_is_wilsons(counts: tuple[int, int]) -> None:
    share = Share(*counts)
    expected = proportion_confint(*counts, method="wilson")
    assert share.interval == pytest.approx(expected, abs=1e-6)
    assert share.value is not None
    assert share.interval[0] <= share.value <= share.interval[1]


# === Per threshold ===


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


# === Per photo ===


def test_the_least_believed_label_comes_first() -> None:
    truth = np.array([0, 1, 2, 0, 1])
    probabilities = np.array(
        [[0.9, 0.1, 0], [0.5, 0.2, 0.3], [0.01, 0.98, 0.01], [0.4, 0.35, 0.25], [0, 1, 0]],
        np.float32,
    )
    assert by_loss(truth, probabilities).tolist() == [2, 1, 3, 0, 4]
    assert likely_wrong_labels(truth, probabilities).tolist() == [2, 1]
    assert surest_mistakes(truth, probabilities).tolist() == [2, 1]
    assert surest_hits(truth, probabilities).tolist() == [4, 0, 3]
    assert least_sure(probabilities).tolist() == [3, 1, 0, 2, 4]
    assert photos_in_cell(truth, probabilities, 1, 0).tolist() == [1]
    assert photos_in_cell(truth, probabilities, 0, 0).tolist() == [0, 3]
    assert photos_in_cell(truth, probabilities, 2, 0).tolist() == []


def test_a_wrong_label_floats_to_the_top() -> None:
    truth, probabilities = np.repeat([0, 1], 50), of_two([0.1] * 50 + [0.9] * 50)
    truth[17] = 1
    assert likely_wrong_labels(truth, probabilities).tolist() == [17]
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
    assert set(mistakes.tolist()) == set(likely_wrong_labels(truth, probabilities).tolist())
    assert hits.dtype == mistakes.dtype == np.int64


def test_without_photos_there_is_nothing_to_show() -> None:
    truth, probabilities = np.zeros(0, np.int64), np.zeros((0, 3), np.float32)
    assert by_loss(truth, probabilities).size == 0
    assert least_sure(probabilities).size == 0
    assert likely_wrong_labels(truth, probabilities).size == 0
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
