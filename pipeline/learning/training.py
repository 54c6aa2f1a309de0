"""A run's training: feature extraction, then fine-tuning; no frozen layer is computed twice.

The best epoch of both phases is what a run ends with: the one with the lowest validation loss once
its certainty is set right, see `calibration.refined_loss`. Besides, each photo of a small set is
judged by a head that had not seen it, see `out_of_fold`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PhotoSetError, RunError, Stopped
from pipeline.evaluation.class_weights import settled
from pipeline.evaluation.learning_curve import Cut, EarlyEnd
from pipeline.evaluation.metrics import probabilities
from pipeline.features.features import Frozen
from pipeline.files.cache import Cache
from pipeline.files.npy import take
from pipeline.heads.epochs import Astray
from pipeline.heads.head_data import SEEN, HeadData, is_balanced
from pipeline.learning.checkpoints import Checkpoints
from pipeline.learning.initial_weights import CALIBRATION_PHOTOS, starting_tensors
from pipeline.learning.learners import Listener, Material
from pipeline.learning.out_of_fold import OutOfFold, judge
from pipeline.learning.phases import (
    Network,
    PhaseScores,
    ResumePoint,
    RunContext,
    before_fine_tuning,
    begin,
    feature_extraction,
    fine_tuning,
    outcome,
    resume,
)
from pipeline.network.head import Head
from pipeline.network.started_from import StartedFrom
from pipeline.network.tensors import Tensors
from pipeline.network.weight_change import Moved, measure
from pipeline.photos.arrays import Photos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.small_sets import groups_of_few
from pipeline.progress import Report
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    PHASES,
    TrainConfig,
)
from pipeline.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training leaves.

    Attributes:
        tensors: The backbone, by "layer/weight", as after the best epoch.
        head: The head, likewise.
        temperature: What logits are to be divided by so that probabilities mean what they say.
        validation_logits: `(M, L)` float32 of the validation photos, in their order in the set, as
            computed in training, before the temperature.
        pooled: `(n, F)` float32, what the network sees of training and validation photos as they
            are, by split; without those that nobody looked at since the network changed, or only
            in augmented views.
        best_phase: Phase of the best epoch, None without an epoch.
        best_epoch: That epoch's number, from 1, counted over both phases.
        stopped: Whether somebody pressed Stop.
        early_end: What ended it before its last epoch, but for Stop; None where nothing did.
        phases: The phases that this try worked on.
        seconds: How long this try took in all.
        stage_seconds: Where the time went.
        before: What fine-tuning started from; None where the best epoch is none of fine-tuning,
            or that was not kept.
        moved: What fine-tuning changed, block by block; empty where the best epoch is none of it.
        out_of_fold: Every photo of a small set, judged by a head that had not seen it; None for a
            large set, a backbone that has seen them, or after a Stop.
    """

    tensors: Tensors
    head: Head
    temperature: float
    validation_logits: NDArray[np.float32]
    pooled: dict[str, NDArray[np.float32]]
    best_phase: str | None
    best_epoch: int | None
    stopped: bool
    early_end: EarlyEnd | None
    phases: list[PhaseScores]
    seconds: float
    stage_seconds: dict[str, float]
    before: Network | None
    moved: tuple[Moved, ...]
    out_of_fold: OutOfFold | None

    @property
    def validation_probabilities(self) -> NDArray[np.float32]:
        """`(M, num_classes)` float32, what comes of `validation_logits`."""
        return probabilities(self.validation_logits)

    @property
    def phase_seconds(self) -> dict[str, float]:
        """How long this try spent on each phase."""
        return {phase.name: phase.seconds for phase in self.phases}


