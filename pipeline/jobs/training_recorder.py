"""Writes what a training tells about itself into the database."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.orm import Session

from pipeline.evaluation.learning_curve import EpochScores
from pipeline.jobs.reporter import Reporter
from pipeline.jobs.time_left import TimeLeft
from pipeline.progress import Stage, Step
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.wording.numbers import PHASE_NAMES
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import find
from pipeline.workspace.tables import EpochRecord

log = logging.getLogger("pawtune.training")


class Recorder:
    """Writes what a training tells into the run's rows; see `learning.learners.Listener`."""

    def __init__(
        self, workspace: Workspace, run: Run, report: Reporter, time_left: TimeLeft | None = None
    ) -> None:
        """Record a training that begins now.

        Args:
            workspace: Where.
            run: Whose; an interrupted one has epochs already.
            report: Told where the training is.
            time_left: Told of each batch; gives the seconds until the end.
        """
        self._workspace, self._run, self._report = workspace, run, report
        self._config = run.config
        self._time_left = time_left or TimeLeft(run, None)
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
        in_phase = epoch - before - 1 + batch / batches
        first = 1 if config.head == SOLVED else config.epochs  # all of the solver's steps: one
        whole = first + config.fine_tune_epochs  # as the curve and the words count
        done = first + in_phase if phase == FINE_TUNING else in_phase
        self._report.tell(
            self._stage(phase, epoch),
            done=float(batch),
            total=float(batches),
            unit="batches",
            fraction=done / whole,
            seconds_left=self._time_left.learning(phase, in_phase),
        )

    def epoch(self, phase: str, epoch: int, scores: EpochScores) -> None:
        """Keep the scores of an epoch, at once."""
        if phase == FEATURE_EXTRACTION:
            self._first_ended = epoch
        row = EpochRecord.of(self._run.id, scores.at(phase, epoch))
        self._workspace.database.keep(lambda session: session.merge(row))
        solver = phase == FEATURE_EXTRACTION and self._config.head == SOLVED
        log.info(
            "%s, %s %d: loss %.4f, accuracy %.4f, validation loss %.4f, accuracy %.4f, %.2f s",
            PHASE_NAMES[phase],
            "solver step" if solver else "epoch",
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

    def _stage(self, phase: str, epoch: int) -> Stage:
        config = self._config
        first = self._first_ended if phase == FINE_TUNING else config.epochs
        last = first + config.fine_tune_epochs
        if config.head == SOLVED:  # the solver's steps are no epochs
            epoch, last = epoch - first, config.fine_tune_epochs
        return Stage(Step.LEARNING, phase=phase, epoch=epoch, epochs=last)

    def _write(self, **columns: Any) -> None:
        def change(session: Session) -> None:
            record = find(session, self._run.id)
            for name, value in columns.items():
                setattr(record, name, value)

        self._workspace.database.keep(change)
