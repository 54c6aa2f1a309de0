"""A sealed test in words: what it is for, what is said instead of a score, what its score is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipeline.wording import numbers

SEALED: Final = "Its test photos are for a final test; no score on them is shown."
LEFT_OUT: Final = (
    "The test photos are sealed, so they are not judged here, and nothing learns from them. A "
    "study from before the seal has no curve any more; study again for one without them."
)
WHY: Final = (
    "Whoever keeps the best of many runs has chosen by their test photos, and its score flatters. "
    "**Seal** them, and what runs say about them is shown nowhere, until you open the seal, "
    "**once, for one run**. Until then runs are compared by their other photos."
)
FOR_GOOD: Final = (
    "This cannot be taken back: the scores of runs that are there already go out of sight, too, "
    "in all versions of this set. Photos of the test can still be looked at and mended."
)


def instead_of_a_score(val_accuracy: float | None) -> str:
    """What is said where the test result would stand.

    Args:
        val_accuracy: Of the epoch that was kept, 0 to 1; None without one.
    """
    if val_accuracy is None:
        return SEALED
    return (
        f"{SEALED} {numbers.percent(val_accuracy)} of its validation photos were predicted "
        "correctly; "
        "the best epoch was chosen by them, so that flatters a little."
    )


def sealed_since(runs_before: int, runs: int) -> str:
    """How much a sealed test is still worth."""
    said = f"Sealed; {numbers.plural(runs, 'run was', 'runs were')} trained since."
    if runs_before:
        said += (
            f" Before that, {numbers.plural(runs_before, 'run was', 'runs were')} judged on these "
            "photos already, and whoever remembers those scores may choose by them."
        )
    return said


def opened(when: datetime, runs: int) -> str:
    """What is said beside the score of the run that the test was opened for."""
    others = numbers.plural(runs, "run was", "runs were")
    return (
        f"This is the final test, opened once, on {when:%Y-%m-%d}, for this run; {others} trained "
        "while it was sealed, and none was chosen by it."
    )


def used_up(when: datetime) -> str:
    """What is said of a test that was opened."""
    return (
        f"The final test was opened on {when:%Y-%m-%d} for one run and is used up. For another "
        "one, import photos that no run has seen as a set of their own."
    )
