from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import Stopped
from pipeline.heads.cross_validation import compact, cross_validate, solve_by_folds
from pipeline.heads.logistic_regression import SOLVE, Problem
from pipeline.progress import Stage, Step, silent


def photos(count: int, num_classes: int = 2, apart: float = 0.15, num_features: int = 300):
    """Features of overlapping classes, and their labels."""
    random = np.random.default_rng(count + num_classes)
    labels = np.arange(count) % num_classes
    centres = random.normal(0.6, apart, (num_classes, num_features))
    features = centres[labels] + random.normal(0, 0.7, (count, num_features))
    return np.clip(features, 0, 6).astype(np.float32), labels


@pytest.mark.parametrize("num_classes", [2, 4])
def test_fewer_coordinates_give_the_same_head(num_classes: int) -> None:
    features, labels = photos(40, num_classes)
    small = compact(features)
    assert small.shape == (40, 40)
    np.testing.assert_allclose(small @ small.T, features @ features.T, rtol=1e-4)
    logits = []
    for given in (features, small):
        problem = Problem(given, labels, num_classes, features.shape[1])
        vector = problem.optimum(0.03, np.zeros(problem.size), SOLVE, lambda _: None)
        logits.append(problem.head(vector).logits(given))
    np.testing.assert_allclose(*logits, atol=2e-3)


def test_many_photos_stay_as_they_are() -> None:
    features, _ = photos(400)
    assert (compact(features) == features).all()


@pytest.mark.parametrize("num_classes", [2, 3])
def test_each_photo_is_judged_by_a_head_that_had_not_seen_it(num_classes: int) -> None:
    """What was learned by heart helps nobody here: features say nothing of the label."""
    random = np.random.default_rng(5)
    features = random.normal(0, 1, (120, 300)).astype(np.float32)
    labels = np.arange(120) % num_classes
    found = cross_validate(features, labels, np.arange(120), num_classes, 0, silent)
    right = (found.probabilities.argmax(axis=1) == labels).mean()
    assert abs(right - 1 / num_classes) < 0.15
    # ... and certainty was set right: a head that learned by heart would be sure.
    assert found.probabilities.max(axis=1).mean() < 1 / num_classes + 0.2


def test_lookalikes_do_not_help() -> None:
    """Each scene is there three times with one random label: a near copy would give it away."""
    random = np.random.default_rng(6)
    scenes, labels = random.normal(0, 1, (40, 300)), np.repeat(np.arange(40) % 2, 3)
    features = np.repeat(scenes, 3, axis=0) + random.normal(0, 0.05, (120, 300))
    together = cross_validate(features, labels, np.arange(120) // 3, 2, 0, silent)
    torn = cross_validate(features, labels, np.arange(120), 2, 0, silent)
    right = [(found.probabilities.argmax(axis=1) == labels).mean() for found in (together, torn)]
    assert right[0] < 0.7
    assert right[1] > 0.95


def test_it_tells_what_fresh_photos_will_show() -> None:
    features, labels = photos(2_000, num_features=100)
    small, small_labels = features[:100], labels[:100]
    judged = cross_validate(small, small_labels, np.arange(100), 2, 0, silent)
    head = solve_by_folds(small, small_labels, np.arange(100), 2, 0, silent).head
    fresh = ((head.logits(features[100:])[:, 0] > 0) == labels[100:]).mean()
    said = (judged.probabilities.argmax(axis=1) == small_labels).mean()
    assert abs(said - fresh) < 0.1


@pytest.mark.parametrize("count", [60, 1_200])
def test_the_strength_serves_those_that_were_not_learned_from(count: int) -> None:
    features, labels = photos(count, num_features=60)
    found = solve_by_folds(features, labels, np.arange(count), 2, 0, silent)
    assert len(found.judged) == (count if count < 1_000 else count / 5)
    assert found.logits.shape == (len(found.judged), 1)
    assert len(np.unique(found.judged)) == len(found.judged)
    right = (found.logits[:, 0] > 0) == labels[found.judged]
    own = (found.head.logits(features)[:, 0] > 0) == labels
    assert 0.6 < right.mean() < own.mean()


def test_the_same_photos_and_seed_give_the_same_answers() -> None:
    features, labels = photos(50)
    first, again = (cross_validate(features, labels, np.arange(50), 2, 4, silent) for _ in "ab")
    assert (first.probabilities == again.probabilities).all()
    np.testing.assert_allclose(first.probabilities.sum(axis=1), 1, atol=1e-6)


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    features, labels = photos(50)
    told: list[float] = []

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        assert stage.step is Step.CROSS_VALIDATING and total == 5
        told.append(done)
        if len(told) == 200:
            raise Stopped

    cross_validate(features, labels, np.arange(50), 2, 0, lambda *_: told.append(0.0))
    told.clear()
    with pytest.raises(Stopped):
        cross_validate(features, labels, np.arange(50), 2, 0, report)
    assert told == sorted(told)


def test_balanced_a_rare_class_is_found() -> None:
    """Nineteen to one: without weights, half of the rare class is taken for the usual one."""
    features, labels = photos(1_600, apart=0.2, num_features=100)
    rare = np.flatnonzero(labels == 1)
    kept = np.sort(np.concatenate([np.flatnonzero(labels == 0)[:190], rare[:10]]))
    learned, known = features[kept], labels[kept]
    heads = [
        solve_by_folds(learned, known, np.arange(200), 2, 0, silent, balanced=balanced).head
        for balanced in (False, True)
    ]
    plain, balanced = (np.mean(head.logits(features[rare[10:]]) > 0) for head in heads)
    assert balanced > plain + 0.1
    answers = cross_validate(learned, known, np.arange(200), 2, 0, silent, balanced=True)
    assert np.mean(answers.probabilities[known == 1, 1] > 0.5) >= balanced - 0.25
