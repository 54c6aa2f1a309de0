"""The last tries of a visitor: settings that stood there before, each with its live curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any, Final

import streamlit as st

from pipeline.evaluation.epoch_answers import EpochAnswers
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.live_curve import LiveCurve

MOST: Final = 5  # ghosts: more hide each other
_TRIES: Final = "train_tries"  # session: the last ones of all sets, the newest last


@dataclass(frozen=True, slots=True)
class Try:
    """Settings, and what they gave.

    Attributes:
        number: Counts the tries of a session.
        photo_set_id: On which photos.
        config: The settings, as a person set them last for this curve.
        epochs: The curve of the first phase.
        initial: Scores of the untrained head.
        best_epoch: Number of its best point.
        answers: What the validation photos are called at each point; of the present try alone.
    """

    number: int
    photo_set_id: str
    config: TrainConfig
    epochs: tuple[Epoch, ...]
    initial: dict[str, float]
    best_epoch: int
    answers: EpochAnswers | None = field(default=None, compare=False)

    @property
    def best(self) -> Epoch:
        """The point that would be kept."""
        return self.epochs[self.best_epoch - 1]


def present(photo_set_id: str, config: TrainConfig, curve: LiveCurve) -> Try:
    """The try that is on the bench now; what was there before becomes a ghost.

    What draws the same curve is the same try: fine-tuning, which comes after it, makes no other.
    """
    known = _all()
    numbers = [one.number for one in known]
    drawn = _drawn(photo_set_id, curve)
    same = [one.number for one in known if _drawn(one.photo_set_id, one) == drawn]
    number = same[-1] if same else max(numbers, default=0) + 1
    answers = EpochAnswers(curve.answers, curve.shares)
    now = Try(number, photo_set_id, config, curve.epochs, curve.initial, curve.best_epoch, answers)
    others = [replace(one, answers=None) for one in known if one.number != number]
    # Of each set as many as are drawn: another set's tries are there when one comes back to it.
    mine = [one for one in others if one.photo_set_id == photo_set_id][-MOST:]
    rest = [one for one in others if one.photo_set_id != photo_set_id][-MOST:]
    st.session_state[_TRIES] = (*rest, *mine, now)
    return now


def ghosts(now: Try) -> list[Try]:
    """The tries on the same photos before the present one, the newest last."""
    return [one for one in of(now.photo_set_id) if one.number != now.number]


def of(photo_set_id: str) -> list[Try]:
    """All tries on these photos, the newest last."""
    return [one for one in _all() if one.photo_set_id == photo_set_id]


def numbered(number: int) -> Try | None:
    """A try by its number; None where it is forgotten."""
    return next((one for one in _all() if one.number == number), None)


def _drawn(photo_set_id: str, curve: LiveCurve | Try) -> tuple[Any, ...]:
    """What one sees of a curve; how long it took is no part of it."""
    points = [astuple(replace(epoch, seconds=0.0)) for epoch in curve.epochs]
    return photo_set_id, points, curve.initial, curve.best_epoch


def _all() -> Sequence[Try]:
    found: Sequence[Try] = st.session_state.get(_TRIES, ())
    return found
