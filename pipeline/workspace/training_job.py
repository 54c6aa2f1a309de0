"""A training as a job: from the run's row to scores, bundle and predictions."""

from __future__ import annotations

import importlib.metadata
import logging
import platform
import time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete

from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.config import FEATURE_EXTRACTION, FINE_TUNING, PHASES
from pipeline.errors import RunError
from pipeline.files import sha256_of, staged_file
from pipeline.learning.convert import to_litert
from pipeline.learning.training import EpochScores, ResumePoint, Trained, score, train
from pipeline.learning.weights import weights_file
from pipeline.photos.sets import PhotoSet
from pipeline.scores import wilson_interval
from pipeline.workspace.database import EpochRecord, JobRecord
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.reporter import Reporter
from pipeline.workspace.runs import BUNDLE, PREDICTIONS, Run, Runs, find

log = logging.getLogger("pawtune.training")
PHASE_WORDS: Final = {FEATURE_EXTRACTION: "Feature extraction", FINE_TUNING: "Fine-tuning"}
PARITY_PHOTOS: Final = 100
PARITY: Final = 1e-3  # the bundle may differ from Keras by this much in a probability
PACKAGES: Final = (
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "ai-edge-litert",
)


class Recorder:
    """Writes what a training tells into the run's rows; see `training.Listener`."""

    def __init__(self, workspace: Workspace, run: Run, report: Reporter) -> None:
        self._workspace, self._run, self._report = workspace, run, report
        self._config = run.config
        self._began: dict[str, float] = {}  # phase: monotonic time of its first batch
        self._done_before = {FEATURE_EXTRACTION: 0, FINE_TUNING: 0}
        self._fine_tuning_cost = 1.6  # of a feature extraction epoch, until it is known
        # The last epoch of feature extraction; less than planned when that stopped early.
        self._first_ended = max(
            (epoch.epoch for epoch in run.epochs if epoch.phase == FEATURE_EXTRACTION),
            default=run.config.epochs,
        )

    def parameters(self, total: int, trainable: dict[str, int]) -> None:
        """Keep the number of parameters."""
        self._write(parameters={"total": total, "trainable": trainable})

    def initial(self, loss: float, accuracy: float) -> None:
        """Keep the scores of the untrained head."""
        self._write(initial={"loss": loss, "accuracy": accuracy})

    def batch(self, phase: str, epoch: int, batch: int, batches: int) -> None:
        """Tell where the training is, and how long it still takes."""
        config = self._config
        before = self._first_ended if phase == FINE_TUNING else 0
        if phase not in self._began:
            self._began[phase] = time.monotonic()
            self._done_before[phase] = epoch - before - 1  # epochs of an earlier try
        in_phase = epoch - before - 1 + batch / batches
        fresh = in_phase - self._done_before[phase]
        left = None
        if fresh > 0.05:
            epoch_s = (time.monotonic() - self._began[phase]) / fresh
            left = self._seconds_left(phase, in_phase, epoch_s)
        cost = self._fine_tuning_cost
        whole = config.epochs + config.fine_tune_epochs * cost
        done = in_phase if phase == FEATURE_EXTRACTION else config.epochs + in_phase * cost
        first = self._first_ended if phase == FINE_TUNING else config.epochs
        last = first + config.fine_tune_epochs
        self._report.tell(
            f"{PHASE_WORDS[phase]}, epoch {epoch} of {last}",
            done=float(batch),
            total=float(batches),
            unit="batches",
            fraction=done / whole,
            seconds_left=left,
        )

    def epoch(self, phase: str, epoch: int, scores: EpochScores) -> None:
        """Keep the scores of an epoch, at once."""
        if phase == FEATURE_EXTRACTION:
            self._first_ended = epoch
        with self._workspace.database.writing() as session:
            session.merge(
                EpochRecord(
                    run_id=self._run.id,
                    epoch=epoch,
                    phase=phase,
                    loss=scores.loss,
                    accuracy=scores.accuracy,
                    val_loss=scores.val_loss,
                    val_accuracy=scores.val_accuracy,
                    seconds=scores.seconds,
                )
            )
        log.info(
            "%s, epoch %d: loss %.4f, accuracy %.4f, validation loss %.4f, accuracy %.4f, %.1f s",
            PHASE_WORDS[phase],
            epoch,
            scores.loss,
            scores.accuracy,
            scores.val_loss,
            scores.val_accuracy,
            scores.seconds,
        )
        self._report.check()

    def best(self, phase: str, epoch: int) -> None:
        """Keep which epoch is the best so far."""
        self._write(best_epoch=epoch)

    def _write(self, **columns: Any) -> None:
        with self._workspace.database.writing() as session:
            record = find(session, self._run.id)
            for name, value in columns.items():
                setattr(record, name, value)

    def _seconds_left(self, phase: str, in_phase: float, epoch_s: float) -> float:
        config = self._config
        if phase == FINE_TUNING:
            return max(0.0, config.fine_tune_epochs - in_phase) * epoch_s
        rest = max(0.0, config.epochs - in_phase)
        return (rest + config.fine_tune_epochs * self._fine_tuning_cost) * epoch_s


