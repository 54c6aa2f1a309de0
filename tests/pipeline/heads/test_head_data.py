from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.heads.head_data import HeadData
from pipeline.settings.hyperparameters import BALANCED, UNWEIGHTED
from pipeline.settings.train_config import TrainConfig

UNEVEN = HeadData(
    2,
    {"training": np.array([0, 0, 0, 1]), "validation": np.array([1, 0, 0])},
    np.arange(4, dtype=np.uint64),
    None,
    lambda _split, _view: np.empty((0, 1), np.float32),
)
CONFIG = TrainConfig(batch_size=4, class_weight=UNWEIGHTED)


def test_photos_of_a_rare_class_count_more_where_the_settings_say_so() -> None:
    assert UNEVEN.class_weights(CONFIG) is None
    assert UNEVEN.validation_weights(CONFIG) is None
    balanced = replace(CONFIG, class_weight=BALANCED)
    np.testing.assert_allclose(UNEVEN.class_weights(balanced), [4 / 6, 2])
    np.testing.assert_allclose(UNEVEN.validation_weights(balanced), [1.5, 0.75, 0.75])


def test_every_photo_comes_once_in_an_order_of_its_epoch() -> None:
    orders = [np.concatenate(UNEVEN.batches(CONFIG, epoch)).tolist() for epoch in range(8)]
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)
    assert len({tuple(order) for order in orders}) > 2
