"""How fast this machine trains, from a few batches of everything that a training is made of.

The network is random and so are the photos: speed does not depend on the numbers, and nothing
has to be downloaded first. `network.training_time` turns what is measured here into seconds.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.features.frozen_pass import FrozenPass
from pipeline.heads.logistic_regression import Problem
from pipeline.heads.stepped import HeadTrainer
from pipeline.learning.initial_weights import random_tensors
from pipeline.network.convolutions import convolutions, frozen_convolutions
from pipeline.network.head import Head
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import POOLED
from pipeline.network.mobilenet_v2 import num_features
from pipeline.network.tensors import Tensors
from pipeline.parallel import made_ahead, processors
from pipeline.photos.augment import augment_batch
from pipeline.photos.decoding import decode
from pipeline.progress import Report, Stage, Step
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.train_config import TrainConfig

_CLASSES: Final = 2
_PHOTOS: Final = 128  # whole chunks for every thread of a few
_CALIBRATION: Final = 4
_ENOUGH_S: Final = 0.6  # of measuring one thing; the first turn warms up and does not count
_FEWEST: Final = 3  # turns
_CANONICAL_PX: Final = (320, 240)  # width and height: between small photos and the largest kept
_LITTLE: Final = 8  # photos; a batch of so few shows what a step costs besides its photos
_STEP_PHOTOS: Final = 32
_SCORING_PHOTOS: Final = 64


@dataclass(frozen=True, slots=True)
class _Trial:
    """What everything is measured with."""

    config: TrainConfig
    photos: NDArray[np.uint8]  # (_PHOTOS, S, S, 3)
    tensors: Tensors
    report: Report

    def median_s(self, step: Step, work: Callable[[], object]) -> float:
        """Median seconds of `work`; tells of each turn."""
        work()
        seconds: list[float] = []
        while len(seconds) < _FEWEST or sum(seconds) < _ENOUGH_S:
            self.report(Stage(step), min(sum(seconds) / _ENOUGH_S, 1.0), 1.0)
            began = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - began)
        return float(np.median(seconds))


def time_batches(config: TrainConfig, report: Report) -> dict[str, float]:
    """Time a few batches of everything that a training is made of.

    Args:
        config: Width, image size and augmentation are measured as they are. So is
            `fine_tune_at`, unless nothing would be released.
        report: Told about each turn; may raise `Stopped`.

    Returns:
        Plain numbers, ready for JSON. Seconds for one photo, with all cores at work: `decode_s`,
        `augment_s`, `frozen_s` (a pass of the whole backbone), `head_s` (one step's share),
        `solve_s` (one evaluation of the solver's objective), `tail_s` (a fine-tuning step's
        share), `scoring_s` (the tail's forward pass). Seconds for one step, whatever its
        photos: `step_s`. Seconds that pass once: `start_s`, from TensorFlow's import to the
        first fine-tuning step. And `alpha`, `image_size_px` and `fine_tune_at`, what it was
        measured with.
    """
    every = convolutions(config.alpha, config.image_size_px)
    if config.fine_tune_at > every[-1].first:  # no kernel would change
        config = replace(config, fine_tune_at=TRAIN["fine_tune_at"].default)
    side = config.image_size_px
    report(Stage(Step.PREPARING_NETWORK))
    photos = np.random.default_rng(config.seed).integers(0, 256, (_PHOTOS, side, side, 3), np.uint8)
    trial = _Trial(config, photos, random_tensors(config, photos[:_CALIBRATION]), report)
    return {
        **_time_photos(trial),
        **_time_frozen(trial),
        **_time_head(trial),
        **_time_tail(trial),
        "alpha": config.alpha,
        "image_size_px": side,
        "fine_tune_at": config.fine_tune_at,
    }


def _time_photos(trial: _Trial) -> dict[str, float]:
    """Decoding and augmentation, in as many threads as a training takes."""
    config, chosen = trial.config, np.arange(_PHOTOS)
    jpeg = _canonical()
    chunks = np.array_split(chosen, 4 * processors())

    def in_threads(work: Callable[[NDArray[np.int64]], object]) -> Callable[[], object]:
        return lambda: list(made_ahead(work, chunks, processors()))

    def square(chunk: NDArray[np.int64]) -> None:
        for _ in chunk:
            decode.square(jpeg, config.image_size_px)

    def augment(chunk: NDArray[np.int64]) -> None:
        keys = chunk.astype(np.uint64)
        augment_batch(trial.photos[chunk], config.augment, config.seed, keys, 0)

    return {
        "decode_s": trial.median_s(Step.TIMING_DECODING, in_threads(square)) / _PHOTOS,
        "augment_s": trial.median_s(Step.TIMING_AUGMENTATION, in_threads(augment)) / _PHOTOS,
    }


def _canonical() -> bytes:
    """A JPEG with about as much in it as a photo, as photo sets keep them."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (15, 20, 3), np.uint8).astype(np.float32)
    smooth = cv2.resize(coarse, _CANONICAL_PX, interpolation=cv2.INTER_CUBIC)
    grainy = np.clip(smooth + rng.normal(0, 4, smooth.shape), 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(grainy).save(stream, "JPEG", quality=decode.JPEG_QUALITY, subsampling="4:4:4")
    return stream.getvalue()


def _time_frozen(trial: _Trial) -> dict[str, float]:
    config = trial.config
    network = FrozenPass(litert_file(trial.tensors, config.alpha, config.image_size_px), [POOLED])

    def look() -> None:
        for _ in network.look(np.arange(_PHOTOS), lambda chosen: trial.photos[chosen]):
            pass

    return {"frozen_s": trial.median_s(Step.TIMING_FROZEN_LAYERS, look) / _PHOTOS}


def _time_head(trial: _Trial) -> dict[str, float]:
    config, rng = trial.config, np.random.default_rng(0)
    width = num_features(config.alpha)
    pooled = rng.random((16 * _STEP_PHOTOS, width), np.float32)
    labels = rng.integers(0, _CLASSES, len(pooled))
    head = Head.initial(width, _CLASSES, config.seed)
    trainer = HeadTrainer(head, config.learning_rate, config.dropout)
    problem = Problem(pooled, labels, _CLASSES)
    vector = np.zeros(problem.size)

    def learn() -> None:
        for start in range(0, len(pooled), _STEP_PHOTOS):
            batch = slice(start, start + _STEP_PHOTOS)
            trainer.step(pooled[batch], labels[batch], rng)

    solve = trial.median_s(Step.TIMING_HEAD, lambda: problem.objective(vector, 0.03))
    return {
        "head_s": trial.median_s(Step.TIMING_HEAD, learn) / len(pooled),
        "solve_s": solve / len(pooled),
    }


def _time_tail(trial: _Trial) -> dict[str, float]:
    """Fine-tuning; the only part that needs TensorFlow, whose import is most of the start."""
    config = trial.config
    trial.report(Stage(Step.TIMING_FINE_TUNING))
    began = time.perf_counter()
    from pipeline.learning.tail import Tail

    cut = frozen_convolutions(config.alpha, config.image_size_px, config.fine_tune_at)
    inputs: NDArray[Any] = trial.photos[:_SCORING_PHOTOS]
    if cut:
        shape = convolutions(config.alpha, config.image_size_px)[cut - 1].output_shape
        inputs = np.random.default_rng(0).random((_SCORING_PHOTOS, *shape)).astype(np.float16)
    labels = np.arange(_SCORING_PHOTOS) % _CLASSES
    head = Head.initial(num_features(config.alpha), _CLASSES, config.seed)
    tail = Tail(trial.tensors, head, config, _CLASSES, cut)
    tail.step(inputs[:_LITTLE], labels[:_LITTLE])
    tail.logits(inputs[:_LITTLE])
    start_s = time.perf_counter() - began

    def step(photos: int) -> float:
        return trial.median_s(
            Step.TIMING_FINE_TUNING, lambda: tail.step(inputs[:photos], labels[:photos])
        )

    little, usual = step(_LITTLE), step(_STEP_PHOTOS)
    scoring = trial.median_s(Step.TIMING_VALIDATION, lambda: tail.logits(inputs))
    # Twice as many photos take less than twice as long: a step has a price of its own, above
    # all for the optimizer. Noise must not make it more than a whole small step, or negative.
    tail_s = (usual - little) / (_STEP_PHOTOS - _LITTLE)
    tail_s = min(max(tail_s, 0.5 * usual / _STEP_PHOTOS), usual / _STEP_PHOTOS)
    return {
        "start_s": start_s,
        "tail_s": tail_s,
        "step_s": usual - _STEP_PHOTOS * tail_s,
        "scoring_s": scoring / _SCORING_PHOTOS,
    }
