"""Labels are judged by heads that wrong labels did not teach."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import Stopped
from pipeline.evaluation import label_errors
from pipeline.heads.cross_validation import cross_validate
from pipeline.heads.label_check import agreed, judge_labels
from pipeline.progress import silent


def mislabelled(seed: int, count: int = 300, wrong: int = 30):
    """Features of two overlapping classes, labels of which some are wrong, and which."""
    random = np.random.default_rng(seed)
    truth = np.arange(count) % 2
    centres = random.normal(0, 0.22, (2, 60))
    features = (centres[truth] + random.normal(0, 0.7, (count, 60))).astype(np.float32)
    changed = random.choice(count, wrong, replace=False)
    labels = truth.copy()
    labels[changed] ^= 1
    return features, labels, changed


def found(labels, probabilities, changed) -> int:
    order = label_errors.find(labels, probabilities).order
    return int(np.isin(changed, order[: 2 * len(changed)]).sum())


@pytest.mark.thorough
def test_it_finds_more_than_one_plain_look() -> None:
    plain, judged = 0, 0
    for seed in range(6):
        features, labels, changed = mislabelled(seed)
        alone = np.arange(len(labels))
        said = judge_labels(features, labels, alone, 2, 0, silent)
        for shares in said:
            np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
        once = cross_validate(features, labels, alone, 2, 0, silent).probabilities
        plain += found(labels, once, changed)
        judged += found(labels, said.pruned, changed)
    assert judged > plain
    assert judged > 0.8 * 6 * 30


def test_a_class_keeps_half_of_its_photos_to_be_learned_from() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 1])
    called_first = np.array([0.9, 0.8, 0.7, 0.9, 0.6, 0.8, 0.2])
    chosen = agreed(labels, np.stack([called_first, 1 - called_first], axis=1))
    assert chosen.tolist() == [True, True, True, False, True, False, True]


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    features, labels, _ = mislabelled(0, 60, 3)
    told: list[float] = []

    def report(stage: object, done: float = 0, total: float | None = None, unit: str = "") -> None:
        told.append(done / (total or 1))
        if len(told) > 1_000:
            raise Stopped

    with pytest.raises(Stopped):
        judge_labels(features, labels, np.arange(60), 2, 0, report)
    assert told == sorted(told)
    assert 0 < told[-1] <= 1
