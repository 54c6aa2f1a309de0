"""The order of the photos."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.heads.batches import epoch_batches

pytestmark = pytest.mark.slow

KEYS = np.arange(10, dtype=np.uint64)


def order(keys: NDArray[np.uint64], seed: int, epoch: int) -> NDArray[np.uint64]:
    """The keys of the photos as they come."""
    return keys[np.concatenate(epoch_batches(keys, 4, seed, epoch))]


def test_every_epoch_has_each_photo_once_in_another_order() -> None:
    first, second = (order(KEYS, 0, epoch) for epoch in (0, 1))
    assert [len(batch) for batch in epoch_batches(KEYS, 4, 0, 0)] == [4, 4, 2]
    assert sorted(first) == sorted(second) == list(KEYS)
    assert list(first) != list(second)
    np.testing.assert_array_equal(second, order(KEYS, 0, 1))
    assert list(second) != list(order(KEYS, 1, 1))


def test_taking_photos_out_or_sorting_them_anew_leaves_the_others_order() -> None:
    keys = np.random.default_rng(0).integers(2**64, size=500, dtype=np.uint64)
    whole = order(keys, 3, 7)
    gone = keys[[0, 17, 400]]
    np.testing.assert_array_equal(order(keys[::-1], 3, 7), whole)
    left = order(np.setdiff1d(keys, gone), 3, 7)
    np.testing.assert_array_equal(left, whole[~np.isin(whole, gone)])


def test_every_order_is_as_likely() -> None:
    """Where a photo comes, and which comes before which, says nothing of its key or its epoch."""
    keys = np.arange(100, dtype=np.uint64)
    places = np.array(
        [np.argsort(np.concatenate(epoch_batches(keys, 100, 0, epoch))) for epoch in range(2000)]
    )
    middle, spread = (100 - 1) / 2, np.sqrt((100**2 - 1) / 12)
    assert np.abs(places.mean(axis=0) - middle).max() < 4.5 * spread / np.sqrt(2000)
    links = np.corrcoef(places, rowvar=False)[~np.eye(100, dtype=bool)]
    assert np.abs(links).max() < 6 / np.sqrt(2000)
    links = np.corrcoef(places[:100])[~np.eye(100, dtype=bool)]  # epoch by epoch
    assert np.abs(links).max() < 0.6
