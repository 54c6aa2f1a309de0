"""The head computed: by the validation photos in a large set, by folds in a small one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.evaluation.learning_curve import EpochScores
from pipeline.heads.head_data import SEEN, HeadData, is_balanced
from pipeline.network.head import Head
from pipeline.progress import Report
from pipeline.settings.train_config import TrainConfig
from pipeline.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class SolvedHead:
    """What the solver leaves of a training.

    Attributes:
        head: The head. In a small set that is not fine-tuned, the validation photos are among
            those that it learned from: nothing is left for them to choose.
        path: The solver's way on the training photos alone, see `solved.Solved`.
        logits: `(M, L)` float32 of the validation photos at each point of the path; of the last
            one what `head` says of them.
        temperature: See `training.Trained`; None where the validation photos are to tell it.
    """

    head: Head
    path: list[EpochScores]
    logits: list[NDArray[np.float32]]
    temperature: float | None


def solve_head(data: HeadData, config: TrainConfig, watch: Stopwatch, report: Report) -> SolvedHead:
    """Compute the head; the same photos and settings give the same one.

    In a small set, folds of training and validation photos choose the strength of the penalty and
    tell how sure an answer may be: the few validation photos alone would do both by luck.

    Args:
        data: The photos.
        config: The settings.
        watch: Where the time goes.
        report: Told how far it is; may raise `Stopped`.

    Raises:
        Stopped: If `report` raises it.
    """
    # Here, because SciPy takes longer to import than the solving takes.
    from pipeline.heads.cross_validation import solve_by_folds
    from pipeline.heads.solved import solve

    labels, groups, balanced = data.labels, data.groups, is_balanced(config)
    features = {split: data.pooled(split, None) for split in SEEN}
    strength = head = heat = None
    with watch.stage("head"), threadpool_limits(1, user_api="blas"):  # see `solve`
        if groups is not None:
            found = solve_by_folds(
                np.concatenate([features[split] for split in SEEN]),
                np.concatenate([labels[split] for split in SEEN]),
                np.concatenate([groups[split] for split in SEEN]),
                data.num_classes,
                config.seed,
                report,
                balanced=balanced,
            )
            strength, heat = found.strength, found.temperature
            # What chooses an epoch of fine-tuning must not have been learned.
            head = None if config.fine_tune_epochs else found.head
        solved = solve(
            features["training"],
            labels["training"],
            features["validation"],
            labels["validation"],
            data.num_classes,
            report,
            balanced,
            strength=strength,
        )
    head = head or solved.head
    logits = [*solved.logits[:-1], data.validation_logits(head)]
    return SolvedHead(head, solved.path, logits, heat)
