"""All rules of the coach in one list, and what of them is said: at most three things.

A new rule is a function that looks at a `Course`, and its entry in `RULES`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.coach import curve_rules, head_rules, phase_rules, result_rules
from pipeline.coach.curves import Advice, Course, Points
from pipeline.settings.train_config import TrainConfig

MOST: Final = 3  # pieces of advice: more are not followed
NOTES: Final = ("fine_tuning_gained", "validation_above")  # nothing is wrong, nothing to try
_NOT_ENOUGH: Final = ("rate_too_low", "stuck", "more_epochs")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the coach can say.

    Attributes:
        kind: What it is about.
        look: Gives it with its evidence, and with a button where a setting helps; or None.
        needless: Kinds of advice that it makes needless, or that would contradict it.
    """

    kind: str
    look: Callable[[Course], Advice | None]
    needless: tuple[str, ...] = ()


# The most important first.
RULES: Final[Mapping[str, Rule]] = {
    rule.kind: rule
    for rule in (
        Rule(
            "rate_too_high",
            curve_rules.rate_too_high,
            ("fine_tuning_lost", "overfitting", *_NOT_ENOUGH, *NOTES),
        ),
        Rule(
            "from_nothing",
            head_rules.from_nothing,
            ("fine_tuning_lost", "overfitting", *_NOT_ENOUGH, *NOTES),
        ),
        Rule("fine_tuning_lost", phase_rules.fine_tuning_lost, ("overfitting", *_NOT_ENOUGH)),
        Rule("overfitting", curve_rules.overfitting, _NOT_ENOUGH),
        Rule("rate_too_low", head_rules.rate_too_low, ("more_epochs",)),
        Rule("stuck", head_rules.stuck, ("more_epochs",)),
        Rule("class_never_called", result_rules.class_never_called),
        Rule("more_epochs", phase_rules.more_epochs),
        Rule("few_test_photos", result_rules.few_test_photos),
        Rule("fine_tuning_gained", phase_rules.fine_tuning_gained),
        Rule("validation_above", phase_rules.validation_above),
    )
}


def advice(
    config: TrainConfig,
    points: Points,
    photos: Mapping[str, Mapping[str, int]],
    confusion: Sequence[Sequence[int]] = (),
    initial: Mapping[str, float] | None = None,
    by_folds: bool = False,
) -> tuple[Advice, ...]:
    """What to say about a finished run: at most three things, the most important first.

    Args:
        config: What was asked for.
        points: The curves, in order, over both phases.
        photos: Number of photos, by split (`training`, `validation`, `test`) and class.
        confusion: `(C, C)` counts of the validation photos in the order of classes, row =
            actual class, column = predicted class; empty where that was not kept. Not those of the
            test: whoever follows advice from there has chosen by the test.
        by_folds: Whether all photos judge, each a network that had not seen it; `confusion` then is
            of all that are not for the test.
        initial: `loss` and `accuracy` of the untrained head on the validation photos, if known.
    """
    course = Course(config, tuple(points), photos, confusion, initial, by_folds)
    found = {
        kind: dataclasses.replace(said, kind=kind)
        for kind, rule in RULES.items()
        if (said := rule.look(course)) is not None
    }
    for kind, rule in RULES.items():
        if kind in found:
            found = {other: said for other, said in found.items() if other not in rule.needless}
    return tuple(found.values())[:MOST]
