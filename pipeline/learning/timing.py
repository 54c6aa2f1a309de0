"""How fast this machine trains, from a few batches.

The network is random and so are the photos: speed does not depend on the numbers, and nothing
has to be downloaded first. `pipeline.estimate` turns what is measured here into seconds.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from pipeline.config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.learning.batches import SCORING_BATCH, plain_batches, training_batches
from pipeline.learning.network import Network, build_network, set_phase
from pipeline.progress import Report
from pipeline.settings import NUM_LAYERS, TRAIN

_WARM_UP: Final = 2  # batches: the first one compiles, the second still fills buffers
_FEWEST: Final = 4  # batches to measure
_ENOUGH_S: Final = 2.0
_MOST: Final = 10_000
_PHOTOS: Final = 256  # a multiple of every batch size
_WORDS: Final = {FEATURE_EXTRACTION: "feature extraction", FINE_TUNING: "fine-tuning"}


class _Clock(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no type hints
    """Notes when each batch is done, and ends the run when it has seen enough."""

    def __init__(self, stage: str, report: Report) -> None:
        super().__init__()
        self._stage = stage
        self._report = report
        self.began = 0.0
        self._times: list[float] = []

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Start the clock."""
        self.began = time.monotonic()

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Start the clock."""
        self.began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Note a batch."""
        self.model.stop_training = self._note()

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Note a batch."""
        self.model.stop_evaluating = self._note()

    def _note(self) -> bool:
        self._times.append(time.monotonic())
        self._report(self._stage, len(self._times), _WARM_UP + _FEWEST, "batches")
        measured = self._times[_WARM_UP:]
        return len(measured) >= _FEWEST and measured[-1] - measured[0] >= _ENOUGH_S

    @property
    def first_s(self) -> float:
        """Seconds until the first batch was done."""
        return self._times[0] - self.began

    @property
    def batch_s(self) -> float:
        """Seconds that a batch takes once everything runs."""
        return float(np.median(np.diff(self._times[_WARM_UP - 1 :])))


def time_batches(config: TrainConfig, report: Report) -> dict[str, Any]:
    """Time a few batches of every kind that a training is made of.

    Args:
        config: Width, image size, batch size and augmentation are measured as they are. So is
            `fine_tune_at`, unless nothing would be released.
        report: Told about each batch; may raise `Stopped`.

    Returns:
        Plain numbers, ready for JSON: `frozen_s`, `fine_tuning_s` and `scoring_s`, seconds per
        photo of a training step in either phase and of validation; `build_s`, `frozen_start_s` and
        `fine_tuning_start_s`, seconds that pass once before the first batch; `frozen_photos_per_s`
        and `fine_tuning_photos_per_s`; and `alpha`, `image_size_px`, `batch_size` and
        `fine_tune_at`, what it was measured with.
    """
    if config.fine_tune_at == NUM_LAYERS:
        config = replace(config, fine_tune_at=TRAIN["fine_tune_at"].default)
    side = config.image_size_px
    rng = np.random.default_rng(config.seed)
    photos = rng.integers(0, 256, (_PHOTOS, side, side, 3), np.uint8)
    began = time.monotonic()
    report("Preparing the network")
    network = build_network(config, 2, None)
    build_s = time.monotonic() - began
    scoring = _time_scoring(network, photos, report)
    frozen = _time_phase(network, FEATURE_EXTRACTION, config, photos, report)
    tuning = _time_phase(network, FINE_TUNING, config, photos, report)
    batch = config.batch_size
    return {
        "frozen_s": frozen.batch_s / batch,
        "fine_tuning_s": tuning.batch_s / batch,
        "scoring_s": scoring.batch_s / SCORING_BATCH,
        "build_s": build_s,
        "frozen_start_s": scoring.first_s + frozen.first_s,
        "fine_tuning_start_s": scoring.first_s + tuning.first_s,
        "frozen_photos_per_s": batch / frozen.batch_s,
        "fine_tuning_photos_per_s": batch / tuning.batch_s,
        "alpha": config.alpha,
        "image_size_px": side,
        "batch_size": batch,
        "fine_tune_at": config.fine_tune_at,
    }


def _time_phase(
    network: Network, phase: str, config: TrainConfig, photos: NDArray[np.uint8], report: Report
) -> _Clock:
    set_phase(network, phase, config)
    clock = _Clock(f"Timing {_WORDS[phase]}", report)
    indices, labels = np.arange(_PHOTOS), np.arange(_PHOTOS) % 2
    network.model.fit(
        training_batches(photos, indices, labels, config, first_epoch=0),
        steps_per_epoch=_MOST,  # the clock ends it long before
        callbacks=[clock],
        shuffle=False,
        verbose=0,
    )
    return clock


def _time_scoring(network: Network, photos: NDArray[np.uint8], report: Report) -> _Clock:
    clock = _Clock("Timing validation", report)
    indices, labels = np.arange(_PHOTOS), np.arange(_PHOTOS) % 2
    network.model.evaluate(plain_batches(photos, indices, labels), callbacks=[clock], verbose=0)
    return clock
