from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Stopped
from pipeline.evaluation.class_weights import photo_weights
from pipeline.heads.logistic_regression import Problem
from pipeline.heads.solved import Solved, solve
from pipeline.heads.stepped import score
from pipeline.progress import Stage, silent
from tests.pipeline.heads.conftest import some_photos


def solved(data, num_classes: int, **changed) -> Solved:
    features, labels, validation, validation_labels = data
    arguments = {"report": silent} | changed
    return solve(features, labels, validation, validation_labels, num_classes, **arguments)


@pytest.mark.parametrize("num_classes", [2, 4])
@pytest.mark.parametrize("apart", [0.1, 0.5])
def test_it_finds_the_optimum_of_scikit_learn(num_classes: int, apart: float) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    data = some_photos(400, num_classes, apart=apart)
    features, labels, validation, validation_labels = data
    ours = solved(data, num_classes)
    unit = Problem(features, labels, num_classes).unit
    theirs = linear_model.LogisticRegression(
        C=1 / (len(features) * ours.strength * unit**2), tol=1e-10, max_iter=10_000
    ).fit(features.astype(np.float64), labels)
    _, _, answers = score(ours.head, validation, validation_labels)
    np.testing.assert_allclose(answers, theirs.predict_proba(validation), atol=1e-3)


@pytest.mark.parametrize("num_classes", [2, 4])
def test_balanced_it_finds_the_optimum_of_scikit_learn(num_classes: int) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    features, labels, validation, validation_labels = uneven(some_photos(600, num_classes))
    ours = solved((features, labels, validation, validation_labels), num_classes, balanced=True)
    unit = Problem(features, labels, num_classes, weights=photo_weights(labels)).unit
    theirs = linear_model.LogisticRegression(
        C=1 / (len(features) * ours.strength * unit**2),
        class_weight="balanced",
        tol=1e-10,
        max_iter=10_000,
    ).fit(features.astype(np.float64), labels)
    _, _, answers = score(ours.head, validation, validation_labels)
    np.testing.assert_allclose(answers, theirs.predict_proba(validation), atol=1e-3)


def test_balanced_the_strength_serves_every_class() -> None:
    """Among 19 to 1, the rare class has half of the say in the strength, and in every loss."""
    data = uneven(some_photos(1000, 2, apart=0.15), one_in=19)
    plain, balanced = (solved(data, 2, balanced=on) for on in (False, True))
    features, labels = data[2:]
    weights = photo_weights(labels)
    losses = [score(one.head, features, labels, weights)[0] for one in (plain, balanced)]
    assert balanced.path[-1].val_loss == pytest.approx(losses[1], rel=1e-4)
    assert losses[1] < losses[0] - 0.1
    assert balanced.path[-1].loss == pytest.approx(
        score(balanced.head, *data[:2], photo_weights(data[1]))[0], rel=1e-4
    )


def uneven(data, one_in: int = 8):
    """The same photos, of the second class one in so many."""
    kept = []
    for features, labels in (data[:2], data[2:]):
        few = np.flatnonzero(labels == 1)[::one_in]
        chosen = np.sort(np.concatenate([np.flatnonzero(labels != 1), few]))
        kept += [features[chosen], labels[chosen]]
    return kept


@pytest.mark.parametrize("num_classes", [2, 3])
def test_the_strength_serves_the_validation_photos_best(num_classes: int) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    data = some_photos(200, num_classes, apart=0.2)
    features, labels, validation, validation_labels = data
    losses = []
    for strength in np.geomspace(1e-5, 10, 25):
        unit = Problem(features, labels, num_classes).unit
        model = linear_model.LogisticRegression(
            C=1 / (len(features) * strength * unit**2), max_iter=10_000
        ).fit(features.astype(np.float64), labels)
        given = model.predict_proba(validation)[np.arange(len(validation)), validation_labels]
        losses.append(-np.log(given).mean())
    best = solved(data, num_classes).path[-1].val_loss
    assert best <= min(losses) + 0.005
    assert min(losses[0], losses[-1]) > min(losses) + 0.05  # the choice mattered


