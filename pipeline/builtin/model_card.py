"""Writes the model card of the built-in network: what it was made from, what it can and cannot do.

After Mitchell et al. 2019, "Model Cards for Model Reporting" (arXiv:1810.03993).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.calibration import expected_calibration_error
from pipeline.evaluation.class_scores import Share
from pipeline.evaluation.metrics import confusion_matrix
from pipeline.exporting.rendering import rendered
from pipeline.files.atomic import sha256_of
from pipeline.network.tensors import read_tensors
from pipeline.settings.environment import BACKBONE
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import numbers


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the example says about the photos that were kept for judging.

    Attributes:
        classes: Names, in the order of the numbers.
        truth: `(N,)` class indices.
        probabilities: `(N, C)`.
        neither: `(N,)`, whether the answer was none of the classes.
    """

    classes: tuple[str, ...]
    truth: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    neither: NDArray[np.bool_]


def card(judged: Judged, training_photos: int, config: TrainConfig, made_on: date) -> str:
    """The card in Markdown.

    Args:
        judged: What the example says about the kept photos.
        training_photos: How many photos backbone and example learned from.
        config: The example's settings.
        made_on: When it was made.
    """
    tensors, facts = read_tensors(BACKBONE)
    history: list[dict[str, Any]] = json.loads(facts["history"])
    seconds: dict[int, list[float]] = {}
    for row in history:
        seconds.setdefault(int(row["image_size_px"]), []).append(float(row["seconds"]))
    called = judged.probabilities.argmax(axis=1)
    matrix = confusion_matrix(judged.truth, called, len(judged.classes))
    right, photos = matrix.diagonal().tolist(), matrix.sum(axis=1).tolist()
    names = (*judged.classes, "both")
    return rendered(
        "built_in.md",
        width=config.alpha,
        millions=f"{sum(tensor.size for tensor in tensors.values()) / 1e6:.1f}",
        megabytes=f"{BACKBONE.stat().st_size / 2**20:.1f}",
        sha256=sha256_of(BACKBONE),
        made_on=made_on.isoformat(),
        training_photos=training_photos,
        history=history,
        stages=[f"{len(each)} at {size} px" for size, each in seconds.items()],
        hours=f"{sum(map(sum, seconds.values())) / 3600:.1f}",
        beside=[int(row["pictures"]) for row in history if row.get("pictures")],
        judged=judged,
        error=expected_calibration_error(judged.truth, judged.probabilities),
        rows=list(zip(names, [*right, sum(right)], [*photos, sum(photos)], strict=True)),
        interval=_interval,
    )


def _interval(right: int, photos: int) -> str:
    return f"{numbers.interval(*Share(right, photos).interval)} %"
