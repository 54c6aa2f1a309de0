"""The coach: reads a run and says at most three things, each with evidence and one change.

It speaks where numbers stand out of their noise. Where they cannot decide between two causes it
says so, or it is silent; of a good run there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.coach.curve_rules import not_learning, overfitting, rate_too_high
from pipeline.coach.curves import Advice, Course, Points
from pipeline.coach.phase_rules import fine_tuning, more_epochs, validation_above
from pipeline.coach.result_rules import class_never_called, few_test_photos
from pipeline.settings.train_config import TrainConfig

_NOTES: Final = ("fine_tuning_gained", "validation_above")  # nothing is wrong
_NOT_ENOUGH: Final = ("rate_too_low", "stuck", "more_epochs")
# The most important first; behind each what it makes needless, or would contradict.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "rate_too_high": ("fine_tuning_lost", "overfitting", *_NOT_ENOUGH, *_NOTES),
    "from_nothing": ("fine_tuning_lost", "overfitting", *_NOT_ENOUGH, *_NOTES),
    "fine_tuning_lost": ("overfitting", *_NOT_ENOUGH),
    "overfitting": _NOT_ENOUGH,
    "rate_too_low": ("more_epochs",),
    "stuck": ("more_epochs",),
    "class_never_called": (),
    "more_epochs": (),
    "few_test_photos": (),
    "fine_tuning_gained": (),
    "validation_above": (),
}
RULES: Final[tuple[Callable[[Course], Advice | None], ...]] = (
    rate_too_high,
    not_learning,
    fine_tuning,
    overfitting,
    more_epochs,
    validation_above,
)
MOST: Final = 3  # pieces of advice: more are not followed


def advice(
    config: TrainConfig,
    points: Points,
    photos: Mapping[str, Mapping[str, int]],
    confusion: Sequence[Sequence[int]] = (),
    initial: Mapping[str, float] | None = None,
) -> tuple[Advice, ...]:
    """What to say about a finished run: at most three things, the most important first.

    Args:
        config: What was asked for.
        points: The curves, in order, over both phases.
        photos: Number of photos, by split (`training`, `validation`, `test`) and class.
        confusion: `(C, C)` counts of the test in the order of classes, row = what a photo is,
            column = what it was called; empty where there was no test.
        initial: `loss` and `accuracy` of the untrained head on the validation photos, if known.
    """
    course = Course(config, tuple(points), photos, confusion, initial)
    rules = (*RULES, class_never_called, few_test_photos)
    found = {said.kind: said for rule in rules if (said := rule(course)) is not None}
    for kind, needless in KINDS.items():
        if kind in found:
            found = {other: said for other, said in found.items() if other not in needless}
    return tuple(found[kind] for kind in KINDS if kind in found)[:MOST]