def test_the_path_leads_from_the_first_step_to_the_optimum() -> None:
    data = some_photos(300, 2)
    result = solved(data, 2)
    path = result.path
    assert 2 <= len(path) <= 30
    assert path[0].loss > path[-1].loss
    assert path[0].loss < np.log(2)  # one step from the head of zeros
    for features, labels, last in (
        (data[0], data[1], (path[-1].loss, path[-1].accuracy)),
        (data[2], data[3], (path[-1].val_loss, path[-1].val_accuracy)),
    ):
        assert score(result.head, features, labels)[:2] == pytest.approx(last)
    assert all(step.seconds > 0 for step in path)


def test_a_long_path_is_thinned() -> None:
    features, labels, *rest = some_photos(300, 2, apart=0.1)
    scales = np.geomspace(1, 30, features.shape[1], dtype=np.float32)  # hard for any solver
    heard = []
    result = solved(
        (features * scales, labels, rest[0] * scales, rest[1]),
        2,
        report=lambda stage, done, total: heard.append(done),
    )
    assert heard.count(heard[-1]) > 60  # iterations of the path
    assert 15 <= len(result.path) <= 30
    assert result.path[0].loss > result.path[1].loss > result.path[-1].loss


def test_the_same_photos_give_the_same_head() -> None:
    data = some_photos(100, 3)
    first, again = solved(data, 3), solved(data, 3)
    np.testing.assert_array_equal(first.head.kernel, again.head.kernel)
    assert first.strength == again.strength


def test_the_unit_of_the_features_does_not_matter() -> None:
    features, labels, validation, validation_labels = data = some_photos(200, 2)
    one = solved(data, 2)
    other = solved((features * 1000, labels, validation * 1000, validation_labels), 2)
    assert one.strength == other.strength
    np.testing.assert_allclose(
        score(one.head, validation, validation_labels)[2],
        score(other.head, validation * 1000, validation_labels)[2],
        atol=1e-3,
    )


def test_the_photos_stay_as_they_are() -> None:
    data = some_photos(60, 2)
    before = [array.copy() for array in data]
    for array in data:
        array.flags.writeable = False  # as when mapped from a file
    solved(data, 2)
    for array, was in zip(data, before, strict=True):
        np.testing.assert_array_equal(array, was)


