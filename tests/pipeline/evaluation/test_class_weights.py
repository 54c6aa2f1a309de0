"""Classes that count alike, whatever their sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.class_weights import class_weights, photo_weights, settled, unevenness
from pipeline.settings.hyperparameters import AUTO, BALANCED, UNWEIGHTED
from pipeline.settings.train_config import TrainConfig

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(np.array)


@given(LABELS)
def test_every_class_weighs_the_same_and_a_photo_one_in_the_mean(labels: np.ndarray) -> None:
    sums = np.bincount(labels, weights=photo_weights(labels))
    np.testing.assert_allclose(sums[sums > 0], sums.max())
    assert photo_weights(labels).mean() == pytest.approx(1)
    np.testing.assert_array_equal(class_weights(labels, 5)[labels], photo_weights(labels))


def test_they_are_those_of_scikit_learn() -> None:
    utils = pytest.importorskip("sklearn.utils")
    labels = np.repeat([0, 1, 2], [190, 10, 25])
    theirs = utils.compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(class_weights(labels, 3), theirs)


def test_a_class_without_photos_weighs_nothing() -> None:
    np.testing.assert_allclose(class_weights(np.array([0, 0, 0, 2]), 4), [2 / 3, 0, 2, 0])
    assert not len(photo_weights(np.empty(0, np.int64)))


def test_a_class_without_photos_makes_no_set_uneven() -> None:
    assert unevenness([190, 10, 0]) == 19
    assert unevenness([]) == unevenness([0, 0]) == 1


@pytest.mark.parametrize(
    ("sizes", "expected"), [((30, 10), UNWEIGHTED), ((31, 10), BALANCED), ((5, 0, 5), UNWEIGHTED)]
)
def test_auto_is_decided_by_the_photos(sizes: tuple[int, ...], expected: str) -> None:
    assert settled(TrainConfig(class_weight=AUTO), sizes).class_weight == expected
    for chosen in (BALANCED, UNWEIGHTED):
        config = TrainConfig(class_weight=chosen)
        assert settled(config, sizes) is config
