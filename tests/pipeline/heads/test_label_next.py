"""Which photo to label next, and what it seems to show."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.heads.label_next import suggest

BATCH = 10


def photos(count: int = 120, num_classes: int = 2, seed: int = 0):
    random = np.random.default_rng(seed)
    truth = np.arange(count) % num_classes
    centres = random.normal(0, 0.5, (num_classes, 30))
    features = centres[truth] + random.normal(0, 0.5, (count, 30))
    return features.astype(np.float32), truth


@pytest.mark.parametrize("num_classes", [2, 3])
def test_suggestions_are_mostly_right_and_mean_what_they_say(num_classes: int) -> None:
    features, truth = photos(240, num_classes)
    labels = np.where(np.arange(240) < 60, truth, -1)
    found = suggest(features, labels, np.arange(240), num_classes, 0, BATCH)
    assert sorted(found.photos.tolist()) == list(range(60, 240))
    assert (found.probabilities.argmax(axis=1) == truth[found.photos]).mean() > 0.9
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    certain = found.probabilities.max(axis=1).mean()
    right = (found.probabilities.argmax(axis=1) == truth[found.photos]).mean()
    assert abs(certain - right) < 0.1


def test_the_least_sure_come_first_but_not_ten_of_one_scene() -> None:
    """Twelve frames of one scene between the classes: one of them is enough."""
    features, truth = photos(120)
    middle = features[:60].reshape(30, 2, -1).mean(axis=(0, 1))
    burst = middle + np.random.default_rng(3).normal(0, 0.005, (12, 30))
    features = np.concatenate([features, burst.astype(np.float32)])
    labels = np.concatenate([np.where(np.arange(120) < 60, truth, -1), np.full(12, -1)])
    found = suggest(features, labels, np.arange(132), 2, 0, BATCH)
    first = found.photos[:BATCH]
    assert (first >= 120).sum() == 1
    margins = np.abs(np.diff(found.probabilities, axis=1))[:, 0]
    assert margins[:BATCH].mean() < margins[BATCH:].mean()
    # ... and the rest by how unsure the head is.
    assert (np.diff(margins[BATCH:]) >= 0).all()


@pytest.mark.parametrize("labelled", [0, 1, 3])
def test_too_few_labels_teach_no_head(labelled: int) -> None:
    features, _ = photos(30)
    labels = np.full(30, -1)
    labels[:labelled] = 0
    found = suggest(features, labels, np.arange(30), 2, 0, BATCH)
    assert sorted(found.photos.tolist()) == list(range(labelled, 30))
    assert (found.probabilities == 0.5).all()
    again = suggest(features, labels, np.arange(30), 2, 0, BATCH)
    assert (found.photos == again.photos).all()


def test_a_class_of_one_photo_waits_for_a_second() -> None:
    features, truth = photos(60, 3)
    labels = np.where(np.arange(60) < 30, truth, -1)
    labels[(labels == 2) & (np.arange(60) != 2)] = -1
    found = suggest(features, labels, np.arange(60), 3, 0, BATCH)
    assert (found.probabilities[:, 2] == 0).all()


def test_few_decisions_teach_what_all_would() -> None:
    """On made features: thirty of 200 photos, in threes of ten, come close to all of them."""
    features, truth = photos(700, seed=5)
    pool, fresh = np.arange(200), np.arange(200, 700)

    def score(labels: np.ndarray) -> float:
        known = suggest(features, labels, np.arange(700), 2, 0, BATCH)
        called = dict(zip(known.photos.tolist(), known.probabilities.argmax(1), strict=True))
        return float(np.mean([called[i] == truth[i] for i in fresh]))

    labels = np.full(700, -1)
    for _ in range(3):
        order = suggest(features[pool], labels[pool], pool, 2, 0, BATCH).photos[:BATCH]
        labels[order] = truth[order]
    everything = np.where(np.arange(700) < 200, truth, -1)
    assert score(labels) > score(everything) - 0.03
