"""What a run says of photos that it did not learn from, kept beside it and counted."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.metrics import probabilities
from pipeline.evaluation.predictions import Predictions, write_predictions
from pipeline.evaluation.run_score import (
    CROSS_VALIDATED_BELOW,
    WITHOUT_TEST,
    is_of_all,
    score,
)
from pipeline.heads.folds import apart
from pipeline.heads.head_data import SEEN
from pipeline.learning.training import Trained
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace.run import Run
from pipeline.workspace.runs import CROSS_VALIDATION, VALIDATION_PREDICTIONS


def keep_cross_validation(
    run: Run, photo_set: PhotoSet, trained: Trained, is_sealed: bool
) -> dict[str, float] | None:
    """Keep what heads say of every photo of a small set, each of photos that it had not seen.

    Args:
        run: Whose results they are.
        photo_set: Its photos.
        trained: What its training left.
        is_sealed: Whether the test photos are sealed: answers about them, of a training that had
            begun before, are not even kept.

    Returns:
        As `run_score.score`; besides the number of `folds`, and of `near_copies`: photos with one
        that looks nearly the same among those that their judge learned from. None without answers.
        Of a sealed set it is marked `WITHOUT_TEST`.
    """
    judged = trained.out_of_fold
    if judged is None:
        return None
    truth = photo_set.labels()[judged.photos]
    found = Predictions(
        judged.photos, truth, judged.probabilities, scenes=judged.groups, in_turns=True
    )
    counted = np.ones(len(truth), np.bool_)
    if is_sealed:
        counted = ~np.isin(judged.photos, photo_set.indices("test"))
        found = found.only(counted)
    write_predictions(run.results / CROSS_VALIDATION, found)
    return {
        **score(found, int(apart(judged.folds, judged.groups)[counted].sum())),
        "folds": int(judged.folds.max()) + 1,
        **({WITHOUT_TEST: 1} if is_sealed else {}),
    }


def keep_validation(run: Run, photo_set: PhotoSet, trained: Trained) -> None:
    """Keep what is said of photos that are not for the test, for advice on the next run.

    Advice that comes from the test would make the next run's test score flatter it. Of validation
    photos that the network has learned in the end, heads speak that had not.
    """
    judged, truth = trained.out_of_fold, photo_set.labels()
    has_seen = run.started_from is not None and run.started_from.has_seen
    if is_of_all(run.config) and len(truth) < CROSS_VALIDATED_BELOW and not has_seen:
        if judged is None:  # stopped before heads were asked that had not
            return
        indices = np.sort(np.concatenate([photo_set.indices(split) for split in SEEN]))
        shares = judged.probabilities[np.searchsorted(judged.photos, indices)]
    else:
        indices = photo_set.indices("validation")
        shares = probabilities(trained.validation_logits / trained.temperature)
    found = Predictions(indices, truth[indices], shares)
    write_predictions(run.results / VALIDATION_PREDICTIONS, found)
