"""What more photos would bring, in one sentence."""

from __future__ import annotations

from typing import Final

from pipeline.evaluation.more_photos import SizeCurve, Verdict
from pipeline.wording.numbers import rounded

EARLIER: Final = "By the photos and labels of an earlier version; study again for these."


def answer(curve: SizeCurve) -> str:
    """The answer to "Would more photos help?", as sure as it is and no surer."""
    if curve.verdict is Verdict.HELPS:
        return (
            f"Yes: twice as many photos would bring about {_points(curve.gain)} "
            f"(between {_number(curve.low)} and {_number(curve.high)})."
        )
    if curve.verdict is Verdict.LABELS:
        return (
            "No: the labels limit it. Much of what is predicted wrongly is likely labelled "
            "wrongly; look "
            "at those labels first."
        )
    if curve.verdict is Verdict.NO:
        return f"No: twice as many photos like these would likely bring {_at_most(curve.high)}."
    return (
        "Not known with so few photos: twice as many could bring anything between "
        f"{_number(curve.low)} and {_points(curve.high)}."
    )


def _at_most(gain: float) -> str:
    return "next to nothing" if _number(gain) == "0" else f"{_points(gain)} at most"


def _points(gain: float) -> str:
    number = _number(gain)
    return f"{number} point" if number == "1" else f"{number} points"


def _number(gain: float) -> str:
    """A difference of shares in percentage points: whole ones, or halves below two."""
    value = gain * 100
    return f"{rounded(value * 2, 0) / 2 if value < 2 else rounded(value, 0):g}"
