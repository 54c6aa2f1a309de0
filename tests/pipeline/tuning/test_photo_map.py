"""The map of photos: the same photos, the same map; what is alike lies together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.classify.novelty import of_length_one
from pipeline.tuning.photo_map import on_plane, plane, share_alike


def flocks(each: int, groups: int = 3, seed: int = 0) -> tuple[NDArray[np.float32], NDArray]:
    """`(groups * each, 64)` features in groups that are easily told apart, and their groups."""
    rng = np.random.default_rng(seed)
    middles = rng.random((groups, 64)).astype(np.float32)
    labels = np.repeat(np.arange(groups), each)
    return np.abs(middles[labels] + 0.1 * rng.standard_normal((len(labels), 64))).astype(
        np.float32
    ), labels


def test_the_same_photos_give_the_same_map() -> None:
    pooled, _ = flocks(30)
    assert np.array_equal(on_plane(pooled), on_plane(pooled.copy()))


def test_the_directions_are_those_in_which_photos_differ_most() -> None:
    pooled, _ = flocks(40)
    rows = of_length_one(pooled).astype(np.float64)
    rows -= rows.mean(axis=0)
    lengths = np.linalg.svd(rows, compute_uv=False)[:2]
    found = np.linalg.norm(on_plane(pooled), axis=0)
    np.testing.assert_allclose(found, lengths, rtol=1e-3)


def test_how_strongly_something_is_seen_does_not_matter() -> None:
    pooled, _ = flocks(20)
    np.testing.assert_allclose(on_plane(pooled), on_plane(7 * pooled), atol=1e-4)


@pytest.mark.parametrize("photos", [1, 2, 3])
def test_few_photos_have_a_map_too(photos: int) -> None:
    pooled = flocks(1)[0][:photos]
    places = on_plane(pooled)
    assert places.shape == (photos, 2)
    assert np.isfinite(places).all()


def test_equal_photos_lie_at_one_place() -> None:
    pooled = np.ones((5, 8), np.float32)
    assert np.isfinite(on_plane(pooled)).all()
    pooled, _ = flocks(10)
    pooled[7] = pooled[3]
    places = on_plane(pooled)
    np.testing.assert_allclose(places[7], places[3], atol=1e-6)


def test_another_photo_is_put_where_its_like_are() -> None:
    pooled, labels = flocks(30)
    found = plane(pooled[1:])
    place, others = found.of(pooled[:1])[0], found.of(pooled[1:])
    nearest = np.linalg.norm(others - place, axis=1).argmin()
    assert labels[1:][nearest] == labels[0]


def test_a_wrong_label_lies_among_others() -> None:
    pooled, labels = flocks(30)
    labels = labels.copy()
    labels[4] = 2
    alike = share_alike(on_plane(pooled), labels)
    assert alike[4] == 0
    assert np.median(alike) == 1
    assert share_alike(np.zeros((1, 2), np.float32), labels[:1]).tolist() == [1]
