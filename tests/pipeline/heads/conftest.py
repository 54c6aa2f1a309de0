"""Features of overlapping classes, and NumPy held to one thread."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True)
def one_thread():
    """As in `solve`, for scikit-learn too: on a busy machine its threads wait for each other."""
    with threadpool_limits(1, user_api="blas"):
        yield


def some_photos(photos: int, num_classes: int, num_features: int = 60, apart: float = 0.25):
    """Training and validation features of overlapping classes, and their labels."""
    random = np.random.default_rng(photos + num_classes)
    labels = np.arange(photos + photos // 2) % num_classes
    centres = random.normal(0.6, apart, (num_classes, num_features))
    noise = random.normal(0, 0.7, (len(labels), num_features))
    features = np.clip(centres[labels] + noise, 0, 6).astype(np.float32)
    return features[:photos], labels[:photos], features[photos:], labels[photos:]
