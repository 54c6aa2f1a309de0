"""Heads that differ in one setting, taught side by side: each column is what a run would show.

The order of the photos, their views and what dropout hides follow from seed and epoch, so heads
with different learning rates see the very same batches: these are made once for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.best_of_many import contenders, optimism
from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.evaluation.metrics import log_loss, probabilities
from pipeline.files.npy import take
from pipeline.heads.head_data import HeadData
from pipeline.heads.head_learner import HeadLearner
from pipeline.heads.stepped import HeadsTrainer, draw, thin_out
from pipeline.heads.subsets import share_of
from pipeline.network.head import Head
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.stopwatch import Stopwatch

Tick = Callable[[], None]


def landscape(
    data: HeadData,
    config: TrainConfig,
    head: Head,
    axis: Axis,
    values: Sequence[float],
    epochs: int,
    tick: Tick,
) -> Landscape:
    """Teach a head with each value of a setting, and ask about the validation photos.

    Args:
        data: The photos.
        config: All other settings, "auto" decided; its epochs do not count, and no head stops
            early.
        head: Where all start.
        axis: The setting.
        values: What it is set to, ascending: learning rates, shares hidden by dropout, or shares
            of the training photos.
        epochs: For how long.
        tick: Called several times a second; may raise `Stopped`.

    Raises:
        NotReady: If features are missing.
        Stopped: From `tick`.
    """
    columns = _COLUMNS[axis](data, config, head, values)
    validation, truth = data.pooled("validation", None), data.labels["validation"]
    weights = data.validation_weights(config)
    shape = len(values), epochs
    loss, accuracy = np.full(shape, np.nan), np.full(shape, np.nan)
    right = np.zeros((*shape, len(truth)), np.bool_)

    def judge(head: Head) -> tuple[float, NDArray[np.bool_]]:
        answers = probabilities(head.logits(validation))
        return log_loss(truth, answers, weights), answers.argmax(axis=1) == truth

    going = np.ones(len(values), np.bool_)
    for epoch in range(epochs):
        going &= np.isfinite(columns.train_epoch(epoch, tick))
        for column, now in enumerate(columns.heads):
            if not going[column]:
                continue
            tick()
            found, right[column, epoch] = judge(now)
            going[column] = np.isfinite(found)
            if going[column]:
                loss[column, epoch], accuracy[column, epoch] = found, right[column, epoch].mean()
    cells = right[~np.isnan(accuracy)]
    equal = cells[contenders(cells)]
    return Landscape(
        axis,
        columns.values,
        math.log(data.num_classes),
        loss,
        accuracy,
        len(truth),
        len(equal),
        optimism(equal) if len(equal) else 0.0,
    )


class _Columns(Protocol):
    """Heads with different values of a setting."""

    values: tuple[float, ...]

    def train_epoch(self, epoch: int, tick: Tick) -> NDArray[np.float64]:
        """Teach every head an epoch, from 0; `(C,)` mean losses over its batches."""

    @property
    def heads(self) -> list[Head]:
        """The heads as they are now."""


class _SameBatches:
    """Heads that see the same batches; what dropout hides differs by its share alone."""

    def __init__(
        self,
        data: HeadData,
        config: TrainConfig,
        values: Sequence[float],
        trainers: Sequence[tuple[HeadsTrainer, float]],
    ) -> None:
        """Teach each trainer's heads with the share of the features that it hides."""
        self._data, self._config = data, config
        self.values = tuple(values)
        self._trainers = [*trainers]

    def train_epoch(self, epoch: int, tick: Tick) -> NDArray[np.float64]:
        """See `_Columns`."""
        data, config = self._data, self._config
        pooled, labels = data.pooled("training", config.view_of(epoch)), data.labels["training"]
        rng = np.random.default_rng((config.seed, epoch, 1))  # as `HeadLearner` has it
        total = np.zeros(len(self.values))
        for chosen in data.batches(config, epoch):
            features = take(pooled, chosen)
            drawn = draw(features, rng)
            losses = [
                trainer.step(
                    thin_out(features, dropout, drawn) if dropout else features, labels[chosen]
                )[0]
                for trainer, dropout in self._trainers
            ]
            total += np.concatenate(losses) * len(chosen)
            tick()
        return total / len(labels)

    @property
    def heads(self) -> list[Head]:
        """See `_Columns`."""
        return [head for trainer, _ in self._trainers for head in trainer.heads]


def _by_rate(data: HeadData, config: TrainConfig, head: Head, values: Sequence[float]) -> _Columns:
    """Heads with different learning rates."""
    trainer = HeadsTrainer([head] * len(values), values, data.class_weights(config))
    return _SameBatches(data, config, values, [(trainer, config.dropout)])


def _by_dropout(
    data: HeadData, config: TrainConfig, head: Head, values: Sequence[float]
) -> _Columns:
    """Heads of which different shares of the features are hidden."""
    rate, weights = _rate(config), data.class_weights(config)
    trainers = [(HeadsTrainer([head], [rate], weights), value) for value in values]
    return _SameBatches(data, config, values, trainers)


class _BySize:
    """Heads that learn from some of the photos: the smaller choice is part of the larger."""

    def __init__(
        self, data: HeadData, config: TrainConfig, head: Head, values: Sequence[float]
    ) -> None:
        """Draw the photos, each class with its share, lookalikes together."""
        labels = data.labels["training"]
        scenes = np.arange(len(labels)) if data.groups is None else data.groups["training"]
        order = np.random.default_rng(config.seed).permutation(len(labels))
        chosen = [np.sort(share_of(order, labels, scenes, value)) for value in values]
        self.values = tuple(float(len(some)) for some in chosen)
        self._learners = [
            HeadLearner(_some(data, some), config, head, _rate(config), Stopwatch())
            for some in chosen
        ]

    def train_epoch(self, epoch: int, tick: Tick) -> NDArray[np.float64]:
        """See `_Columns`."""
        return np.array(
            [learner.train_epoch(epoch, lambda _: tick())[0] for learner in self._learners]
        )

    @property
    def heads(self) -> list[Head]:
        """See `_Columns`."""
        return [Head.from_tensors(learner.tensors()) for learner in self._learners]


def _some(data: HeadData, chosen: NDArray[np.int64]) -> HeadData:
    """The same with some of the training photos alone; all validation photos judge."""

    def pooled(split: str, view: int | None) -> NDArray[np.float32]:
        every = data.pooled(split, view)
        return take(every, chosen) if split == "training" else every

    labels = {**data.labels, "training": data.labels["training"][chosen]}
    return replace(data, labels=labels, keys=data.keys[chosen], groups=None, pooled=pooled)


def _rate(config: TrainConfig) -> float:
    return config.phase_learning_rates[FEATURE_EXTRACTION]


_COLUMNS: Final[Mapping[Axis, Callable[..., _Columns]]] = {
    Axis.LEARNING_RATE: _by_rate,
    Axis.DROPOUT: _by_dropout,
    Axis.SIZE: _BySize,
}