def train_run(workspace: Workspace, job: JobRecord, report: Reporter) -> dict[str, Any]:
    """Train the job's run and keep everything that it leaves.

    Returns:
        `{"run": id, "state": "done" or "stopped"}`.

    Raises:
        PawTuneError: If the photos, the weights or the settings do not allow it.
    """
    assert job.run_id is not None
    run = Runs(workspace).get(job.run_id)
    photo_set = PhotoSets(workspace).open(run.photo_set_id)
    resume = _resume_point(run, bool(job.request.get("resume")))
    run.folder.mkdir(parents=True, exist_ok=True)
    if resume is None:
        _begin_anew(workspace, run, report)
    trained = train(
        run.config,
        photo_set,
        workspace.cache_folder,
        run.folder,
        Recorder(workspace, run, report),
        report,
        resume=resume,
    )
    report.finish_in_peace()
    _finish(workspace, run, photo_set, trained, report, resume is not None)
    return {"run": run.id, "state": "stopped" if trained.stopped else "done"}


def _finish(
    workspace: Workspace,
    run: Run,
    photo_set: PhotoSet,
    trained: Trained,
    report: Reporter,
    resumed: bool,
) -> None:
    """Score on the test photos, make the bundle, keep all of it in one transaction."""
    trained_at = time.monotonic()
    report("Scoring the test photos")
    indices = photo_set.indices("test")
    arrays = photo_set.arrays(run.config.image_size_px, workspace.cache_folder)
    truth = photo_set.labels()[indices]
    loss, accuracy, probabilities = score(trained.network, arrays, indices, truth)
    with (
        staged_file(run.folder / PREDICTIONS) as path,
        path.open("wb") as stream,
    ):
        np.savez(stream, photo_indices=indices, truth=truth, probabilities=probabilities)
    report("Packing the answer")
    recorded = Runs(workspace).get(run.id)
    write_bundle(
        run.folder / BUNDLE,
        to_litert(trained.network),
        {
            "run_id": run.id,
            "photo_set_id": photo_set.id,
            "classes": list(photo_set.classes),
            "image_size_px": run.config.image_size_px,
            "config": run.config.to_json(),
            "versions": recorded.versions,
            "weights_sha256": recorded.weights_sha256,
        },
    )
    difference = _parity(run, arrays, indices, probabilities)
    log.info("The bundle differs from Keras by %.1e at most.", difference)
    correct = int((probabilities.argmax(axis=1) == truth).sum())
    low, high = wilson_interval(correct, len(indices))
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.test = {
            "loss": loss,
            "accuracy": accuracy,
            "low": low,
            "high": high,
            "photos": len(indices),
        }
        # An interrupted first try left its epochs; their time counts too.
        earlier = {
            phase: sum(epoch.seconds for epoch in run.epochs if resumed and epoch.phase == phase)
            for phase in PHASES
        }
        record.phase_seconds = {
            phase: earlier[phase] + trained.phase_seconds.get(phase, 0.0) for phase in PHASES
        }
        record.seconds = sum(earlier.values()) + trained.seconds + time.monotonic() - trained_at
        record.can_answer = True
        workspace.keep_files(session, run.id, run.folder, but=("log.txt",))


def _parity(
    run: Run,
    arrays: NDArray[np.uint8],
    indices: NDArray[np.int64],
    probabilities: NDArray[np.float32],
) -> float:
    """Largest difference between the bundle's answers and Keras's on up to 100 photos.

    Raises:
        RunError: If they differ by more than a thousandth.
    """
    some = indices[:PARITY_PHOTOS]
    answers = Classifier(read_bundle(run.folder / BUNDLE)).probabilities(arrays[some])
    difference = float(np.abs(answers - probabilities[: len(some)]).max())
    if not difference <= PARITY:
        raise RunError(
            f"The packed model answers differently from the trained one (by {difference:.4f}). "
            "The run's curves are kept; train again, and report this if it happens again."
        )
    return difference


def _resume_point(run: Run, resume: bool) -> ResumePoint | None:
    """The last epoch that an interrupted training finished, to go on from."""
    if resume and run.epochs:
        return ResumePoint(run.epochs[-1].phase, run.epochs[-1].epoch)
    return None


def _begin_anew(workspace: Workspace, run: Run, report: Reporter) -> None:
    """Forget epochs of an earlier try; record what the result will depend on."""
    weights = None
    if run.config.weights == "imagenet":
        weights = weights_file(run.config.alpha, run.config.image_size_px, False, report)
    with workspace.database.writing() as session:
        session.execute(delete(EpochRecord).where(EpochRecord.run_id == run.id))
        record = find(session, run.id)
        record.versions = _versions()
        record.weights_sha256 = sha256_of(weights) if weights else None


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:  # one of the two TensorFlows
            continue
    return found
