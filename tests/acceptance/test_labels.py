"""Wrong labels found and missing ones asked for, on real photos; prints what it saw.

Needs `../shared`; takes some minutes on two cores.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.honesty import label_next, labels

pytestmark = pytest.mark.acceptance


def test_wrong_labels_come_first_and_mending_them_in_training_photos_helps(shared: Path) -> None:
    found = labels.means(labels.SETS)
    print(found)
    assert found["found"] >= 39  # of 40, among the first 60 of 799
    assert found["listed_and_wrong"] >= 0.9 * found["listed"] >= 27
    low, _, _ = found["gain_in_points"]
    assert low > 0


def test_sixty_labels_teach_what_two_hundred_do(shared: Path) -> None:
    needed = {
        order: [label_next.decisions(label_next.curve(seed, order)) for seed in range(10)]
        for order in label_next.ORDERS
    }
    print(needed)
    assert max(needed["suggested"]) < 60
    assert np.mean(needed["suggested"]) < np.mean(needed["random"])
