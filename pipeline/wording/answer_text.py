"""What answers come to, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import numbers

NOT_SURE: Final = "Not sure"
NEITHER: Final = "None of them"


def kinds(counted: Mapping[str, float] | None) -> str:
    """What Classify would make of photos whose class is known; nothing where nobody counted.

    Args:
        counted: As `answer.count_kinds`, or a run's test; those of earlier versions lack it.
    """
    if not counted or "named" not in counted:
        return ""
    named, right, unsure, none = (
        int(counted[key]) for key in ("named", "named_right", "unsure", "none")
    )
    names = "no right one" if not right else f"{right:,} of them the right one"
    sure_from = numbers.percent(ANSWER["sure_from"].default, 0)
    return (
        f"On Classify, where a name must be {sure_from} sure, {named:,} of these "
        f"{numbers.photos(named + unsure + none)} would get a name, {names}; {unsure:,} would be "
        f"“{NOT_SURE.lower()}” and {none:,} “{NEITHER.lower()}”."
    )
