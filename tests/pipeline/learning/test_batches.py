"""The order of the photos."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.learning.batches import epoch_batches

pytestmark = pytest.mark.slow


def test_every_epoch_has_each_photo_once_in_another_order() -> None:
    first, second = (np.concatenate(epoch_batches(10, 4, 0, epoch)) for epoch in (0, 1))
    assert [len(batch) for batch in epoch_batches(10, 4, 0, 0)] == [4, 4, 2]
    assert sorted(first) == sorted(second) == list(range(10))
    assert list(first) != list(second)
    np.testing.assert_array_equal(second, np.concatenate(epoch_batches(10, 4, 0, 1)))
    assert list(second) != list(np.concatenate(epoch_batches(10, 4, 1, 1)))
