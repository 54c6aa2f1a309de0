"""What answers come to, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import numbers

NOT_SURE: Final = "Not sure"
NEITHER: Final = "None of them"
NOT_LIKE: Final = "Not like anything it was taught: not even the closest of its names fits."


def kinds(counted: Mapping[str, float] | None, of_what: str = "photo") -> str:
    """What Classify would make of photos whose class is known; nothing where nobody counted.

    Args:
        counted: As `answer.count_kinds`, or a run's test; those of earlier versions lack it.
        of_what: One of them, with "s" for several.
    """
    if not counted or "named" not in counted:
        return ""
    named, right, unsure, none = (
        int(counted[key]) for key in ("named", "named_right", "unsure", "none")
    )
    names = f"{right:,} of them rightly" if right else "none of them rightly"
    sure_from = numbers.percent(ANSWER["sure_from"].default, 0)
    return (
        f"Of {numbers.plural(named + unsure + none, of_what)}, Classify would name {named:,}, "
        f"{names}; {unsure:,} would be “{NOT_SURE.lower()}” (less than {sure_from}), {none:,} "
        f"“{NEITHER.lower()}”."
    )


def took(new: int, shown: int, seconds: float) -> str:
    """How long the newest answers took.

    Args:
        new: How many those are; at least one.
        shown: How many answers are on the page.
        seconds: That they took together.
    """
    answers = numbers.plural(new, "answer" if new >= shown else "new answer")
    return f"{answers} in {seconds:.2f} s."
