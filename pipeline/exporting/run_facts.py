"""What exports tell about a run, in one place and in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation import run_score
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import curve_points, score_text


@dataclass(frozen=True, slots=True, eq=False)
class RunFacts:
    """A finished run, told.

    Attributes:
        id: Of the run.
        name: As its owner calls it.
        photo_set_name: As its owner calls the photos.
        photo_set_id: Of the photos; empty where they are not there (the example).
        classes: Class names, in the order of the answers.
        splits: Photos per split and class, `{split: {class: photos}}`; None where not known.
        config: Its settings.
        created_at: When it was started.
        seconds: How long it took.
        parameters: `{"total": n, "trainable": {phase: n}}`.
        points: Its curves.
        best_epoch: The point whose numbers were kept.
        test: Loss, accuracy, 95 % interval `low`..`high`, and number of test photos.
        truth: `(N,)` class of each photo of `score`; None where its answers are not there.
        probabilities: `(N, C)` what was said about them.
        versions: Of the packages that made it.
        cross_validation: As `test`, of all photos of a small set.
        is_sealed: Whether its test is not to be seen, nor its test photos with their answers.
        scenes: `(N,)` equal numbers for photos of `score` that look nearly the same; None where
            nobody knows.
        photo_indices: `(N,)` positions of those photos in their set; None as `truth`.
        started_from: Name of the earlier run whose network it started from; None without.
    """

    id: str
    name: str
    photo_set_name: str
    photo_set_id: str
    classes: tuple[str, ...]
    splits: Mapping[str, Mapping[str, int]] | None
    config: TrainConfig
    created_at: datetime
    seconds: float | None
    parameters: Mapping[str, Any] | None
    points: tuple[Epoch, ...]
    best_epoch: int | None
    test: dict[str, float] | None
    truth: NDArray[np.int64] | None
    probabilities: NDArray[np.float32] | None
    versions: Mapping[str, str]
    cross_validation: dict[str, float] | None = None
    is_sealed: bool = False
    scenes: NDArray[np.int64] | None = None
    photo_indices: NDArray[np.int64] | None = None
    started_from: str | None = None

    @property
    def score(self) -> dict[str, float] | None:
        """The score that is told first, see `run_score.first`."""
        return run_score.first(self.config, self.test, self.cross_validation)

    @property
    def by_folds(self) -> bool:
        """Whether `score` is that of all photos; the network learned all but the test then."""
        return self.score is not None and run_score.is_cross_validated(self.score)

    @property
    def judges(self) -> str:
        """The photos of `score`, see `score_text.judges`."""
        return score_text.judges(self.score)

    @property
    def called(self) -> NDArray[np.int64] | None:
        """`(N,)` class that was predicted for each photo."""
        return None if self.probabilities is None else self.probabilities.argmax(axis=1)

    @property
    def solver_steps(self) -> int:
        """How many of the points are steps of the solver."""
        return curve_points.steps(self.config, self.points)

    @property
    def fine_tuning_after(self) -> int | None:
        """Number of the last point before fine-tuning; None where that did not happen."""
        return curve_points.fine_tuning_after(self.points)

    def point_name(self, number: int) -> str:
        """`epoch 12`, or `solver step 5` and `fine-tuning epoch 3`."""
        return curve_points.name(self.config, self.points, number)
