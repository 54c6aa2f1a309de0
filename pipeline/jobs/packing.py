"""What a network is given along and held against before it is handed out."""

from __future__ import annotations

import logging
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify import novelty
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.evaluation.metrics import probabilities
from pipeline.files.npy import take
from pipeline.learning.training import Trained
from pipeline.network.litert_runner import POOLED, LitertNetwork
from pipeline.photos.arrays import Photos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import scenes
from pipeline.settings.train_config import FINE_TUNING

Features = NDArray[np.float32]
log = logging.getLogger("pawtune.training")
LOOKED_AT: Final = 500  # validation photos, to learn how far from familiar new ones may lie
PARITY_PHOTOS: Final = 100
PARITY: Final = 1e-3  # by which a probability may differ that people get to see
# By which a logit may differ, as a share of the largest one: what tails are fed with has 11 bits,
# which was measured to move logits by 0.0004 of it at most.
_ROUNDING: Final = 2e-3
_FAR: Final = 0.05  # however sure both answers are: colours in another order move them by 0.45


def familiar(
    content: bytes, arrays: Photos, photo_set: PhotoSet, trained: Trained, seed: int
) -> novelty.Familiar | None:
    """What the photos look like to the packed network; None where too few are there to tell.

    Args:
        content: Its LiteRT file.
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], every photo of the set.
        photo_set: The photos; those of training and validation count, up to 1,000.
        trained: What the training left.
        seed: Decides which of many.
    """
    validation, at_validation = _some(photo_set, "validation", LOOKED_AT, seed)
    most = novelty.MOST_PHOTOS - len(validation)
    training, at_training = _some(photo_set, "training", most, seed)

    def seen(split: str, chosen: NDArray[np.int64], places: NDArray[np.int64]) -> Features:
        if split in trained.pooled:
            return trained.pooled[split][places]
        (pooled,) = LitertNetwork(content).run(take(arrays, chosen), [POOLED])
        return pooled

    learned = seen("training", training, at_training)
    kept_out = seen("validation", validation, at_validation)
    if trained.best_phase == FINE_TUNING:
        return novelty.fit_apart(learned, kept_out)
    groups = scenes(photo_set, np.concatenate([training, validation]))
    return novelty.fit(np.concatenate([learned, kept_out]), groups)


def _some(
    photo_set: PhotoSet, split: str, most: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Some photos of a split: their places in the set, and in the split; ascending."""
    every = photo_set.indices(split)
    places = np.sort(np.random.default_rng(seed).permutation(len(every))[:most])
    return every[places], places


def check_parity(
    classifier: Classifier,
    arrays: Photos,
    validation: NDArray[np.int64],
    trained: Trained,
) -> None:
    """Compare the bundle's answers with those of the training on up to 100 photos.

    Training looked at kept results of the frozen part, the bundle looks at photos: this holds
    the two ways of the data against each other in every run.

    Args:
        classifier: The bundle.
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], every photo of the set.
        validation: `(M,)` which of them are validation photos.
        trained: What the training left, with its own answers about these.

    Raises:
        RunError: If they differ by more than rounding does.
    """
    some = validation[:PARITY_PHOTOS]
    expected = trained.validation_logits[: len(some)]
    found = classifier.logits(take(arrays, some))
    apart = float(np.abs(found - expected).max())
    scale = max(1.0, float(np.abs(expected).max()))
    shares = (probabilities(logits / trained.temperature) for logits in (found, expected))
    difference = float(np.abs(np.subtract(*shares)).max())
    log.info("The bundle differs from the training by %.1e at most.", difference)
    if difference <= PARITY and apart <= _FAR * scale:
        return
    if not apart <= _ROUNDING * scale:
        raise RunError(
            f"The packed model answers differently from the trained one (by {difference:.4f}). "
            "The run's curves are kept; train again, and report this if it happens again."
        )
    log.warning("That is rounding: its logits reach %.0f, and differ by %.1e.", scale, apart)
