"""How long a training still takes: all that is to come, packing and scoring among it.

What was expected of each part is replaced by how it goes as soon as that can be told.
"""

from __future__ import annotations

import time
from typing import Final

from pipeline.network.training_time import TrainingTime, head_views
from pipeline.progress import Stage, Step
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.run import Run

_PREPARING, _HEAD, _TUNING, _PACKING, _SCORING = PARTS = (
    *("preparing", "head", "fine_tuning", "packing", "scoring"),
)
_OF_PHASE: Final = {FEATURE_EXTRACTION: _HEAD, FINE_TUNING: _TUNING}
_OF_STEP: Final = {
    Step.SOLVING: _HEAD,
    Step.PREPARING_FINE_TUNING: _TUNING,
    Step.PACKING: _PACKING,
    Step.SCORING: _SCORING,
}
# Steps of several parts: they belong to the one that is running.
_ANYWHERE: Final = (Step.STARTING, Step.CROSS_VALIDATING)
_ENOUGH: Final = 0.05  # of an epoch: what the rest may be judged by


class TimeLeft:
    """Follows one training from stage to stage."""

    def __init__(self, run: Run, expected: TrainingTime | None) -> None:
        """Begin to follow.

        Args:
            run: The training; what an earlier try has learned takes no time.
            expected: Seconds that the whole run should take; None where this machine's speed was
                not measured. Then only the last phase tells how long it takes, by how it goes.
        """
        config = self._config = run.config
        self._known = expected is not None
        self._expected = {part: getattr(expected, part, 0.0) for part in PARTS}
        self._planned = {_HEAD: _epochs(config), _TUNING: config.fine_tune_epochs}
        for phase, part in _OF_PHASE.items():
            learned = sum(point.phase == phase for point in run.epochs)
            if phase == FEATURE_EXTRACTION and config.head == SOLVED:
                learned = min(1, learned)  # the solver's steps are one
            if planned := self._planned[part]:
                self._expected[part] *= max(0, planned - learned) / planned
        self._learned: dict[str, float] = {}  # epochs of a part, when it was told of first
        self._own: dict[str, float] = {}  # seconds of a part that are left by how it goes
        self._spent = dict.fromkeys(PARTS, 0.0)
        self._part, self._furthest, self._views = _PREPARING, _PREPARING, 0
        self._since = time.monotonic()

    def turn_to(self, stage: Stage, own_s: float | None = None) -> float | None:
        """Hear of a stage, perhaps the same again.

        Args:
            stage: What the training does.
            own_s: Seconds that this stage alone still takes, if that is known.

        Returns:
            Seconds until the end of the run; None where nobody knows.
        """
        part = self._part if stage.step in _ANYWHERE else _OF_STEP.get(stage.step, _PREPARING)
        self._turn(part)
        if not self._known:
            return own_s
        left = self._left()
        if own_s is None:
            return left
        if stage.step is Step.DOWNLOADING:  # which nobody has expected
            return left + own_s
        return left + max(0.0, own_s - self._left_of(part))

    def learning(self, phase: str, in_phase: float) -> float | None:
        """Hear how many epochs of a phase are learned; see `turn_to`."""
        part = _OF_PHASE[phase]
        self._turn(part)
        begun = self._learned.setdefault(part, in_phase)
        if in_phase - begun > _ENOUGH:
            epoch_s = self._spent[part] / (in_phase - begun)
            self._own[part] = max(0.0, self._planned[part] - in_phase) * epoch_s
        self._views = len(head_views(self._config, int(in_phase) + 1))
        if self._known:
            return self._left()
        is_last = part == _TUNING or not self._config.fine_tune_epochs
        return self._own.get(part) if is_last else None

    def _turn(self, part: str) -> None:
        now = time.monotonic()
        self._spent[self._part] += now - self._since
        if self._part in self._own:  # it goes on by itself until it is told of again
            self._own[self._part] = max(0.0, self._own[self._part] - (now - self._since))
        self._since, self._part = now, part
        self._furthest = max(self._furthest, part, key=PARTS.index)

    def _left(self) -> float:
        return sum(map(self._left_of, PARTS))

    def _left_of(self, part: str) -> float:
        expected, spent = self._expected[part], self._spent[part]
        if part == _PREPARING:
            return max(0.0, min(expected - spent, expected * self._unseen()))
        if PARTS.index(part) < PARTS.index(self._furthest):
            return 0.0
        return self._own.get(part, max(0.0, expected - spent))

    def _unseen(self) -> float:
        """Share of the views to come: what is learned from now is prepared, or was kept."""
        if PARTS.index(self._furthest) > PARTS.index(_HEAD):
            return 0.0
        return 1 - self._views / len(head_views(self._config, max(1, self._planned[_HEAD])))


def _epochs(config: TrainConfig) -> int:
    return 1 if config.head == SOLVED else config.epochs
