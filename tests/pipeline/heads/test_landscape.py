"""Each column of a landscape is what a run with its value shows, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.errors import Stopped
from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.heads.epochs import Astray, learn
from pipeline.heads.head_data import HeadData
from pipeline.heads.head_learner import HeadLearner
from pipeline.heads.landscape import landscape
from pipeline.heads.subsets import share_of
from pipeline.network.head import Head
from pipeline.settings.hyperparameters import BALANCED, FRESH_VIEWS
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

CONFIG = TrainConfig(epochs=5, batch_size=16, learning_rate=3e-3, views=2, class_weight="none")
FEATURES = 320
RATES = (1e-5, 1e-3, 1e-2, 1e-1)


def some_data(num_classes: int = 2, photos: int = 90, groups: bool = True) -> HeadData:
    """Overlapping classes of uneven size; each view has its own noise."""
    random = np.random.default_rng(num_classes)
    labels = {
        "training": np.minimum(random.integers(0, num_classes + 2, photos), num_classes - 1),
        "validation": np.arange(40) % num_classes,
    }
    centres = random.normal(0, 0.2, (num_classes, FEATURES))

    def pooled(split: str, view: int | None) -> NDArray[np.float32]:
        noise = np.random.default_rng((len(labels[split]), 9 if view is None else view))
        features = centres[labels[split]] + noise.normal(0.6, 0.7, (len(labels[split]), FEATURES))
        return np.clip(features, 0, 6).astype(np.float32)

    keys = random.integers(2**63, size=photos, dtype=np.uint64)
    scenes = {"training": np.arange(photos) // 3, "validation": np.arange(40)}
    return HeadData(num_classes, labels, keys, scenes if groups else None, pooled)


def drawn(
    data: HeadData,
    axis: Axis,
    values: tuple[float, ...],
    config: TrainConfig = CONFIG,
    epochs: int = 5,
) -> Landscape:
    head = Head.initial(FEATURES, data.num_classes, config.seed)
    return landscape(data, config, head, axis, values, epochs, lambda: None)


def run(data: HeadData, config: TrainConfig, epochs: int = 5) -> list[tuple[float, float]]:
    """Validation loss and accuracy of the first phase of a run with these settings."""
    head = Head.initial(FEATURES, data.num_classes, config.seed)
    learner = HeadLearner(data, config, head, config.learning_rate, Stopwatch())
    learned = learn(learner, data, config, epochs, lambda *_: None, Stopwatch())
    return [(one.scores.val_loss, one.scores.val_accuracy) for one in learned]


def column(found: Landscape, index: int) -> list[tuple[float, float]]:
    return list(zip(found.loss[index].tolist(), found.accuracy[index].tolist(), strict=True))


@pytest.mark.parametrize("num_classes", [2, 3, 12])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"class_weight": BALANCED, "dropout": 0.0},
        {"views": FRESH_VIEWS, "seed": 7, "batch_size": 64},
    ],
    ids=lambda changes: "+".join(changes) or "usual",
)
def test_each_column_equals_a_run(num_classes: int, changes: dict[str, Any]) -> None:
    data, config = some_data(num_classes), replace(CONFIG, **changes)
    for axis, values in ((Axis.LEARNING_RATE, RATES), (Axis.DROPOUT, (0.0, 0.2, 0.55))):
        found = drawn(data, axis, values, config)
        assert found.values == values
        for index, value in enumerate(values):
            assert column(found, index) == run(data, replace(config, **{axis.value: value}))


@pytest.mark.parametrize("grouped", [False, True])
def test_fewer_photos_are_a_run_with_these_photos_alone(grouped: bool) -> None:
    data = some_data(3, groups=grouped)
    config = replace(CONFIG, class_weight=BALANCED)
    labels = data.labels["training"]
    found = drawn(data, Axis.SIZE, (0.25, 0.5, 1.0), config)
    scenes = data.groups["training"] if data.groups else np.arange(90)
    order = np.random.default_rng(config.seed).permutation(90)
    for index, share in enumerate((0.25, 0.5, 1.0)):
        some = np.sort(share_of(order, labels, scenes, share))

        def pooled(split: str, view: int | None, some: Any = some) -> NDArray[np.float32]:
            every = data.pooled(split, view)
            return every[some] if split == "training" else every

        fewer = HeadData(
            3, {**data.labels, "training": labels[some]}, data.keys[some], None, pooled
        )
        assert found.values[index] == len(some)
        assert column(found, index) == run(fewer, config)


def test_what_ran_away_is_no_number_from_there_on() -> None:
    data = some_data()
    found = drawn(data, Axis.LEARNING_RATE, (1e-3, 3e38))
    assert column(found, 0) == run(data, replace(CONFIG, learning_rate=1e-3))
    assert np.isnan(found.accuracy[1, -1]) and np.isnan(found.loss[1, -1])
    ended = np.isnan(found.loss[1])
    assert (np.isnan(found.accuracy[1]) == ended).all() and (np.diff(ended) >= 0).all()
    with pytest.raises(Astray):
        learn_at_any_rate(data, 3e38)
    assert found.best is not None and found.best[0] == 0


def learn_at_any_rate(data: HeadData, rate: float) -> None:
    head = Head.initial(FEATURES, data.num_classes, 0)
    learner = HeadLearner(data, CONFIG, head, rate, Stopwatch())
    list(learn(learner, data, CONFIG, 5, lambda *_: None, Stopwatch()))


def test_where_everything_ran_away_no_cell_is_the_best() -> None:
    found = drawn(some_data(), Axis.LEARNING_RATE, (2e38, 3e38))
    assert (found.best, found.contenders, found.lead) == (None, 0, 0.0)


def test_the_best_of_many_owes_something_to_luck() -> None:
    data = some_data()
    found = drawn(data, Axis.LEARNING_RATE, (3e-4, 5e-4, 1e-3, 2e-3))
    assert found.photos == 40 and 2 <= found.contenders <= 20
    assert 0 < found.lead < 0.1
    assert drawn(data, Axis.LEARNING_RATE, (1e-3,), epochs=1).lead == 0


def test_nobody_goes_on_after_what_is_not_wanted_any_more() -> None:
    ticks: list[None] = []

    def tick() -> None:
        ticks.append(None)
        if len(ticks) == 3:
            raise Stopped("Enough.")

    data = some_data()
    for axis, values in ((Axis.LEARNING_RATE, RATES), (Axis.SIZE, (0.5, 1.0))):
        ticks.clear()
        with pytest.raises(Stopped):
            landscape(data, CONFIG, Head.initial(FEATURES, 2, 0), axis, values, 5, tick)
