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
from pipeline.evaluation.metrics import confusion_matrix, wilson_interval
from pipeline.files.atomic import sha256_of
from pipeline.network.tensors import read_tensors
from pipeline.settings.environment import BACKBONE
from pipeline.settings.train_config import TrainConfig


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the example says about the photos that were kept for judging.

    Attributes:
        classes: Names, in the order of the numbers.
        truth: `(N,)` class indices.
        probabilities: `(N, C)`.
        neither: `(N,)`, whether a photo was called none of the classes.
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
    stages = _stages(history)
    called = judged.probabilities.argmax(axis=1)
    right = int((called == judged.truth).sum())
    photos = len(judged.truth)
    error = expected_calibration_error(judged.truth, judged.probabilities)
    return f"""#### The built-in network

A MobileNetV2 without its top, width {config.alpha}: {_millions(tensors)} million numbers in
{BACKBONE.stat().st_size / 2**20:.1f} MB, with the layers and names of Keras's own. It comes with
PawTune, so that a first training, and a first answer, need no network connection.

**What it learned from.** {training_photos:,} photos of the cats and dogs that Microsoft and
Petfinder published as "Kaggle Cats and Dogs" (at most 180 pixels a side; none of them is in here).
It began with random numbers and learned to see in each photo what a larger network sees in it:
Keras's MobileNetV2 of width 1.0 (Apache License 2.0), which had learned from ImageNet. Besides, it
learned to tell cats from dogs. {stages} Made on {made_on.isoformat()} by
`pipeline/builtin/make_backbone.py`; SHA-256 `{sha256_of(BACKBONE)[:16]}`.

**How good it is.** The example run, trained on the same photos on top of it, was asked about
{photos:,} photos that neither of them ever learned from (those numbered 9,000 to 9,999 of each
kind):

| | photos | called right | 95 % interval |
|---|---|---|---|
{_per_class(judged, called)}
| both | {photos:,} | {100 * right / photos:.1f} % | {_interval(right, photos)} |

Its certainty is off by {100 * error:.1f} points on average (expected calibration error). It calls
{int(judged.neither.sum())} of these {photos:,} photos "None of them". The example chose its best
epoch, its certainty and what it calls familiar by four fifths of these photos.

**Where it fails.** It has seen cats and dogs, most of them one to a picture, indoors, from a few
steps away, and nothing else. Kittens and small or long-haired dogs are taken for each other more
often than others; so are animals that fill a small part of the picture, are partly hidden, or are
seen from behind. Of other animals, of people and of things it knows nothing: most come back as
"None of them", some do not. Starting from it, trainings on photos that are no pets reach less than
from ImageNet's knowledge.

**What it must not be used for.** Any decision about a person or an animal: health, breed, age,
ownership, access. It answers one question, "cat or dog?", for learning and for play.

**Licence.** Network and example are under PawTune's own licence (Apache License 2.0). They were
learned from photos whose rights stay with their owners.
"""


def _stages(history: list[dict[str, Any]]) -> str:
    sizes: dict[int, list[float]] = {}
    for row in history:
        sizes.setdefault(int(row["image_size_px"]), []).append(float(row["seconds"]))
    parts = [f"{len(seconds)} at {size} px" for size, seconds in sizes.items()]
    hours = sum(map(sum, sizes.values())) / 3600
    beside = [int(row["pictures"]) for row in history if row.get("pictures")]
    return (
        f"It saw every photo {len(history)} times ({', '.join(parts)}), each time a little "
        f"differently, in {hours:.1f} hours on two busy processor cores. In the last {len(beside)} "
        f"of them it also saw {max(beside, default=0):,} pictures that are no photos (leaves, "
        "noise, scribbles, writing, drawn pets) with what the larger network sees in them: a "
        "network that knows nothing but pets sees pets everywhere."
    )


def _per_class(judged: Judged, called: NDArray[np.int64]) -> str:
    matrix = confusion_matrix(judged.truth, called, len(judged.classes))
    rows = []
    for index, name in enumerate(judged.classes):
        right, photos = int(matrix[index, index]), int(matrix[index].sum())
        share = f"{100 * right / photos:.1f} %"
        rows.append(f"| {name} | {photos:,} | {share} | {_interval(right, photos)} |")
    return "\n".join(rows)


def _interval(right: int, photos: int) -> str:
    low, high = wilson_interval(right, photos)
    return f"{100 * low:.1f} to {100 * high:.1f} %"


def _millions(tensors: dict[str, NDArray[np.generic]]) -> str:
    return f"{sum(tensor.size for tensor in tensors.values()) / 1e6:.1f}"
