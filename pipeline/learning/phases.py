"""The two phases of a run: the head learns, then the tail of the network with it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.calibration import temperature
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.heads.epochs import learn, untrained
from pipeline.heads.head_learner import HeadLearner
from pipeline.heads.solved_head import solve_head
from pipeline.learning.checkpoints import Checkpoint, Checkpoints, Standing
from pipeline.learning.initial_weights import Start
from pipeline.learning.learners import Learner, Listener, Material, TailLearner
from pipeline.network.head import Head
from pipeline.network.mobilenet_v2 import count_parameters, num_features
from pipeline.network.tensors import Tensors
from pipeline.progress import Report, Stage, Step
from pipeline.settings.hyperparameters import NUM_LAYERS, SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, PHASES, TrainConfig
from pipeline.stopwatch import Stopwatch


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
class RunContext:
    """What every part of one run's training works with."""

    config: TrainConfig
    num_classes: int
    material: Material
    start: Start
    cut: int  # convolutions below it are frozen in fine-tuning, too
    checkpoints: Checkpoints
    listener: Listener
    report: Report
    phases: list[PhaseScores]
    began: float  # `time.monotonic()` at the start, before anything was read

    @property
    def watch(self) -> Stopwatch:
        """Where the time goes."""
        return self.material.watch


@dataclass(frozen=True, slots=True)
class State:
    """Where a run stands, and with which numbers."""

    standing: Standing
    head: Head
    tensors: Tensors  # the trainable ones of the standing's phase
    optimizer: Tensors

    @classmethod
    def of(cls, kept: Checkpoint) -> State:
        """What a checkpoint tells."""
        return cls(kept.standing, Head.from_tensors(kept.tensors), kept.tensors, kept.optimizer)


def begin(run: RunContext) -> State:
    """Tell what there is before the first batch."""
    config = run.config
    count = count_parameters(config, run.num_classes)
    run.listener.parameters(count.total, count.trainable)
    head = _first_head(run)
    run.listener.initial(*untrained(run.material.data, run.config, head))
    return State(Standing(PHASES[0], 0, ()), head, {}, {})


def _first_head(run: RunContext) -> Head:
    """That of an earlier run, where this one starts from it; else one that knows nothing."""
    features = num_features(run.config.alpha)
    return run.start.head or Head.initial(features, run.num_classes, run.config.seed)


def resume(run: RunContext, heard: ResumePoint) -> State:
    """Go back to the last checkpoint, and tell of what the listener did not hear of yet."""
    last = run.checkpoints.load_last()
    _tell(run, last.standing, heard.epoch)
    return State.of(last)


def _tell(run: RunContext, standing: Standing, heard: int) -> None:
    """Tell of the phase's epochs after the one numbered `heard`, and which is the best."""
    for epoch, scores in enumerate(standing.scores, standing.first_epoch):
        if epoch > heard:
            run.listener.epoch(standing.phase, epoch, scores)
    if standing.epoch > heard and run.checkpoints.best == standing:
        run.listener.best(standing.phase, standing.epoch)


def feature_extraction(run: RunContext, state: State) -> State:
    """Phase 1, or what an earlier try left of it; reading the photos counts as its time."""
    if state.standing.phase != FEATURE_EXTRACTION:
        return state
    phase = PhaseScores(FEATURE_EXTRACTION, list(state.standing.scores))
    run.phases.append(phase)
    try:
        if run.config.head == SOLVED:
            return state if phase.epochs else _solve_head(run, phase)
        learner = _head_learner(run, state, FEATURE_EXTRACTION)
        if state.optimizer:
            learner.assign_optimizer(state.optimizer)
        return _epochs(run, learner, state, phase, run.config.epochs)
    finally:
        phase.seconds = time.monotonic() - run.began


def _head_learner(run: RunContext, state: State, phase: str) -> HeadLearner:
    rate = run.config.phase_learning_rates[phase]
    return HeadLearner(run.material.data, run.config, state.head, rate, run.watch)


