"""Small real workspaces for tests: drawn photos, sets, runs as a training leaves them."""

from __future__ import annotations

import atexit
import io
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipeline.evaluation.learning_curve import Epoch
from pipeline.evaluation.predictions import Predictions, write_predictions
from pipeline.evaluation.run_score import WITHOUT_TEST, score
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.sources import open_source
from pipeline.progress import silent
from pipeline.settings import mode
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.limits import Limits
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.home import Workspace, new_id
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import (
    CROSS_VALIDATION,
    PREDICTIONS,
    VALIDATION_PREDICTIONS,
    Runs,
    find,
)
from pipeline.workspace.sweeps import Sweep, Sweeps
from pipeline.workspace.tables import EpochRecord, JobRecord, RunRecord

SOLVER_STEPS = 12  # points of a solved head's curve in `add_run`

# Statements that take a database back to before its tables had revisions.
BEFORE_REVISIONS = (
    "DROP TABLE pawtune_schema",
    "DROP TABLE seals",
    "DROP TABLE sweeps",
    *(
        f"ALTER TABLE runs DROP COLUMN {name}"
        for name in ("cross_validation", "early_end", "results", "started_from", "sweep")
    ),
    *(
        f"ALTER TABLE jobs DROP COLUMN {name}"
        for name in (
            *("step", "about", "phase", "epoch", "epochs"),
            *("executor", "host", "handle", "attempt", "heartbeat_at"),
        )
    ),
)


@cache
def jpeg(colour: tuple[int, int, int], seed: int = 0, side: int = 48) -> bytes:
    """A small noisy photo around one colour, as JPEG bytes."""
    noise = np.random.default_rng(seed).integers(-30, 30, (side, side, 3))
    pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG")
    return stream.getvalue()


def class_folders(folder: Path, photos: int = 20, names: tuple[str, ...] = ("blue", "red")) -> Path:
    """A folder of class folders; each class has its own colour."""
    for number, name in enumerate(names):
        colour = [(40, 60, 200), (200, 60, 40), (40, 200, 60)][number % 3]
        (folder / name).mkdir(parents=True)
        for index in range(photos):
            data = jpeg(colour, seed=1000 * number + index)
            (folder / name / f"{index}.jpg").write_bytes(data)
    return folder


@cache
def _decoder(limits: Limits) -> Decoder:
    """A decoder for good files, which stays warm until the tests are over."""
    decoder = Decoder(processes=1, limits=limits)
    atexit.register(decoder.close)
    return decoder


def decoder() -> Decoder:
    """The one for good files, with the limits of the present mode."""
    return _decoder(mode.current().limits)


def add_photo_set(
    workspace: Workspace, folder: Path, name: str = "Colours", visitor: str | None = None
) -> PhotoSetRow:
    """Import a folder through the real way, in this process."""
    with open_source(str(folder), workspace.downloads_folder, silent) as opened:
        imported = import_photos(opened.photos, workspace.photo_sets_folder, decoder(), silent)
    return PhotoSets(workspace, visitor).add(imported, name, str(folder))


