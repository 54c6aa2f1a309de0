"""Settings judged by nearly all photos of a small set, each by a head that had not seen it.

A few validation photos would choose settings by luck. The test photos take no part: what is chosen
by them could not be tested by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import NotReady
from pipeline.evaluation.metrics import log_loss, probabilities
from pipeline.heads.cross_validation import cross_validate
from pipeline.heads.folds import assign_folds
from pipeline.heads.head_data import SEEN, HeadData, is_balanced
from pipeline.heads.head_learner import HeadLearner
from pipeline.network.head import Head
from pipeline.progress import Stage, Unit
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.stopwatch import Stopwatch
from pipeline.tuning.material import Material


@dataclass(frozen=True, slots=True)
class InTurns:
    """What came of it.

    Attributes:
        accuracy: Share of the photos predicted correctly, 0 to 1.
        loss: Mean cross-entropy in nats.
        right: `(N,)`, which photos were predicted correctly: those of training, then of validation.
    """

    accuracy: float
    loss: float
    right: NDArray[np.bool_]

    def to_json(self) -> dict[str, Any]:
        """Plain values for `from_json`; the photos as bits, in hexadecimal digits."""
        bits = np.packbits(self.right).tobytes().hex()
        return {
            "accuracy": self.accuracy,
            "loss": self.loss,
            "photos": len(self.right),
            "right": bits,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> InTurns:
        """Read what `to_json` wrote."""
        bits = np.frombuffer(bytes.fromhex(kept["right"]), np.uint8)
        right = np.unpackbits(bits, count=kept["photos"]).astype(np.bool_)
        return cls(kept["accuracy"], kept["loss"], right)


def judge_in_turns(
    material: Material, config: TrainConfig, epochs: int, logits: NDArray[np.float32]
) -> InTurns | None:
    """Judge settings by the photos of training, in folds, and of validation.

    Args:
        material: The photos.
        config: The settings, "auto" decided.
        epochs: After how many epochs a head of these settings is kept.
        logits: `(M, L)` what the run's own head says of the validation photos; a head that is
            computed may have learned them, so that one is not asked.

    Returns:
        None in a large set, whose validation photos are enough, and where nobody has looked at the
        training photos as they are.

    Raises:
        Stopped: From `material.tick`.
    """
    data = material.data
    if data.groups is None:
        return None
    try:
        plain = {split: material.pooled(split, None) for split in SEEN}
    except NotReady:
        return None
    truth = np.concatenate([data.labels[split] for split in SEEN])
    if config.head == SOLVED:
        answers = cross_validate(
            np.concatenate([plain[split] for split in SEEN]),
            truth,
            np.concatenate([data.groups[split] for split in SEEN]),
            data.num_classes,
            config.seed,
            partial(_tick, material),
            is_balanced(config),
        ).probabilities
    else:
        found = _by_folds(material, data.groups["training"], plain["training"], config, epochs)
        answers = np.concatenate([found, probabilities(logits)])
    right = answers.argmax(axis=1) == truth
    return InTurns(float(right.mean()), log_loss(truth, answers), right)


def _by_folds(
    material: Material,
    groups: NDArray[np.int64],
    plain: NDArray[np.float32],
    config: TrainConfig,
    epochs: int,
) -> NDArray[np.float32]:
    """`(n, C)` shares of the training photos, each fold's by a head that learned the others."""
    data = material.data
    labels = data.labels["training"]
    folds = assign_folds(labels, groups, config.seed)
    answers = np.empty((len(labels), data.num_classes), np.float32)
    rate = config.phase_learning_rates[FEATURE_EXTRACTION]
    for fold in range(int(folds.max()) + 1):
        learned, asked = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        others = HeadData(
            data.num_classes,
            {"training": labels[learned], "validation": labels[asked]},
            data.keys[learned],
            None,
            partial(_some, data, learned),
        )
        head = Head.initial(material.num_features, data.num_classes, config.seed)
        learner = HeadLearner(others, config, head, rate, Stopwatch())
        for epoch in range(epochs):
            learner.train_epoch(epoch, lambda _: material.tick())
        answers[asked] = probabilities(Head.from_tensors(learner.tensors()).logits(plain[asked]))
    return answers


def _some(
    data: HeadData, chosen: NDArray[np.int64], split: str, view: int | None
) -> NDArray[np.float32]:
    return data.pooled(split, view)[chosen]


def _tick(
    material: Material, _stage: Stage, done: float = 0, total: float | None = None, unit: Unit = ""
) -> None:
    material.tick()