def _solve_head(run: RunContext, phase: PhaseScores) -> State:
    """The head at its optimum; the solver's steps stand for epochs."""
    solved = solve_head(run.material.data, run.config, run.watch, run.report)
    phase.epochs += solved.path
    standing = Standing(FEATURE_EXTRACTION, len(phase.epochs), tuple(phase.epochs))
    with run.watch.stage("save"):
        for step, logits in enumerate(solved.logits, 1):
            run.checkpoints.keep_answers(step, logits)
        tensors, logits = solved.head.tensors(), solved.logits[-1]
        kept = Checkpoint(standing, tensors, logits, {}, solved.temperature)
        run.checkpoints.keep(kept)
    _tell(run, standing, heard=0)
    return State.of(kept)


def fine_tuning(run: RunContext, state: State) -> None:
    """Phase 2, or what an earlier try left of it."""
    planned = run.config.fine_tune_epochs
    if not planned:
        return
    resumed = state.standing.phase == FINE_TUNING
    if not resumed:
        with run.watch.stage("save"):
            run.checkpoints.keep_before()
    phase = PhaseScores(FINE_TUNING, list(state.standing.scores) if resumed else [])
    run.phases.append(phase)
    began = time.monotonic()
    run.report(Stage(Step.PREPARING_FINE_TUNING))
    try:
        _epochs(run, _released(run, state, resumed), state, phase, planned)
    finally:
        phase.seconds = time.monotonic() - began


def _released(run: RunContext, state: State, resumed: bool) -> Learner:
    """What learns in phase 2: the tail, or the head again where nothing is released."""
    if run.config.fine_tune_at >= NUM_LAYERS:
        learner = _head_learner(run, state, FINE_TUNING)
        if resumed:
            learner.assign_optimizer(state.optimizer)
        return learner
    tail = TailLearner(run.material, run.start.tensors, state.head, run.num_classes, run.cut)
    if resumed:
        tail.assign(state.tensors, state.optimizer)
    return tail


def _epochs(
    run: RunContext, learner: Learner, state: State, phase: PhaseScores, planned: int
) -> State:
    """Train epoch by epoch until the phase is done; `phase` grows by it."""
    material, batches = run.material, len(run.material.data.batches(run.config, 0))
    # The solver's steps are no epochs: they take no view and no order of the photos.
    steps = state.standing.epoch - len(phase.epochs) if run.config.head == SOLVED else 0
    first = state.standing.epoch - steps

    def tell(epoch: int, batch: int) -> None:
        run.listener.batch(phase.name, epoch + steps + 1, batch, batches)

    learned = learn(
        learner, material.data, run.config, planned, tell, run.watch, first, phase.epochs
    )
    for epoch, one in enumerate(learned, state.standing.epoch + 1):
        phase.epochs.append(one.scores)
        standing = Standing(phase.name, epoch, tuple(phase.epochs))
        with run.watch.stage("save"):
            kept = Checkpoint(standing, learner.tensors(), one.logits, learner.optimizer_tensors())
            run.checkpoints.keep(kept)
        _tell(run, standing, heard=epoch - 1)
        state = State.of(kept)
    return state


@dataclass(frozen=True, slots=True)
class Network:
    """A network, and how sure it may be.

    Attributes:
        tensors: The backbone, by "layer/weight".
        head: The head.
        temperature: What logits are to be divided by so that probabilities mean what they say:
            fitted on photos that it did not learn from.
    """

    tensors: Tensors
    head: Head
    temperature: float


def outcome(run: RunContext) -> tuple[Network, NDArray[np.float32]]:
    """The best epoch's network and its logits of the validation photos."""
    if run.checkpoints.best is None:  # stopped before the first epoch
        head = _first_head(run)
        logits = run.material.data.validation_logits(head)
        heat = temperature(run.material.data.labels["validation"], logits)
        return Network(run.start.tensors, head, heat), logits
    best = run.checkpoints.load_best()
    return _network(run, best), best.logits


def before_fine_tuning(run: RunContext) -> Network | None:
    """The network that fine-tuning started from; None in a run that did not keep it."""
    kept = run.checkpoints.load_before()
    return None if kept is None else _network(run, kept)


def _network(run: RunContext, kept: Checkpoint) -> Network:
    tensors = run.start.tensors
    changed = {name: tensor for name, tensor in kept.tensors.items() if name in tensors}
    heat = kept.temperature
    if heat is None:
        heat = temperature(run.material.data.labels["validation"], kept.logits)
    return Network(tensors | changed, Head.from_tensors(kept.tensors), heat)