def train(
    config: TrainConfig,
    photo_set: PhotoSet,
    cache_folder: Path,
    run_folder: Path,
    listener: Listener,
    report: Report,
    interrupted: ResumePoint | None = None,
    only_pack: bool = False,
    started_from: StartedFrom | None = None,
    is_sealed: bool = False,
    judges: bool = True,
) -> Trained:
    """Train a network on a photo set.

    After each epoch `last.safetensors` is on disk, and `best.safetensors` after each one with the
    lowest refined loss so far, before the listener hears of it.

    Args:
        config: The run's settings; with the photo set they decide the result.
        photo_set: The photos; the network learns from training and validation alone.
        cache_folder: Where decoded photos and frozen results are kept from run to run.
        run_folder: Where the checkpoints go.
        listener: Told about parameters, batches and epochs; may raise `Stopped`.
        report: Told about everything else; may raise `Stopped`.
        interrupted: Where an earlier try with the same settings, photos and `run_folder` got,
            to go on from its last checkpoint.
        only_pack: Whether it ends there, as if somebody had pressed Stop.
        started_from: The earlier run to start from; its network lies in `run_folder`.
        is_sealed: Whether the test photos are sealed, see `out_of_fold`.
        judges: Whether the photos of a small set are judged in turns in the end.

    Raises:
        DownloadError: If the ImageNet weights are neither here nor to be had.
        PhotoSetError: If the photo set is damaged or has nothing to validate with.
        RunError: If the loss stops being a number or memory runs out before an epoch was kept, or
            a checkpoint to go on from is damaged.
        Stopped: If Stop was pressed before there was a network.
    """
    began = time.monotonic()
    watch = Stopwatch()
    stopped, early_end, judged = False, None, None
    run_folder.mkdir(parents=True, exist_ok=True)
    cache = Cache(cache_folder)
    with watch.stage("decode"):
        arrays = photo_set.arrays(config.image_size_px, cache_folder, report)
    indices = {split: photo_set.indices(split) for split in SEEN}
    if not all(map(len, indices.values())):
        raise PhotoSetError(
            "The photo set needs photos for training and for validation. Import it again."
        )
    labels = {split: photo_set.labels()[chosen] for split, chosen in indices.items()}
    config = settled(config, np.bincount(labels["training"]).tolist())
    with watch.stage("start"):
        some = _some(arrays, indices, config)
        start = starting_tensors(config, run_folder, some, report, started_from)
        # A backbone that was tuned on photos tells them apart too well to judge them in turns.
        groups = None if start.has_seen else groups_of_few(photo_set)
    cut = Frozen.cut_to_keep(config, photo_set, cache)
    with Frozen(
        config, photo_set, cache, start.tensors, start.sha256, cut, watch, report
    ) as frozen:
        keys = photo_set.keys()
        data = HeadData(
            len(photo_set.classes),
            labels,
            keys[indices["training"]],
            None if groups is None else {split: groups[indices[split]] for split in SEEN},
            frozen.pooled,
        )
        run = RunContext(
            config,
            len(photo_set.classes),
            Material(config, arrays, keys, indices, data, frozen, watch),
            start,
            cut,
            Checkpoints(run_folder),
            listener,
            report,
            [],
            began,
        )
        try:
            state = begin(run) if interrupted is None else resume(run, interrupted)
            if only_pack:
                raise Stopped("Stopped.")
            state = feature_extraction(run, state)
            fine_tuning(run, state)
            if judges and groups is not None:
                with watch.stage("judge"):
                    judged = judge(
                        photo_set,
                        frozen,
                        groups,
                        config.seed,
                        report,
                        is_balanced(config),
                        is_sealed,
                    )
        except Stopped:
            stopped = True
        except Astray:
            if run.checkpoints.best is None:
                raise
            early_end = _early_end(run, Cut.DIVERGED)
        except MemoryError as error:
            if run.checkpoints.best is None:
                raise RunError(
                    "The training ran out of memory. Choose a smaller batch size or image size, "
                    "or close other programs, and train again."
                ) from error
            early_end = _early_end(run, Cut.MEMORY)
        best = run.checkpoints.best
        network, logits = outcome(run)
        pooled = _pooled(run, best.phase if best else None)
    with watch.stage("save"):
        tuned = best is not None and best.phase == FINE_TUNING
        before = before_fine_tuning(run) if tuned else None
        moved = measure(start.tensors, network.tensors, config.alpha) if tuned else ()
    return Trained(
        network.tensors,
        network.head,
        network.temperature,
        logits,
        pooled,
        best.phase if best else None,
        best.epoch if best else None,
        stopped,
        early_end,
        run.phases,
        time.monotonic() - began,
        watch.seconds,
        before,
        moved,
        judged,
    )


def _early_end(run: RunContext, why: Cut) -> EarlyEnd:
    return EarlyEnd(why, run.phases[-1].name if run.phases else PHASES[0])


def _pooled(run: RunContext, best_phase: str | None) -> dict[str, NDArray[np.float32]]:
    """What the finished network saw of the photos, as far as that is there already."""
    frozen, config = run.material.frozen, run.config
    if best_phase != FEATURE_EXTRACTION:
        return {}
    plain = config.head == SOLVED or config.augment == AUGMENT_PRESETS["none"]
    seen = SEEN if plain else ("validation",)
    return {split: np.array(frozen.pooled(split, None)) for split in seen}


def _some(
    arrays: Photos, indices: dict[str, NDArray[np.int64]], config: TrainConfig
) -> NDArray[np.uint8]:
    """A few training photos, drawn by the seed."""
    drawn = np.random.default_rng(config.seed).permutation(indices["training"])
    return take(arrays, drawn[:CALIBRATION_PHOTOS])