@pytest.mark.parametrize("num_classes", [2, 3])
def test_five_photos_a_class_and_one_to_watch_are_enough(num_classes: int) -> None:
    """Classes that overlap so far that five photos leave a fifth to a third of others wrong.

    More cannot be had of them than what the mean of each class tells, which needs no strength to
    be chosen; the head has to come close to that, with one photo a class to choose by.
    """
    ours, by_means = [], []
    for seed in range(20):
        random = np.random.default_rng(seed)
        centres = random.normal(0.6, 0.09, (num_classes, 1280))
        labels = np.arange(206 * num_classes) % num_classes
        features = centres[labels] + random.normal(0, 0.7, (len(labels), 1280))
        cuts = [5 * num_classes, 6 * num_classes]
        training, watched, fresh = np.split(features.astype(np.float32), cuts)
        learned, told, truth = np.split(labels, cuts)
        found = solved((training, learned, watched, told), num_classes)
        ours.append(score(found.head, fresh, truth)[1])
        means = np.stack([training[learned == one].mean(axis=0) for one in range(num_classes)])
        nearest = ((fresh[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
        by_means.append(np.mean(nearest == truth))
    assert 0.6 < np.mean(by_means) < 0.87, "hard enough to tell something"
    assert np.mean(ours) > np.mean(by_means) - 0.02


@pytest.mark.slow
def test_a_thousand_classes() -> None:
    data = some_photos(1000, 1000, num_features=32, apart=1.5)
    result = solved(data, 1000)
    assert result.head.kernel.shape == (32, 1000)
    assert result.path[-1].val_accuracy > 0.5


def test_classes_that_are_far_apart() -> None:
    features = np.repeat(np.array([[0.0], [6.0]], np.float32), 50, axis=0) * np.ones(8, np.float32)
    labels = np.repeat([0, 1], 50)
    result = solved((features, labels, features, labels), 2)
    assert np.isfinite(result.head.kernel).all()
    assert result.path[-1].val_accuracy == 1
    assert result.path[-1].loss < 0.01


@pytest.mark.parametrize("value", [0.0, 0.1, 6.0])
def test_features_that_tell_nothing_give_the_shares_of_the_classes(value: float) -> None:
    features = np.full((40, 16), value, np.float32)
    labels = np.repeat([0, 0, 0, 1], 10)
    result = solved((features, labels, features, labels), 2)
    _, _, answers = score(result.head, features, labels)
    np.testing.assert_allclose(answers[:, 1], 0.25, atol=1e-2)


def test_classes_of_one_size_without_features_need_no_step() -> None:
    features, labels = np.zeros((4, 3), np.float32), np.array([0, 1, 0, 1])
    result = solved((features, labels, features, labels), 2)
    assert [step.loss for step in result.path] == [pytest.approx(np.log(2))]


def test_duplicated_and_constant_features_change_nothing() -> None:
    features, labels, validation, validation_labels = some_photos(200, 2)

    def wider(array):
        return np.concatenate([array, array, np.full((len(array), 4), 3, np.float32)], axis=1)

    data = wider(features), labels, wider(validation), validation_labels
    result = solved(data, 2)
    _, _, answers = score(result.head, data[2], validation_labels)
    np.testing.assert_allclose(
        result.head.kernel[:60], result.head.kernel[60:120], atol=1e-4
    )  # what is the same gets the same weight
    assert np.abs(result.head.kernel[120:]).max() < 1e-4
    _, _, plain = score(
        solved((features, labels, validation, validation_labels), 2).head,
        validation,
        validation_labels,
    )
    assert np.abs(answers - plain).mean() < 0.05


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(2, 6),
    st.sampled_from([1e-6, 1e-2, 1.0, 1e4]),
    st.sampled_from([0.0, 1.0, 1e3]),
)
def test_any_features_end_in_finite_numbers(
    seed: int, num_classes: int, spread: float, offset: float
) -> None:
    random = np.random.default_rng(seed)
    labels = np.arange(3 * num_classes) % num_classes
    features = random.normal(offset, spread, (len(labels), 5)).astype(np.float32)
    features[:, 0] = np.where(labels == 0, features[0, 0], 0)
    result = solved((features, labels, features[::2], labels[::2]), num_classes)
    assert np.isfinite(result.head.kernel).all() and np.isfinite(result.head.bias).all()
    assert all(np.isfinite(dataclasses.astuple(step)).all() for step in result.path)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_feature_that_is_no_number_shows_in_the_loss(wrong: float) -> None:
    features, labels, validation, validation_labels = some_photos(60, 2)
    features[7, 3] = wrong
    with np.errstate(invalid="ignore"):
        result = solved((features, labels, validation, validation_labels), 2)
    assert not np.isfinite(result.path[-1].loss)


@pytest.mark.parametrize("after", [0, 5, 60])
def test_stop_is_heard(after: int) -> None:
    heard = []

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        heard.append((done, total))
        if len(heard) > after:
            raise Stopped

    with pytest.raises(Stopped):
        solved(some_photos(200, 3), 3, report=report)
    assert len(heard) == after + 1


def test_it_tells_how_far_it_is() -> None:
    heard = []
    solved(some_photos(100, 2), 2, report=lambda stage, done, total: heard.append((done, total)))
    shares = [done / total for done, total in heard]
    assert shares == sorted(shares)
    assert shares[0] == 0 and 0.9 < shares[-1] < 1
