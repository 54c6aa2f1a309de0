"""Wrong labels float up; the ranking is cleanlab's."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation import label_errors


def answers(count: int, num_classes: int, wrong: int, seed: int):
    """Labels of which some were changed, probabilities that know the truth mostly, and which."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, num_classes, count)
    logits = random.normal(0, 1, (count, num_classes))
    logits[np.arange(count), truth] += random.normal(4, 1.5, count)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = truth.copy()
    changed = random.choice(count, wrong, replace=False)
    labels[changed] = (labels[changed] + random.integers(1, num_classes, wrong)) % num_classes
    return labels, shares, changed, truth


def test_an_example_by_hand() -> None:
    """Class 1 is hard to know, so 0.6 is enough for it; class 0 needs 0.9."""
    labels = np.array([0, 0, 0, 1, 1, 1])
    to_first = np.array([0.99, 0.95, 0.38, 0.4, 0.45, 0.85])
    found = label_errors.find(labels, np.stack([to_first, 1 - to_first], axis=1))
    # Means: class 0 gets 0.773, class 1 gets 0.433. Photo 2 counts for 1, photo 5 for 0.
    assert found.likely.tolist() == [5, 2]
    assert found.suggested[[5, 2]].tolist() == [0, 1]
    assert sorted(found.order.tolist()) == list(range(6))
    assert found.order[-1] == 0  # the surest of all is the last to be looked at


@pytest.mark.parametrize(("num_classes", "seed"), [(2, 0), (2, 1), (4, 2), (6, 3)])
def test_it_is_cleanlabs_ranking(num_classes: int, seed: int) -> None:
    filters = pytest.importorskip("cleanlab.filter", reason="needs cleanlab")
    labels, shares, _, _ = answers(600, num_classes, 40, seed)
    theirs = filters.find_label_issues(
        labels,
        shares,
        filter_by="confident_learning",
        return_indices_ranked_by="normalized_margin",
    )
    ours = label_errors.find(labels, shares).likely
    assert len(ours) > 20
    assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize("num_classes", [2, 5])
def test_wrong_labels_come_first_with_the_right_class(num_classes: int) -> None:
    labels, shares, changed, truth = answers(800, num_classes, 40, 7)
    found = label_errors.find(labels, shares)
    assert np.isin(changed, found.order[:80]).sum() >= 36
    seen = changed[np.isin(changed, found.likely)]
    assert (found.suggested[seen] == truth[seen]).mean() > 0.9


def test_nothing_is_found_where_all_agree() -> None:
    labels = np.array([0, 1, 2, 2])
    found = label_errors.find(labels, np.eye(3)[labels])
    assert (found.count, found.suggested.tolist()) == (0, labels.tolist())


def test_a_class_without_photos_is_never_suggested() -> None:
    labels = np.array([0, 0, 1])
    shares = np.array([[0.5, 0.2, 0.3], [0.1, 0.1, 0.8], [0.1, 0.4, 0.5]])
    assert label_errors.find(labels, shares).count == 0
