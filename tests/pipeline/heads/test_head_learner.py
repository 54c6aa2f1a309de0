from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.heads.epochs import Astray, learn
from pipeline.heads.head_data import HeadData
from pipeline.heads.head_learner import HeadLearner
from pipeline.network.head import Head
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch

CONFIG = TrainConfig(epochs=6, batch_size=8, learning_rate=0.1, views=2)
LABELS = {"training": np.arange(40) % 2, "validation": np.arange(10) % 2}


def pooled(split: str, view: int | None) -> NDArray[np.float32]:
    """Two classes that one feature of twelve tells apart; each view has its own noise."""
    labels = LABELS[split]
    random = np.random.default_rng((len(labels), 9 if view is None else view))
    features = random.random((len(labels), 12), np.float32)
    features[:, 3] += 3 * labels
    return features


DATA = HeadData(2, LABELS, np.arange(40, dtype=np.uint64), None, pooled)


def learner(config: TrainConfig = CONFIG) -> HeadLearner:
    head = Head.initial(12, 2, config.seed)
    return HeadLearner(DATA, config, head, config.learning_rate, Stopwatch())


def test_it_learns_and_tells_of_every_batch() -> None:
    told: list[tuple[int, int]] = []
    learned = list(learn(learner(), DATA, CONFIG, 6, lambda *what: told.append(what), Stopwatch()))
    assert [one.scores.val_loss for one in learned] == sorted(
        (one.scores.val_loss for one in learned), reverse=True
    )
    assert learned[-1].scores.val_accuracy == 1
    assert learned[-1].logits.shape == (10, 1)
    assert [epoch for epoch, _ in told] == sorted([*range(6)] * 5)
    assert [batch for epoch, batch in told if epoch == 2] == [1, 2, 3, 4, 5]


def test_an_interrupted_phase_goes_on_as_if_nothing_had_been() -> None:
    def quiet(*_: int) -> None:
        pass

    whole = list(learn(learner(), DATA, CONFIG, 6, quiet, Stopwatch()))
    first = learner()
    half = learn(first, DATA, CONFIG, 6, quiet, Stopwatch())
    earlier = [next(half).scores for _ in range(3)]
    half.close()  # type: ignore[attr-defined]
    kept = first.tensors(), first.optimizer_tensors()
    second = HeadLearner(DATA, CONFIG, Head.from_tensors(kept[0]), 0.1, Stopwatch())
    second.assign_optimizer(kept[1])
    rest = list(learn(second, DATA, CONFIG, 6, quiet, Stopwatch(), 3, earlier))
    assert len(rest) == 3
    np.testing.assert_array_equal(rest[-1].logits, whole[-1].logits)


def test_what_the_optimizer_remembered_must_fit() -> None:
    with pytest.raises(RunError, match="checkpoint is damaged"):
        learner().assign_optimizer({})


def test_numbers_that_ran_away_are_said() -> None:
    wild = learner()
    wild.train_epoch = lambda *_: (float("inf"), 0.5)  # type: ignore[method-assign]
    with pytest.raises(Astray):
        next(learn(wild, DATA, CONFIG, 6, lambda *_: None, Stopwatch()))
