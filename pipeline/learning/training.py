"""A run's training, as the tutorial has it: feature extraction, then fine-tuning.

The best epoch of both phases, the one with the lowest validation loss, is what a run ends with.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from pipeline.architecture import count_parameters
from pipeline.config import FEATURE_EXTRACTION, PHASES, TrainConfig
from pipeline.errors import PhotoSetError, RunError, Stopped
from pipeline.learning.batches import (
    SCORING_BATCH,
    batches_in,
    plain_batches,
    take,
    training_batches,
)
from pipeline.learning.checkpoints import Checkpoints, EpochScores, Standing
from pipeline.learning.network import Network, build_network, calibrate, set_phase
from pipeline.learning.watching import (
    Listener,
    RunContext,
    Watch,
    check_number,
    may_stop_early,
)
from pipeline.learning.weights import weights_file
from pipeline.photos.sets import PhotoSet
from pipeline.progress import Report, silent
from pipeline.scores import log_loss, probabilities

__all__ = [
    "EpochScores",
    "Listener",
    "PhaseScores",
    "ResumePoint",
    "Trained",
    "score",
    "train",
]

_CALIBRATION_PHOTOS: Final = 64


@dataclass(slots=True)
class PhaseScores:
    """One phase of a run.

    Attributes:
        name: "feature_extraction" or "fine_tuning".
        epochs: Scores of its finished epochs in order, those of an earlier try included.
        seconds: How long this try spent on it.
    """

    name: str
    epochs: list[EpochScores] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """The last epoch of an interrupted run that its listener heard of.

    Attributes:
        phase: Its phase.
        epoch: Its number, from 1, counted over both phases.
    """

    phase: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training leaves.

    Attributes:
        network: Holds the best epoch's weights; as it was when stopped before the first.
        best_phase: Phase of the epoch with the lowest validation loss, None without an epoch.
        best_epoch: That epoch's number, from 1, counted over both phases.
        stopped: Whether somebody pressed Stop.
        phases: The phases that this try worked on.
        seconds: How long this try took in all.
    """

    network: Network
    best_phase: str | None
    best_epoch: int | None
    stopped: bool
    phases: list[PhaseScores]
    seconds: float

    @property
    def phase_seconds(self) -> dict[str, float]:
        """How long this try spent on each phase."""
        return {phase.name: phase.seconds for phase in self.phases}


@dataclass(frozen=True, slots=True)
class _Data:
    arrays: NDArray[np.uint8]  # (N, S, S, 3) RGB in [0, 255], mapped from a file
    labels: NDArray[np.int64]  # (N,)
    training: NDArray[np.int64]  # positions in the two above
    validation: NDArray[np.int64]


def train(
    config: TrainConfig,
    photo_set: PhotoSet,
    cache_folder: Path,
    run_folder: Path,
    listener: Listener,
    report: Report,
    resume: ResumePoint | None = None,
) -> Trained:
    """Train a network on a photo set.

    After each epoch `last.safetensors` is on disk, and `best.safetensors` after each one with the
    lowest validation loss so far, before the listener hears of it.

    Args:
        config: The run's settings; with the photo set they decide the result.
        photo_set: The photos; training and validation are used, test is not touched.
        cache_folder: Where the decoded photos are kept from run to run.
        run_folder: Where the checkpoints go.
        listener: Told about parameters, batches and epochs; may raise `Stopped`.
        report: Told about everything else; may raise `Stopped`.
        resume: Where an earlier try with the same settings, photos and `run_folder` got,
            to go on from its last checkpoint.

    Raises:
        DownloadError: If the ImageNet weights are neither here nor to be had.
        PhotoSetError: If the photo set is damaged or has nothing to validate with.
        RunError: If the loss stops being a number, memory runs out, or a checkpoint to go on
            from is damaged.
        Stopped: If Stop was pressed before there was a network.
    """
    began = time.monotonic()
    keras.utils.set_random_seed(config.seed)
    data = _load(config, photo_set, cache_folder, report)
    weights = None
    if config.weights == "imagenet" and resume is None:  # a checkpoint has them all
        weights = weights_file(config.alpha, config.image_size_px, False, report)
    report("Preparing the network")
    network = build_network(config, len(photo_set.classes), weights)
    checkpoints = Checkpoints(run_folder)
    run = RunContext(config, network, checkpoints, listener, report)
    phases: list[PhaseScores] = []
    stopped = False
    try:
        standing = _begin(run, data) if resume is None else _resume(run, resume)
        for phase in PHASES:
            standing = _train_phase(run, data, phase, phases, standing)
    except Stopped:
        stopped = True
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise RunError(
            "The training ran out of memory. Choose a smaller batch size or image size, "
            "or close other programs, and train again."
        ) from error
    checkpoints.load_best(network)
    return Trained(
        network,
        checkpoints.best.phase if checkpoints.best else None,
        checkpoints.best.epoch if checkpoints.best else None,
        stopped,
        phases,
        time.monotonic() - began,
    )


