"""The curve of a run's first phase, drawn at once, with the very numbers that the run will have."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.learning_curve import Epoch, EpochScores
from pipeline.evaluation.metrics import probabilities
from pipeline.heads.epochs import learn, untrained
from pipeline.heads.head_learner import HeadLearner
from pipeline.heads.solved_head import solve_head
from pipeline.network.head import Head
from pipeline.progress import Stage, Unit
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.stopwatch import Stopwatch
from pipeline.tuning.material import Material


@dataclass(frozen=True, slots=True)
class LiveCurve:
    """What a head learns with some settings.

    Attributes:
        config: The settings, as the run would have them.
        initial: Loss and accuracy of the untrained head on the validation photos: "loss" and
            "accuracy".
        epochs: Points of the curve.
        best_epoch: Number of the best one, from 1.
        answers: `(epochs, M)` uint16 what each validation photo is called after each epoch.
        shares: `(epochs, M)` float16 probability of that, 0 to 1; no temperature is set yet.
        seconds: How long it took to compute.
    """

    config: TrainConfig
    initial: dict[str, float]
    epochs: tuple[Epoch, ...]
    best_epoch: int
    answers: NDArray[np.uint16]
    shares: NDArray[np.float16]
    seconds: float


def live_curve(material: Material, config: TrainConfig) -> LiveCurve:
    """What the first phase of a run would show.

    Raises:
        Astray: If the loss stops being a number.
        NotReady: If features are missing.
        Stopped: From `material.tick`.
    """
    began = time.perf_counter()
    config = material.settled(config)
    head = Head.initial(material.num_features, material.data.num_classes, config.seed)
    loss, accuracy = untrained(material.data, config, head)
    points, logits = (_solved if config.head == SOLVED else _stepped)(material, config, head)
    found = [probabilities(each) for each in logits]
    # A run with a computed head keeps the optimum, which is the last point.
    losses = [
        -place if config.head == SOLVED else each.refined_loss for place, each in enumerate(points)
    ]
    return LiveCurve(
        config,
        {"loss": loss, "accuracy": accuracy},
        tuple(each.at(FEATURE_EXTRACTION, number) for number, each in enumerate(points, 1)),
        1 + int(np.argmin(losses)),
        np.stack([each.argmax(axis=1) for each in found]).astype(np.uint16),
        np.stack([each.max(axis=1) for each in found]).astype(np.float16),
        time.perf_counter() - began,
    )


_Points = tuple[list[EpochScores], list[NDArray[np.float32]]]


def _stepped(material: Material, config: TrainConfig, head: Head) -> _Points:
    rate, watch = config.phase_learning_rates[FEATURE_EXTRACTION], Stopwatch()
    learner = HeadLearner(material.data, config, head, rate, watch)

    def tell(*_: int) -> None:
        material.tick()

    learned = list(learn(learner, material.data, config, config.epochs, tell, watch))
    return [one.scores for one in learned], [one.logits for one in learned]


def _solved(material: Material, config: TrainConfig, _: Head) -> _Points:
    def report(stage: Stage, done: float = 0, total: float | None = None, unit: Unit = "") -> None:
        material.tick()

    solved = solve_head(material.data, config, Stopwatch(), report)
    return solved.path, solved.logits
