"""A training as a job: from the run's row to scores, bundle and predictions."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from typing import Any

from sqlalchemy import delete

from pipeline.classify.answer import count_kinds
from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import NotReady, RunError
from pipeline.evaluation.class_weights import settled
from pipeline.evaluation.learning_curve import Epoch
from pipeline.evaluation.predictions import write_predictions
from pipeline.evaluation.run_score import score
from pipeline.exporting.tensorboard import write_events
from pipeline.files.atomic import sha256_of
from pipeline.jobs import packing
from pipeline.jobs.installed import installed_versions
from pipeline.jobs.kept_answers import keep_cross_validation, keep_validation
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.time_left import TimeLeft
from pipeline.jobs.training_recorder import Recorder
from pipeline.learning.phases import ResumePoint
from pipeline.learning.training import Trained, train
from pipeline.network import weight_change
from pipeline.network.head import Head
from pipeline.network.imagenet_weights import told_of, weights_file
from pipeline.network.litert_file import litert_file
from pipeline.network.names import NETWORK_FILE
from pipeline.network.tensors import Tensors, write_tensors
from pipeline.network.training_time import TrainingTime, training_time
from pipeline.photos.arrays import Photos
from pipeline.photos.checkup import leaks
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import scenes
from pipeline.photos.splits import SPLITS
from pipeline.progress import Report, Stage, Step, silent
from pipeline.settings.environment import BACKBONE
from pipeline.settings.hyperparameters import ANSWER, BUILT_IN, IMAGENET
from pipeline.settings.train_config import PHASES, TrainConfig
from pipeline.tuning import material
from pipeline.wording import endings
from pipeline.workspace import run_results, seal_rows
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BEFORE, BUNDLE, PREDICTIONS, Runs, find
from pipeline.workspace.states import JobState, RunState
from pipeline.workspace.tables import EpochRecord, JobRecord


def train_run(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Train the job's run and keep everything that it leaves.

    Returns:
        `{"run": id, "state": "done" or "stopped"}`, and an "error" that ended it early.

    Raises:
        PawTuneError: If the photos, the weights or the settings do not allow it.
    """
    assert job.run_id is not None
    run = Runs(workspace).get(job.run_id)
    if run.state is RunState.DAMAGED:
        raise RunError(run.error)
    photo_set = PhotoSets(workspace).open(run.photo_set_id)
    time_left = TimeLeft(run, _expected(workspace, run, photo_set))
    # To the recorder: a bar that follows each stage would fall back.
    report.leave_the_whole(time_left.turn_to)
    report(Stage(Step.STARTING))
    last = run.epochs[-1] if job.request.get("resume") and run.epochs else None
    interrupted = ResumePoint(last.phase, last.epoch) if last else None
    run.folder.mkdir(parents=True, exist_ok=True)
    if interrupted is None:
        run = begin_anew(workspace, run, photo_set, report)
    trained = train(
        run.config,
        photo_set,
        workspace.cache_folder,
        run.folder,
        Recorder(workspace, run, report, time_left),
        report,
        interrupted,
        bool(job.request.get("pack")),
        run.started_from,
        _is_sealed(workspace, run),
    )
    report.finish_in_peace()
    report(Stage(Step.PACKING))
    report.leave_lane()
    epochs = _finish(workspace, run, photo_set, trained, report, interrupted is not None)
    ended = {"run": run.id, "state": JobState.STOPPED}
    if trained.early_end is not None:
        return {**ended, "error": endings.early_end(trained.early_end, run.config, epochs)}
    return ended if trained.stopped else {**ended, "state": JobState.DONE}


def _is_sealed(workspace: Workspace, run: Run) -> bool:
    """Whether the test photos are sealed now; somebody may seal them while it trains."""
    with workspace.database.reading() as session:
        return seal_rows.is_sealed(session, find(session, run.id))


def _expected(workspace: Workspace, run: Run, photo_set: PhotoSet) -> TrainingTime | None:
    """How long the training should take, if this machine's speed was measured."""
    measured = Timings(workspace).get(run.config)
    if measured is None:
        return None
    sizes = {split: len(photo_set.indices(split)) for split in SPLITS}
    training, validation, test = (sizes[split] for split in SPLITS)
    expected = training_time(run.config, training, validation, test, measured)
    if run.started_from is not None:
        return expected
    with contextlib.suppress(NotReady):  # then nothing is known to be kept
        needed = material.needed(run.config)
        missing = material.missing(workspace, photo_set, run.config, needed)
        share = sum(sizes[split] for split, _ in missing) / sum(sizes[split] for split, _ in needed)
        return dataclasses.replace(expected, preparing=share * expected.preparing)
    return expected


