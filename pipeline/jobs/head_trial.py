"""A run of a sweep whose head alone learns, from features that are kept: no TensorFlow.

The same numbers as `learning.training` gives, for what such a run is apart from its backbone: a
phase of `heads`, and the checkpoints to go on from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from threadpoolctl import threadpool_limits

from pipeline.errors import NotReady
from pipeline.evaluation.learning_curve import Cut, EpochScores
from pipeline.heads.epochs import Astray, learn, untrained
from pipeline.heads.head_learner import HeadLearner
from pipeline.heads.solved_head import solve_head
from pipeline.jobs.train_job import what_it_hangs_on
from pipeline.learning.checkpoints import Checkpoint, Standing
from pipeline.network.head import Head
from pipeline.progress import Report, Stage, Unit
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.stopwatch import Stopwatch
from pipeline.tuning.in_turns import judge_in_turns
from pipeline.tuning.material import Material, decisive, needed
from pipeline.workspace.home import Workspace

Tick = Callable[[], None]
Facts = tuple[dict[str, str], str | None]
HasProspect = Callable[[EpochScores], bool]


@dataclass(frozen=True, slots=True)
class HeadTrial:
    """What such a run leaves.

    Attributes:
        initial: Loss and accuracy of the untrained head on the validation photos.
        points: Scores of its epochs.
        best: The epoch that is kept, and what it left.
        last: The last one, likewise, with what it takes to go on.
        cut: What ended it before its last epoch; None where nothing did.
        seconds: How long it took.
        watch: Where the time went.
    """

    initial: tuple[float, float]
    points: list[EpochScores]
    best: Checkpoint
    last: Checkpoint
    cut: Cut | None
    seconds: float
    watch: Stopwatch


class Materials:
    """Kept features of a photo set, mapped for as long as its sweep works."""

    def __init__(self, workspace: Workspace, photo_set_id: str, tick: Tick) -> None:
        """Nothing is read before it is asked for.

        Args:
            workspace: Where they lie.
            photo_set_id: Of the set.
            tick: Called several times a second; may raise `Stopped`.
        """
        self._workspace, self._photo_set_id, self._tick = workspace, photo_set_id, tick
        self._known: dict[TrainConfig, Material] = {}
        self._facts: dict[tuple[Any, ...], Facts] = {}

    def facts(self, config: TrainConfig, report: Report) -> Facts:
        """What `train_job.what_it_hangs_on` says, which is the same for a whole sweep."""
        key = config.weights, config.alpha, config.image_size_px
        if key not in self._facts:
            self._facts[key] = what_it_hangs_on(config, report)
        return self._facts[key]

    def get(self, config: TrainConfig) -> Material | None:
        """What a head learns from; None where that is not all there, or more than it learns."""
        if config.fine_tune_epochs:
            return None
        key = decisive(config)
        try:
            if key not in self._known:
                material = Material(self._workspace, self._photo_set_id, config, self._tick)
                self._known = {key: material}  # one at a time: the cache may need the room
            for split, view in needed(config):
                self._known[key].pooled(split, view)
        except NotReady:
            return None
        return self._known[key]


def try_head(material: Material, config: TrainConfig, has_prospect: HasProspect) -> HeadTrial:
    """Teach a head as a run with these settings would.

    Args:
        material: What it learns from.
        config: The settings, "auto" decided.
        has_prospect: Told each epoch; whether it is worth the next one.

    Raises:
        Astray: If the loss is no number before an epoch is done.
        Stopped: From `material.tick`.
    """
    began, watch = time.monotonic(), Stopwatch()
    head = Head.initial(material.num_features, material.data.num_classes, config.seed)
    initial = untrained(material.data, config, head)
    if config.head == SOLVED:
        last = best = _solved(material, config, watch)
        cut = None
    else:
        best, last, cut = _stepped(material, config, head, has_prospect, watch)
    points = list(last.standing.scores)
    return HeadTrial(initial, points, best, last, cut, time.monotonic() - began, watch)


def seed_spread(material: Material, config: TrainConfig, seeds: Sequence[int]) -> list[float]:
    """What the same settings come to with other seeds, on the same views of the photos.

    A seed draws where the head starts, the order of the photos and what dropout hides. It would
    draw the views as well; those stay, because looking at them anew takes far longer.

    Returns:
        For each seed the accuracy that a sweep goes by, 0 to 1: of the validation photos after the
        epoch that would be kept, or of nearly all photos of a small set.
    """
    found = []
    for seed in seeds:
        other = replace(config, seed=seed)
        kept = try_head(material, other, lambda _: True).best
        with threadpool_limits(1, user_api="blas"):
            turns = judge_in_turns(material, other, kept.standing.epoch, kept.logits)
        found.append(turns.accuracy if turns else kept.standing.scores[-1].val_accuracy)
    return found


def _stepped(
    material: Material, config: TrainConfig, head: Head, has_prospect: HasProspect, watch: Stopwatch
) -> tuple[Checkpoint, Checkpoint, Cut | None]:
    rate = config.phase_learning_rates[FEATURE_EXTRACTION]
    learner = HeadLearner(material.data, config, head, rate, watch)
    points: list[EpochScores] = []
    best = last = None
    learning = learn(
        learner, material.data, config, config.epochs, lambda *_: material.tick(), watch
    )
    try:
        for learned in learning:
            points.append(learned.scores)
            standing = Standing(FEATURE_EXTRACTION, len(points), tuple(points))
            last = Checkpoint(
                standing, learner.tensors(), learned.logits, learner.optimizer_tensors()
            )
            if best is None or standing.refined_loss < best.standing.refined_loss:
                best = last
            if len(points) < config.epochs and not has_prospect(learned.scores):
                return best, last, Cut.BEHIND
    except Astray:
        if best is None or last is None:
            raise
        return best, last, Cut.DIVERGED
    assert best is not None and last is not None
    return best, last, None


def _solved(material: Material, config: TrainConfig, watch: Stopwatch) -> Checkpoint:
    def report(stage: Stage, done: float = 0, total: float | None = None, unit: Unit = "") -> None:
        material.tick()

    solved = solve_head(material.data, config, watch, report)
    standing = Standing(FEATURE_EXTRACTION, len(solved.path), tuple(solved.path))
    return Checkpoint(standing, solved.head.tensors(), solved.logits[-1], {}, solved.temperature)