def _load(config: TrainConfig, photo_set: PhotoSet, cache_folder: Path, report: Report) -> _Data:
    data = _Data(
        photo_set.arrays(config.image_size_px, cache_folder, report),
        photo_set.labels(),
        photo_set.indices("training"),
        photo_set.indices("validation"),
    )
    if not len(data.training) or not len(data.validation):
        raise PhotoSetError(
            "The photo set needs photos for training and for validation. Import it again."
        )
    return data


def _begin(run: RunContext, data: _Data) -> Standing:
    """Tell what there is before the first batch."""
    if run.config.weights == "none":
        some = np.random.default_rng(run.config.seed).permutation(data.training)
        calibrate(run.network, take(data.arrays, some[:_CALIBRATION_PHOTOS]))
    count = count_parameters(run.config, run.network.num_classes)
    run.listener.parameters(count.total, count.trainable)
    truth = data.labels[data.validation]
    loss, accuracy, _ = score(run.network, data.arrays, data.validation, truth, report=run.report)
    check_number(loss)
    run.listener.initial(loss, accuracy)
    return Standing(PHASES[0], 0, ())


def _resume(run: RunContext, heard: ResumePoint) -> Standing:
    """Go back to the last checkpoint, and tell of it if the listener did not hear of it yet."""
    standing = run.checkpoints.load_last(run.network)
    if standing.epoch > heard.epoch:
        run.listener.epoch(standing.phase, standing.epoch, standing.scores[-1])
        if run.checkpoints.best == standing:
            run.listener.best(standing.phase, standing.epoch)
    return standing


def _train_phase(
    run: RunContext, data: _Data, phase: str, phases: list[PhaseScores], standing: Standing
) -> Standing:
    """Train one phase, or what an earlier try left of it; `phases` grows by it."""
    config, network = run.config, run.network
    planned = config.epochs if phase == FEATURE_EXTRACTION else config.fine_tune_epochs
    if PHASES.index(phase) < PHASES.index(standing.phase) or not planned:
        return standing
    scores = PhaseScores(phase, list(standing.scores) if phase == standing.phase else [])
    done = len(scores.epochs)
    phases.append(scores)
    if done >= planned or (config.early_stopping and may_stop_early(scores.epochs)):
        return standing
    began = time.monotonic()
    run.report("Preparing the network")
    set_phase(network, phase, config)
    if done:
        run.checkpoints.load_optimizer(network)
    batches = batches_in(len(data.training), config.batch_size)
    first = standing.epoch
    try:
        network.model.fit(
            training_batches(data.arrays, data.training, data.labels, config, first),
            validation_data=plain_batches(data.arrays, data.validation, data.labels),
            steps_per_epoch=batches,
            initial_epoch=first,
            epochs=first + planned - done,
            callbacks=[Watch(run, phase, scores.epochs, batches)],
            shuffle=False,  # the batches come shuffled
            verbose=0,
        )
    finally:
        scores.seconds = time.monotonic() - began
    return Standing(phase, first + len(scores.epochs) - done, tuple(scores.epochs))


def score(
    network: Network,
    arrays: NDArray[np.uint8],
    indices: NDArray[np.int64],
    labels: NDArray[np.int64],
    batch_size: int = SCORING_BATCH,
    report: Report = silent,
) -> tuple[float, float, NDArray[np.float32]]:
    """Ask a network about photos whose class is known.

    Args:
        network: The network.
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], every photo of the set.
        indices: `(M,)` int64, positions of the photos to ask about.
        labels: `(M,)` int64, the class of each photo of `indices`, in that order.
        batch_size: Photos asked about at a time.
        report: Told how far it is; may raise `Stopped`.

    Returns:
        Mean cross-entropy, share called right (0 to 1), and `(M, num_classes)` float32
        probabilities in the order of `indices`, columns in class order.
    """
    logits = []
    for start in range(0, len(indices), batch_size):
        report("Asking the network about known photos", start, len(indices), "photos")
        photos = take(arrays, indices[start : start + batch_size])
        logits.append(np.asarray(network.logits(tf.constant(photos))))
    answers = probabilities(np.concatenate(logits))
    return log_loss(labels, answers), float(np.mean(answers.argmax(axis=1) == labels)), answers