def add_run(
    workspace: Workspace,
    photo_set_id: str,
    name: str = "A run",
    state: str = "done",
    config: TrainConfig | None = None,
    visitor: str | None = None,
) -> Run:
    """The rows and the predictions that a finished training leaves; no bundle."""
    config = config or TrainConfig(epochs=3, fine_tune_epochs=2)
    first = SOLVER_STEPS if config.head == SOLVED else config.epochs
    last = first + config.fine_tune_epochs
    photo_set = PhotoSets(workspace).open(photo_set_id)
    run_id, job_id = new_id("run"), new_id("job")
    test = photo_set.indices("test")
    truth = photo_set.labels()[test]
    probabilities = np.full((len(test), len(photo_set.classes)), 0.1, np.float32)
    probabilities[np.arange(len(test)), truth] = 0.9
    probabilities[0] = probabilities[0][::-1]  # one mistake
    answered = Predictions(test, truth, probabilities)
    with workspace.database.writing() as session:
        session.add(
            RunRecord(
                id=run_id,
                name=name,
                photo_set_id=photo_set_id,
                job_id=job_id,
                visitor=visitor,
                state=state,
                config=config.to_json(),
                parameters={
                    "total": 2_259_265,
                    "trainable": {FEATURE_EXTRACTION: 1281, FINE_TUNING: 1_800_000},
                },
                initial={"loss": 0.91, "accuracy": 0.38},
                best_epoch=last,
                phase_seconds={FEATURE_EXTRACTION: 30.0, FINE_TUNING: 25.0},
                test=score(answered) | {"loss": 0.3},
                seconds=60.0,
                stage_seconds={"frozen": 40.0, "head": 0.1, "tail": 15.0, "packing": 2.0},
            )
        )
        session.add(
            JobRecord(
                id=job_id,
                kind="train",
                lane="network",
                title=f"Train {name}",
                state=state,
                request={"run": run_id},
                run_id=run_id,
                visitor=visitor,
            )
        )
        session.flush()
        for epoch in range(1, last + 1):
            late = epoch > first
            point = Epoch(
                FINE_TUNING if late else FEATURE_EXTRACTION,
                epoch,
                loss=0.9 / epoch,
                accuracy=1 - 0.4 / epoch,
                val_loss=0.8 / epoch,
                val_accuracy=1 - 0.3 / epoch,
                seconds=5.0,
            )
            session.add(EpochRecord.of(run_id, point))
    folder = workspace.runs_folder / run_id
    folder.mkdir()
    write_predictions(folder / PREDICTIONS, answered)
    validation = photo_set.indices("validation")
    labels = photo_set.labels()[validation]
    certain = np.eye(len(photo_set.classes), dtype=np.float32)[labels]
    write_predictions(folder / VALIDATION_PREDICTIONS, Predictions(validation, labels, certain))
    with workspace.database.writing() as session:
        workspace.keep_files(session, run_id, folder)
        find(session, run_id).can_answer = False
    return Runs(workspace).get(run_id)


def cross_validate(workspace: Workspace, run: Run, wrong: int = 2, is_sealed: bool = False) -> Run:
    """What a training adds to a run of few photos: an answer about each that is not sealed."""
    photo_set = PhotoSets(workspace).open(run.photo_set_id)
    truth = photo_set.labels()
    probabilities = np.full((len(truth), len(photo_set.classes)), 0.1, np.float32)
    probabilities[np.arange(len(truth)), truth] = 0.9
    probabilities[:wrong] = probabilities[:wrong, ::-1]
    found = Predictions(np.arange(len(truth)), truth, probabilities)
    if is_sealed:
        found = found.only(~np.isin(found.photo_indices, photo_set.indices("test")))
    write_predictions(run.folder / CROSS_VALIDATION, found)
    with workspace.database.writing() as session:
        counted = {**score(found), "folds": 5, "near_copies": 0}
        counted |= {WITHOUT_TEST: 1} if is_sealed else {}
        find(session, run.id).cross_validation = counted
        workspace.keep_files(session, run.id, run.folder)
    return Runs(workspace).get(run.id)


def wait_for(claim: Callable[[], bool], what: str, timeout_s: float = 60.0) -> None:
    """Wait until `claim` holds; fail with `what` if it never does."""
    until = time.monotonic() + timeout_s
    pause = threading.Event()
    while not claim():
        assert time.monotonic() < until, f"never happened: {what}"
        pause.wait(0.05)


def finished(workspace: Workspace, job_id: str, timeout_s: float = 60.0) -> Job:
    """The job after its end."""
    jobs = Jobs(workspace)

    def ended() -> bool:
        jobs.settle()
        return jobs.get(job_id).finished

    wait_for(ended, f"the end of {job_id}", timeout_s)
    return jobs.get(job_id)


def add_sweep(
    workspace: Workspace,
    photo_set_id: str,
    runs: int = 3,
    visitor: str | None = None,
    plan: dict[str, Any] | None = None,
    settings: Sequence[dict[str, Any]] = (),
) -> Sweep:
    """A sweep with its runs, and one of the default settings; nobody has judged it yet."""
    with workspace.database.writing() as session:
        record = Sweeps(workspace, visitor).add(session, photo_set_id, plan or {}, "job-1")
        sweep_id = record.id
    for number in range(runs + 1):
        made = add_run(workspace, photo_set_id, f"Run {number}", visitor=visitor)
        chosen = settings[number - 1] if settings else {"dropout": number / 10}
        place = {"id": sweep_id, "number": number, "settings": chosen if number else {}}
        with workspace.database.writing() as session:
            find(session, made.id).sweep = place
    return Sweeps(workspace, visitor).get(sweep_id)
