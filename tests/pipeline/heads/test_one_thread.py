"""A head's numbers do not hang on the processors: a run has its live curve's to the last digit."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from pipeline.heads.epochs import learn, untrained
from pipeline.heads.head_data import HeadData
from pipeline.heads.head_learner import HeadLearner
from pipeline.heads.solved_head import solve_head
from pipeline.network.head import Head
from pipeline.progress import silent
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

CONFIG = TrainConfig(epochs=2, batch_size=32, learning_rate=3e-3)


def some_data(classes: int, photos: int) -> HeadData:
    """As many features as the usual network has."""
    features = np.random.default_rng(classes).random((photos, 1280), np.float32)
    labels = dict.fromkeys(("training", "validation"), np.arange(photos) % classes)
    keys = np.arange(photos, dtype=np.uint64)
    return HeadData(classes, labels, keys, None, lambda split, view: features)


def stepped(data: HeadData) -> list[Any]:
    """All numbers that a head comes to, step by step."""
    head = Head.initial(1280, data.num_classes, CONFIG.seed)
    learner = HeadLearner(data, CONFIG, head, CONFIG.learning_rate, Stopwatch())
    found: list[Any] = [untrained(data, CONFIG, head)]
    for one in learn(learner, data, CONFIG, CONFIG.epochs, lambda *_: None, Stopwatch()):
        found += [astuple(replace(one.scores, seconds=0)), one.logits.tolist()]
    return found


def solved(data: HeadData) -> list[Any]:
    """What a computed head says."""
    return [one.tolist() for one in solve_head(data, CONFIG, Stopwatch(), silent).logits]


@pytest.mark.parametrize(
    ("come_to", "classes", "photos"),
    [(stepped, 2, 500), (stepped, 37, 120), (solved, 2, 500)],
    ids=["many photos", "many classes", "solved"],
)
def test_the_numbers_are_the_same_however_many_threads_there_are(
    come_to: Any, classes: int, photos: int
) -> None:
    """A training may have all of them, and what draws its curve at once has one."""
    data, found = some_data(classes, photos), []
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            found.append(come_to(data))
    assert found[0] == found[1]
