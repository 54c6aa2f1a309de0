"""What is known of one training."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.evaluation import run_score
from pipeline.evaluation.learning_curve import Cut, EarlyEnd, Epoch
from pipeline.network.started_from import StartedFrom
from pipeline.network.weight_change import Moved
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FINE_TUNING, PHASES, TrainConfig
from pipeline.workspace.states import UNFINISHED, RunState


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run stands in a sweep.

    Attributes:
        id: Of the sweep.
        number: Of the run in it, from 1; 0 for the run of the default settings.
        settings: The swept settings; none for the default.
        in_turns: What `tuning.in_turns` found, in a small set.
    """

    id: str
    number: int
    settings: dict[str, Any]
    in_turns: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One training: what was asked for and what came out.

    Attributes:
        state: Where it stands; damaged where its settings cannot be read, and `config` is made up.
        parameters: `{"total": n, "trainable": {phase: n}}`, once known.
        initial: Loss and accuracy on the validation photos before training.
        best_epoch: The epoch whose weights were kept: lowest refined validation loss.
        stage_seconds: Where the time went: decode, frozen, head, tail and so on.
        moved: What fine-tuning changed, block by block; empty where that is not known, or the
            epoch that was kept is none of fine-tuning.
        test: What `evaluation.run_score` counts, and `near_copies`: how many test photos have a
            near copy among those learned from; earlier versions had no such count.
            None where there was no test, or it is sealed.
        cross_validation: The same of all photos of a small set, each judged by a head on the frozen
            layers that had not seen it, and the number of `folds`; None where nobody did, or
            the test is sealed and its photos are among all; see `run_score.is_without_test`.
        can_answer: Whether the Classify page may use it.
        is_example: Whether it came with PawTune; its photos did not, and it cannot be changed.
        note: What its owner wrote about it; may have several lines.
        tags: Words to find it by, in the order in which they were given.
        early_end: What ended it before its last epoch though nobody asked for it, if so.
        results_name: Name of the folder within its own where `results` are; None for its own.
        is_sealed: Whether its test is not to be seen, see `seals`.
        started_from: The earlier run whose network it started from; None for a stock one.
        is_baseline: Whether who asks has pinned it, so that other runs are held against it.
        is_packing: Whether it has learned all it will: its curves and its best epoch stand, and
            what it has learned is being made to answer, and scored.
        is_own: Whether who asks may change it, or start another one from it: in a demo, what is
            everybody's stays as it is.
        sweep: Where it stands in a sweep; None in none.
    """

    id: str
    name: str
    photo_set_id: str
    photo_set_name: str
    classes: tuple[str, ...]
    job_id: str
    state: RunState
    config: TrainConfig
    created_at: datetime
    seconds: float | None
    parameters: dict[str, Any] | None
    initial: dict[str, float] | None
    epochs: tuple[Epoch, ...]
    best_epoch: int | None
    phase_seconds: dict[str, float]
    stage_seconds: dict[str, float]
    test: dict[str, float] | None
    versions: dict[str, str]
    weights_sha256: str | None
    can_answer: bool
    error: str | None
    folder: Path
    is_example: bool = False
    moved: tuple[Moved, ...] = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    is_baseline: bool = False
    early_end: EarlyEnd | None = None
    results_name: str | None = None
    cross_validation: dict[str, float] | None = None
    is_sealed: bool = False
    started_from: StartedFrom | None = None
    is_own: bool = True
    is_packing: bool = False
    sweep: Place | None = None

    @property
    def kept(self) -> Epoch | None:
        """The epoch whose network was kept."""
        return next((epoch for epoch in self.epochs if epoch.epoch == self.best_epoch), None)

    @property
    def score(self) -> dict[str, float] | None:
        """The score by which it is compared, see `run_score.first`."""
        return run_score.first(self.config, self.test, self.cross_validation)

    @property
    def shown(self) -> dict[str, float] | None:
        """The score that a person reads first, see `run_score.shown`."""
        return run_score.shown(self.config, self.test, self.cross_validation)

    @property
    def start_name(self) -> str | None:
        """What the run that it started from was called; None where it started from none."""
        return self.started_from.name if self.started_from else None

    @property
    def results(self) -> Path:
        """Where that lies which the finished training left: bundle, network, answers.

        A training that goes on leaves everything in a folder of its own, so that the old results
        are whole until the new ones are.
        """
        return self.folder / self.results_name if self.results_name else self.folder

    @property
    def epochs_left(self) -> int:
        """How many epochs were planned and not trained."""
        tuned = sum(point.phase == FINE_TUNING for point in self.epochs)
        if tuned:
            return self.config.fine_tune_epochs - tuned
        steps = self.config.head != SOLVED
        return self.config.fine_tune_epochs + steps * (self.config.epochs - len(self.epochs))

    @property
    def can_go_on(self) -> bool:
        """Whether Continue leads anywhere: there are epochs to come, or results to be packed."""
        if self.is_example or not self.epochs or self.state in (*UNFINISHED, RunState.DAMAGED):
            return False
        diverges = self.early_end is not None and self.early_end.why is Cut.DIVERGED
        return self.is_unpacked or (self.epochs_left > 0 and not diverges)

    @property
    def is_unpacked(self) -> bool:
        """Whether it has learned something that its results, if any, do not hold yet."""
        cut_off = self.state in (RunState.INTERRUPTED, RunState.FAILED)
        return bool(self.epochs) and (not self.can_answer or cut_off)

    def to_json(self) -> dict[str, Any]:
        """What came of it, as plain JSON: for the command line."""
        columns = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")
        return {
            "run": self.id,
            "state": self.state,
            "parameters": self.parameters,
            "initial": self.initial,
            "phases": [
                {
                    "name": phase,
                    "seconds": self.phase_seconds.get(phase, 0.0),
                    "epochs": [
                        {column: getattr(epoch, column) for column in columns}
                        for epoch in self.epochs
                        if epoch.phase == phase
                    ],
                }
                for phase in PHASES
                if any(epoch.phase == phase for epoch in self.epochs)
            ],
            "best_epoch": self.best_epoch,
            "test": self.test,
            "cross_validation": self.cross_validation,
            "sealed": self.is_sealed,
            "seconds": self.seconds,
            "stages": self.stage_seconds,
            "config": dataclasses.asdict(self.config),
            "versions": self.versions,
            "weights_sha256": self.weights_sha256,
            "started_from": self.started_from and self.started_from.to_json(),
            "error": self.error,
        }
