"""One run of a sweep: trained and judged by the validation photos, not packed.

What it keeps on the disk is what any training keeps after an epoch, so that Continue makes a
network that answers of it, whenever somebody wants it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session
from threadpoolctl import threadpool_limits

from pipeline.errors import RunError, Stopped
from pipeline.evaluation.learning_curve import Cut, EarlyEnd, Epoch, EpochScores
from pipeline.jobs.head_trial import Facts, Materials, try_head
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.train_job import begin_anew
from pipeline.jobs.training_recorder import Recorder
from pipeline.learning.checkpoints import Checkpoints
from pipeline.learning.phases import ResumePoint
from pipeline.learning.training import train
from pipeline.network.mobilenet_v2 import count_parameters
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, Step, Unit
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION
from pipeline.tuning.in_turns import judge_in_turns
from pipeline.tuning.material import Material
from pipeline.tuning.sweep_winner import falls_behind
from pipeline.wording import endings
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import LOG, Runs, find
from pipeline.workspace.states import RunState
from pipeline.workspace.tables import EpochRecord


def train_trial(
    workspace: Workspace,
    run: Run,
    photo_set: PhotoSet,
    report: Reporter,
    stage: Stage,
    others: Sequence[Sequence[Epoch]],
    materials: Materials,
) -> None:
    """Train a run of a sweep, or what an earlier try left of it, and write down how it ended.

    Args:
        workspace: Where.
        run: Which; its row says that it is running.
        photo_set: Its photos.
        report: Told about it.
        stage: Which of the sweep's runs it is.
        others: Points of the sweep's earlier runs; one that falls behind them ends early.
        materials: Kept features, from which a head alone learns in a moment.

    Raises:
        Stopped: If somebody pressed Stop; what it has learned until then is kept.
    """
    run.folder.mkdir(parents=True, exist_ok=True)
    material = None if run.epochs else materials.get(run.config)
    if material is not None:
        report.tell(stage, fraction=(stage.epoch - 1) / (stage.epochs + 1))
        _learn_head(workspace, run, material, materials.facts(run.config, report), others)
        return
    last = run.epochs[-1] if run.epochs else None
    if last is None:
        run = begin_anew(workspace, run, photo_set, report)
    telling = _TrialReport(report, stage)
    photos = len(photo_set.indices("validation"))
    recorder = _TrialRecorder(workspace, run, telling, others, photos)
    try:
        trained = train(
            run.config,
            photo_set,
            workspace.cache_folder,
            run.folder,
            recorder,
            telling,
            ResumePoint(last.phase, last.epoch) if last else None,
            # The next runs are judged by what heads are asked about here, see `in_turns`.
            judges=not run.config.fine_tune_epochs,
        )
    except RunError as error:  # it went astray before an epoch was kept: the others may not
        _end(workspace, run, RunState.FAILED, str(error))
        return
    early = trained.early_end
    if recorder.behind is not None:
        early = EarlyEnd(Cut.BEHIND, recorder.behind)
    state = RunState.DONE
    if early is not None:
        state = RunState.STOPPED if early.why is Cut.BEHIND else RunState.FAILED
    elif trained.stopped:
        state = RunState.STOPPED
    epochs = Runs(workspace).get(run.id).epochs
    _end(
        workspace,
        run,
        state,
        endings.early_end(early, run.config, epochs) if early and epochs else None,
        best_epoch=trained.best_epoch,  # one that fell behind has not been told of its last
        phase_seconds=dict(trained.phase_seconds),
        stage_seconds=dict(trained.stage_seconds),
        seconds=trained.seconds,
        early_end=dataclasses.asdict(early) if early else None,
        **_judged(run, materials.get(run.config), trained.best_epoch, trained.validation_logits),
    )
    if trained.stopped and recorder.behind is None:
        raise Stopped("Stopped.")


def _learn_head(
    workspace: Workspace,
    run: Run,
    material: Material,
    facts: Facts,
    others: Sequence[Sequence[Epoch]],
) -> None:
    config = material.settled(run.config)
    points: list[Epoch] = []

    def has_prospect(scores: EpochScores) -> bool:
        points.append(scores.at(FEATURE_EXTRACTION, len(points) + 1))
        photos = len(material.data.labels["validation"])
        return not falls_behind(points, others, config.epochs, photos)

    versions, weights = facts
    known: dict[str, Any] = {
        "versions": versions,
        "weights_sha256": weights,
        "config": config.to_json(),
    }
    try:
        found = try_head(material, config, has_prospect)
    except RunError as error:
        _end(workspace, run, RunState.FAILED, str(error), **known)
        return
    checkpoints = Checkpoints(run.folder)
    checkpoints.keep(found.best)
    if found.last is not found.best:
        checkpoints.keep(found.last)
    epochs = tuple(
        scores.at(FEATURE_EXTRACTION, number) for number, scores in enumerate(found.points, 1)
    )
    early = EarlyEnd(found.cut, FEATURE_EXTRACTION) if found.cut else None
    states = {None: RunState.DONE, Cut.BEHIND: RunState.STOPPED}
    count = count_parameters(config, material.data.num_classes)
    loss, accuracy = found.initial
    _end(
        workspace,
        run,
        states.get(found.cut, RunState.FAILED),
        endings.early_end(early, config, epochs) if early else None,
        epochs,
        **known,
        parameters={"total": count.total, "trainable": count.trainable},
        initial={"loss": loss, "accuracy": accuracy},
        best_epoch=found.best.standing.epoch,
        phase_seconds={FEATURE_EXTRACTION: found.seconds},
        stage_seconds=dict(found.watch.seconds),
        seconds=found.seconds,
        **_judged(run, material, found.best.standing.epoch, found.best.logits),
        early_end=dataclasses.asdict(early) if early else None,
    )


def _judged(
    run: Run, material: Material | None, epoch: int | None, logits: NDArray[np.float32]
) -> dict[str, Any]:
    """Where the run stands in its sweep, and what nearly all photos of a small set say of it."""
    if material is None or epoch is None or run.sweep is None:
        return {}
    with threadpool_limits(1, user_api="blas"):
        found = judge_in_turns(material, material.settled(run.config), epoch, logits)
    if found is None:
        return {}
    return {"sweep": dataclasses.asdict(run.sweep) | {"in_turns": found.to_json()}}


def _end(
    workspace: Workspace,
    run: Run,
    state: RunState,
    error: str | None,
    epochs: Sequence[Epoch] = (),
    **columns: Any,
) -> None:
    """Write down how a run ended, its epochs where nobody has yet, and its files."""

    def change(session: Session) -> None:
        record = find(session, run.id)
        session.add_all(EpochRecord.of(run.id, point) for point in epochs)
        record.state, record.error = state, error
        for name, value in columns.items():
            setattr(record, name, value)
        workspace.keep_files(session, run.id, run.folder, but=(LOG,))

    workspace.database.keep(change)


class _TrialReport:
    """Tells which of the sweep's runs is running, and hands on what takes long besides."""

    def __init__(self, report: Reporter, stage: Stage) -> None:
        self._report, self._stage = report, stage

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: Unit = ""
    ) -> None:
        """See `pipeline.progress.Report`."""
        if stage.step is Step.SOLVING:
            self.tell(stage)
        else:
            self._report(stage, done, total, unit)

    def tell(self, _stage: Stage, **columns: Any) -> None:
        """Tell how far the sweep is, from how far the run is."""
        within = float(columns.get("fraction") or 0.0)
        done = self._stage.epoch - 1 + within
        share = done / (self._stage.epochs + 1)  # judging the best takes about as long as a run
        total = float(self._stage.epochs)
        self._report.tell(self._stage, done=done, total=total, fraction=share, speed=None)

    def check(self) -> None:
        """See `Reporter`."""
        self._report.check()


class _TrialRecorder(Recorder):
    """Ends a run that falls behind."""

    def __init__(
        self,
        workspace: Workspace,
        run: Run,
        report: Any,
        others: Sequence[Sequence[Epoch]],
        photos: int,
    ) -> None:
        super().__init__(workspace, run, report)
        self._points = list(run.epochs)
        self._others, self._photos = others, photos
        self.behind: str | None = None  # the phase in which it fell behind

    def epoch(self, phase: str, epoch: int, scores: EpochScores) -> None:
        """Keep the scores, and look whether there is any prospect."""
        super().epoch(phase, epoch, scores)
        self._points.append(scores.at(phase, epoch))
        config = self._config
        first = phase == FEATURE_EXTRACTION
        if first and config.head == SOLVED:  # it takes no longer than to find out
            return
        planned = config.epochs if first else config.fine_tune_epochs
        if planned and falls_behind(self._points, self._others, planned, self._photos):
            self.behind = phase
            raise Stopped("It fell behind.")
