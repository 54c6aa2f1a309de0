"""The head computed: by the validation photos in a large set, by folds in a small one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.evaluation.learning_curve import EpochScores
from pipeline.learning.learners import SEEN, Material
from pipeline.network.head import Head
from pipeline.progress import Report


@dataclass(frozen=True, slots=True)
class SolvedHead:
    """What the solver leaves of a training.

    Attributes:
        head: The head. In a small set that is not fine-tuned, the validation photos are among
            those that it learned from: nothing is left for them to choose.
        path: The solver's way on the training photos alone, see `solved.Solved`.
        temperature: See `training.Trained`; None where the validation photos are to tell it.
    """

    head: Head
    path: list[EpochScores]
    temperature: float | None


def solve_head(material: Material, num_classes: int, report: Report) -> SolvedHead:
    """Compute the head; the same photos and settings give the same one.

    In a small set, folds of training and validation photos choose the strength of the penalty and
    tell how sure an answer may be: the few validation photos alone would do both by luck.

    Args:
        material: What the training works on.
        num_classes: Classes, at least 2.
        report: Told how far it is; may raise `Stopped`.

    Raises:
        Stopped: If `report` raises it.
    """
    # Here, because SciPy takes longer to import than the solving takes.
    from pipeline.heads.cross_validation import solve_by_folds
    from pipeline.heads.solved import solve

    labels, config, groups = material.labels, material.config, material.groups
    features = {split: material.frozen.pooled(split, None) for split in SEEN}
    strength = head = heat = None
    with material.watch.stage("head"), threadpool_limits(1, user_api="blas"):  # see `solve`
        if groups is not None:
            found = solve_by_folds(
                np.concatenate([features[split] for split in SEEN]),
                np.concatenate([labels[split] for split in SEEN]),
                np.concatenate([groups[material.indices[split]] for split in SEEN]),
                num_classes,
                config.seed,
                report,
                balanced=material.balanced,
            )
            strength, heat = found.strength, found.temperature
            # What chooses an epoch of fine-tuning must not have been learned.
            head = None if config.fine_tune_epochs else found.head
        solved = solve(
            features["training"],
            labels["training"],
            features["validation"],
            labels["validation"],
            num_classes,
            report,
            material.balanced,
            strength=strength,
        )
    return SolvedHead(head or solved.head, solved.path, heat)
