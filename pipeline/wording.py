"""Shares, times and phases in words, for the app and for what is taken home from it."""

from __future__ import annotations

import math
from typing import Final

from pipeline.counted import photos
from pipeline.evaluation.class_scores import Share
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING

PHASE_NAMES: Final = {FEATURE_EXTRACTION: "Feature extraction", FINE_TUNING: "Fine-tuning"}
_TO: Final = "\N{EN DASH}"  # between the ends of a range


def rounded(value: float, digits: int = 1) -> float:
    """`value` with so many digits, halves upwards, as people and spreadsheets do."""
    step = 10.0**digits
    return math.floor(value * step + 0.5 + 1e-9) / step


def percent(share: float, digits: int = 1) -> str:
    """A fraction of 1 as `97.9 %`; never 100 % for less than all."""
    return f"{_percentage(share, digits)} %"


def interval(low: float, high: float) -> str:
    """The ends of a range of shares, in percent, with a dash between: 94.0 and 99.3."""
    return f"{_percentage(low)}{_TO}{_percentage(high)}"


def share(found: Share) -> str:
    """A share with its 95 % interval: `97.9 %` and the `interval` in brackets."""
    if found.value is None:
        return "no photos"
    return f"{percent(found.value)} ({interval(*found.interval)})"


def share_in_full(found: Share) -> str:
    """The same with its numbers: `46 of 47 photos; ...`."""
    low, high = found.interval
    return (
        f"{found.count:,} of {photos(found.photos)}; the true share lies between "
        f"{_percentage(low)} and {percent(high)} 19 times of 20."
    )


def duration(seconds: float) -> str:
    """Seconds as `45 s`, `6 min`, `1 h`, `1 h 20 min`."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts)


def _percentage(share: float, digits: int = 1) -> str:
    value = rounded(share * 100, digits)
    if value >= 100 > share * 100:
        value = 100 - 10.0**-digits
    return f"{value:.{digits}f}"