def _finish(
    workspace: Workspace,
    run: Run,
    photo_set: PhotoSet,
    trained: Trained,
    report: Reporter,
    resumed: bool,
) -> tuple[Epoch, ...]:
    """Make the bundle, score it on the test photos, keep all of it in one transaction.

    Returns:
        All epochs of the run.
    """
    old, run = run, dataclasses.replace(run, results_name=run_results.fresh_name(run))
    trained_at = time.monotonic()
    arrays = photo_set.arrays(run.config.image_size_px, workspace.cache_folder, silent)
    classifier = _pack(workspace, run, photo_set, arrays, trained)
    report(Stage(Step.PACKING))  # again, for the time that is left
    packing.check_parity(classifier, arrays, photo_set.indices("validation"), trained)
    report(Stage(Step.SCORING))
    keep_validation(run, photo_set, trained)
    sealed = _is_sealed(workspace, run)
    cross_validation = keep_cross_validation(run, photo_set, trained, sealed)
    test = _score(run, classifier, arrays, photo_set)
    # An interrupted first try left its epochs; their time counts too.
    earlier = {
        phase: sum(epoch.seconds for epoch in run.epochs if resumed and epoch.phase == phase)
        for phase in PHASES
    }
    _pack_before(workspace, run, photo_set, trained)
    epochs = Runs(workspace).get(run.id).epochs
    write_events(run.folder, epochs, run.created_at)
    packing_s = time.monotonic() - trained_at
    with workspace.database.writing() as session:
        record = find(session, run.id)
        # Who is stopped while an epoch is told has not been told that it is the best.
        record.best_epoch = trained.best_epoch
        record.test = test
        record.cross_validation = cross_validation
        seal_rows.count(session, record)
        record.moved = weight_change.to_json(trained.moved)
        record.phase_seconds = {
            phase: earlier[phase] + trained.phase_seconds.get(phase, 0.0) for phase in PHASES
        }
        record.stage_seconds = {**trained.stage_seconds, "packing": packing_s}
        record.seconds = sum(earlier.values()) + trained.seconds + packing_s
        early_end = trained.early_end
        record.early_end = dataclasses.asdict(early_end) if early_end else None
        run_results.take_place(session, workspace, old, run.results_name)
    run_results.remove_old(workspace, old)
    return epochs


def _pack(
    workspace: Workspace, run: Run, photo_set: PhotoSet, arrays: Photos, trained: Trained
) -> Classifier:
    """Write the network and its bundle, and open that as everybody will."""
    write_tensors(run.results / NETWORK_FILE, {**trained.tensors, **trained.head.tensors()})
    content = _answering(run.config, trained.tensors, trained.head)
    write_bundle(
        run.results / BUNDLE,
        content,
        _manifest(workspace, run, photo_set, trained.temperature),
        packing.familiar(content, arrays, photo_set, trained, run.config.seed),
    )
    return Classifier(read_bundle(run.results / BUNDLE))


def _pack_before(workspace: Workspace, run: Run, photo_set: PhotoSet, trained: Trained) -> None:
    """A second bundle: the network that fine-tuning started from, to be held against the result."""
    before = trained.before
    if before is not None:
        content = _answering(run.config, before.tensors, before.head)
        manifest = _manifest(workspace, run, photo_set, before.temperature)
        write_bundle(run.results / BEFORE, content, manifest)


def _answering(config: TrainConfig, tensors: Tensors, head: Head) -> bytes:
    """The LiteRT file that answers, and tells where it looked."""
    parts = (head.kernel, head.bias)
    return litert_file(tensors, config.alpha, config.image_size_px, feature_map=True, head=parts)


def _manifest(
    workspace: Workspace, run: Run, photo_set: PhotoSet, temperature: float
) -> dict[str, Any]:
    """What a bundle of the run tells of itself."""
    recorded = Runs(workspace).get(run.id)
    return {
        "run_id": run.id,
        "photo_set_id": photo_set.id,
        "classes": list(photo_set.classes),
        "image_size_px": run.config.image_size_px,
        "config": run.config.to_json(),
        "versions": recorded.versions,
        "weights_sha256": recorded.weights_sha256,
        "temperature": temperature,
    }


def _score(
    run: Run, classifier: Classifier, arrays: Photos, photo_set: PhotoSet
) -> dict[str, float] | None:
    """Ask the bundle about the test photos, keep its answers, and count; None without photos."""
    indices = photo_set.indices("test")
    if not len(indices):
        return None
    found = classifier.predictions(arrays, indices, photo_set.labels()[indices])
    found = dataclasses.replace(found, scenes=scenes(photo_set, indices))
    write_predictions(run.results / PREDICTIONS, found)
    counted = count_kinds(found, ANSWER["sure_from"].default)
    return score(found, leaks.near_copies(photo_set)) | counted


def begin_anew(workspace: Workspace, run: Run, photo_set: PhotoSet, report: Reporter) -> Run:
    """Forget epochs of an earlier try; record what the result will depend on."""
    start = run.started_from
    versions, weights = what_it_hangs_on(run.config, report, stock=start is None)
    with workspace.database.writing() as session:
        session.execute(delete(EpochRecord).where(EpochRecord.run_id == run.id))
        record = find(session, run.id)
        record.versions = versions
        record.weights_sha256 = start.sha256 if start else weights
        record.config = settled(run.config, photo_set.counts()["training"].values()).to_json()
    return Runs(workspace).get(run.id)


def what_it_hangs_on(
    config: TrainConfig, report: Report, stock: bool = True
) -> tuple[dict[str, str], str | None]:
    """What a result depends on besides settings and photos.

    Args:
        config: Says which network it starts from.
        report: Told about a download; may raise `Stopped`.
        stock: Whether it starts from a stock network at all.

    Returns:
        Versions of programs and weights, and the SHA-256 of the file with the weights; None where
        there is no such file.

    Raises:
        DownloadError: If the ImageNet weights are neither here nor to be had.
    """
    versions = installed_versions()
    if not stock or config.weights not in (BUILT_IN, IMAGENET):
        return versions, None
    if config.weights == BUILT_IN:
        return versions, sha256_of(BACKBONE)
    weights = weights_file(config.alpha, config.image_size_px, False, report)
    return {**versions, "ImageNet weights": told_of(weights)}, sha256_of(weights)
